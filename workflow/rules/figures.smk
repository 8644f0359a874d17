"""Draw the figures of a scan; `snakemake figures` draws them and nothing else.

Reads   results/{analysis}/{scan}/results.csv
Writes  results/{analysis}/{scan}/figures/exclusion.{pdf,png,svg,csv}
Steps   a grid with two axes gets its exclusion contour, one with a single axis CLs along it
"""


rule draw_exclusion:
    """Draw where {wildcards.analysis} excludes, by scan {wildcards.scan}."""
    input:
        results="results/{analysis}/{scan}/results.csv",
    output:
        png=report(
            "results/{analysis}/{scan}/figures/exclusion.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "exclusion"},
            caption="../report/exclusion.rst",
        ),
        pdf="results/{analysis}/{scan}/figures/exclusion.pdf",
        svg="results/{analysis}/{scan}/figures/exclusion.svg",
        csv="results/{analysis}/{scan}/figures/exclusion.csv",
    log:
        "logs/draw_exclusion/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_exclusion/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        look=lambda wildcards: {
            key: config["analyses"][wildcards.analysis][key]
            for key in ("axes", "axis_titles", "title")
        },
        code=code("draw_exclusion", "columns", "contour", "grid", "plots", "tables"),
    script:
        "../../scripts/draw_exclusion.py"


rule figures:
    """Draw the figures of every scan."""
    input:
        [f"results/{analysis}/{scan}/figures/exclusion.png" for analysis, scan in SCANS],
