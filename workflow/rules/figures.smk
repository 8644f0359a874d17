"""Draw what a scan found; `snakemake figures` draws the figures of all scans and nothing else.

Reads   results/{analysis}/{scan}/          tables, as far as its figures need them
        results/{analysis}/{scan}/shards/   distributions of toys, for the figure of toys
        tables that the user gives          other results, a cross-section
Writes  results/{analysis}/{scan}/figures/{figure}.{png,pdf,svg,csv}, as far as they are asked for
Steps   draw one figure after the other (fitscan.figures), on two cores while nothing else has to
        run: matplotlib starts once for all; a figure that cannot be drawn is replaced by a note
"""

from functools import partial

GIVEN = ("overlays", "cross_section")  # tables of the user that figures show

# How many outputs a rule has cannot depend on wildcards: scans with the same figures share a rule,
# draw_figures, draw_figures_2, ... What shows the audit has another one where pyhf fits points: the
# rest need not wait, and are drawn on the other core.
for number, (figures, pairs) in enumerate(wanted.drawn_alike().items(), start=1):
    part = f"_{number}" if number > 1 else ""
    others = [
        f"{f.name}.{s}" for f in figures for s in wanted.suffixes(f) if s != "png"
    ]
    tables = [f"figures/{figure.name}.csv" for figure in figures]

    rule:
        """Draw the figures of {wildcards.analysis}, scan {wildcards.scan}."""
        name:
            f"draw_figures{part}"
        input:
            unpack(partial(figure_inputs, figures=figures)),
            likelihoods=likelihoods_of,
        output:
            *(
                report(
                    f"results/{{analysis}}/{{scan}}/figures/{figure.name}.png",
                    category="{analysis}",
                    labels={"scan": "{scan}", "what": figure.label},
                    caption=f"../report/{figure.name}.rst",
                )
                for figure in figures
            ),
            multiext("results/{analysis}/{scan}/figures/", *others),
        log:
            f"logs/draw_figures/{{analysis}}/{{scan}}/{number}.log",
        benchmark:
            f"benchmarks/draw_figures/{{analysis}}/{{scan}}/{number}.tsv"
        wildcard_constraints:
            analysis=analysis_of(pairs),
        localrule: True
        conda:
            "../../envs/fitscan.yaml"
        threads: 1 if wanted.has_refits else 2
        params:
            names=[figure.name for figure in figures],
            figures=config["figures"],
            settings=lambda of: wanted.figure_settings(of.analysis, of.scan),
            user_tables=lambda of: contents(wanted.user_files(of.analysis, *GIVEN)),
            wanted=wanted_of,
            kept=lambda of, tables=tables: kept_of(of, *tables),
            code=code("draw_figures"),
        script:
            "../../scripts/draw_figures.py"


rule figures:
    """Draw the figures of every scan."""
    input:
        wanted.drawn("png"),
    localrule: True
