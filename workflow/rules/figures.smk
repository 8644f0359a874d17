"""Draw the figures of a scan; `snakemake figures` draws them and nothing else.

Reads   results/{analysis}/{scan}/results.csv
        results/{analysis}/{scan}/shards/    distributions of toys, for draw_toys
        resources/likelihoods/{analysis}/    one point of it, for draw_fit_results and draw_mu_scan
        tables that the user gives           other results and cross-sections, for draw_exclusion,
                                             compare_scan and draw_limits
Writes  results/{analysis}/{scan}/figures/{exclusion,CLs_map,status_map,minima}.{pdf,png,svg,csv}
        results/{analysis}/{scan}/figures/{limits,toys,toys_spent,coverage}.{pdf,png,svg,csv}
        results/{analysis}/{scan}/figures/{pulls,correlations,yields}.{pdf,png,svg}
        results/{analysis}/{scan}/figures/mu_scan.{pdf,png,svg,csv}
        results/{analysis}/{scan}/fit/{parameters,correlations,yields}.csv
        results/{analysis}/{scan}/comparison.csv, comparison_summary.csv, figures/comparison.*
Steps   a grid with two axes gets its exclusion contour and maps, one with a single axis CLs and
        profiles along it, and both their upper limits if they have any; where
        lower minima were searched, the same beside what they give; the fits of one point in detail,
        and its CLs along the signal strength;
        where toys were thrown, those of one point, and how many each point got; where experiments
        were, how often intervals cover; where a reference is given, the scan beside it
"""


rule draw_exclusion:
    """Draw where {wildcards.analysis} excludes, by scan {wildcards.scan}."""
    input:
        results="results/{analysis}/{scan}/results.csv",
        overlays=given_files("overlays"),
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
    wildcard_constraints:
        # What is chosen from the results of several analyses is drawn as they are.
        analysis=one_of(SETTINGS),
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        look=look_of,
        overlays=lambda wildcards: settings_of(wildcards)["overlays"],
        given=given_content("overlays"),
        code=code(
            "draw_exclusion",
            "columns",
            "contour",
            "drawn",
            "given",
            "grid",
            "overlays",
            "plots",
            "tables",
            "thrown",
        ),
    script:
        "../../scripts/draw_exclusion.py"


rule draw_maps:
    """Draw CLs and the status of each point of {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        results="results/{analysis}/{scan}/results.csv",
    output:
        CLs_map=report(
            "results/{analysis}/{scan}/figures/CLs_map.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "CLs map"},
            caption="../report/CLs_map.rst",
        ),
        status_map=report(
            "results/{analysis}/{scan}/figures/status_map.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "status map"},
            caption="../report/status_map.rst",
        ),
        others=multiext(
            "results/{analysis}/{scan}/figures/",
            *("CLs_map.pdf", "CLs_map.svg", "CLs_map.csv"),
            *("status_map.pdf", "status_map.svg", "status_map.csv"),
        ),
    log:
        "logs/draw_maps/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_maps/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        look=look_of,
        code=code(
            "draw_maps",
            "columns",
            "contour",
            "drawn",
            "grid",
            "minima",
            "plots",
            "tables",
            "thrown",
        ),
    script:
        "../../scripts/draw_maps.py"


rule draw_minima:
    """Draw what lower minima change for {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        results="results/{analysis}/{scan}/results.csv",
    output:
        png=report(
            "results/{analysis}/{scan}/figures/minima.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "minima"},
            caption="../report/minima.rst",
        ),
        pdf="results/{analysis}/{scan}/figures/minima.pdf",
        svg="results/{analysis}/{scan}/figures/minima.svg",
        csv="results/{analysis}/{scan}/figures/minima.csv",
    log:
        "logs/draw_minima/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_minima/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        look=look_of,
        code=code(
            "draw_minima",
            "columns",
            "contour",
            "drawn",
            "grid",
            "minima",
            "plots",
            "tables",
        ),
    script:
        "../../scripts/draw_minima.py"


rule draw_limits:
    """Draw the upper limits of {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        results="results/{analysis}/{scan}/results.csv",
        cross_section=given_files("cross_section"),
    output:
        png=report(
            "results/{analysis}/{scan}/figures/limits.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "upper limits"},
            caption="../report/limits.rst",
        ),
        pdf="results/{analysis}/{scan}/figures/limits.pdf",
        svg="results/{analysis}/{scan}/figures/limits.svg",
        csv="results/{analysis}/{scan}/figures/limits.csv",
    log:
        "logs/draw_limits/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_limits/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        look=look_of,
        test_size=limit_size_of,
        cross_section=lambda wildcards: settings_of(wildcards)["cross_section"],
        given=given_content("cross_section"),
        code=code(
            "draw_limits",
            "columns",
            "contour",
            "crosssection",
            "drawn",
            "given",
            "grid",
            "plots",
            "tables",
        ),
    script:
        "../../scripts/draw_limits.py"


rule draw_fit_results:
    """Draw the fits of one point of {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        # Their content is in the keys of the results, so one that is only newer redraws nothing.
        workspace=ancient("resources/likelihoods/{analysis}/workspace.json"),
        patchset=ancient("resources/likelihoods/{analysis}/patchset.json"),
        points=ancient("resources/likelihoods/{analysis}/points.json"),
        results="results/{analysis}/{scan}/results.csv",
    output:
        parameters="results/{analysis}/{scan}/fit/parameters.csv",
        correlations="results/{analysis}/{scan}/fit/correlations.csv",
        yields="results/{analysis}/{scan}/fit/yields.csv",
        pulls=report(
            "results/{analysis}/{scan}/figures/pulls.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "pulls"},
            caption="../report/pulls.rst",
        ),
        correlation_matrices=report(
            "results/{analysis}/{scan}/figures/correlations.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "correlations"},
            caption="../report/correlations.rst",
        ),
        yields_by_channel=report(
            "results/{analysis}/{scan}/figures/yields.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "yields"},
            caption="../report/yields.rst",
        ),
        vectors=multiext(
            "results/{analysis}/{scan}/figures/",
            *("pulls.pdf", "correlations.pdf", "yields.pdf"),
            *("pulls.svg", "correlations.svg", "yields.svg"),
        ),
    log:
        "logs/draw_fit_results/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_fit_results/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        settings=lambda wildcards: {
            "interpolation": config["interpolation"],
            **{
                option: config["scans"][wildcards.scan][option]
                for option in ("mu_test", "test_stat", "poi_bounds")
            },
        },
        figures=config["figures"],
        show_point=lambda wildcards: settings_of(wildcards)["show_point"],
        title=lambda wildcards: settings_of(wildcards)["title"],
        code=code(
            "draw_fit_results",
            "columns",
            "contour",
            "engine",
            "fitresults",
            "grid",
            "hypotheses",
            "likelihood",
            "model",
            "plots",
            "shown",
            "tables",
            "theory",
        ),
    script:
        "../../scripts/draw_fit_results.py"


rule draw_mu_scan:
    """Draw CLs of one point along the signal strength, {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        # Their content is in the keys of the results, so one that is only newer redraws nothing.
        workspace=ancient("resources/likelihoods/{analysis}/workspace.json"),
        patchset=ancient("resources/likelihoods/{analysis}/patchset.json"),
        points=ancient("resources/likelihoods/{analysis}/points.json"),
        results="results/{analysis}/{scan}/results.csv",
    output:
        png=report(
            "results/{analysis}/{scan}/figures/mu_scan.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "signal strength"},
            caption="../report/mu_scan.rst",
        ),
        pdf="results/{analysis}/{scan}/figures/mu_scan.pdf",
        svg="results/{analysis}/{scan}/figures/mu_scan.svg",
        csv="results/{analysis}/{scan}/figures/mu_scan.csv",
    log:
        "logs/draw_mu_scan/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_mu_scan/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        settings=lambda wildcards: {
            "interpolation": config["interpolation"],
            **{
                option: config["scans"][wildcards.scan][option]
                for option in ("test_stat", "poi_bounds")
            },
        },
        test_size=limit_size_of,
        figures=config["figures"],
        show_point=lambda wildcards: settings_of(wildcards)["show_point"],
        title=lambda wildcards: settings_of(wildcards)["title"],
        code=code(
            "draw_mu_scan",
            "columns",
            "contour",
            "engine",
            "grid",
            "hypotheses",
            "likelihood",
            "model",
            "muscan",
            "plots",
            "shown",
            "tables",
            "theory",
        ),
    script:
        "../../scripts/draw_mu_scan.py"


rule draw_toys:
    """Draw toys of {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        shards=shards_of,
        scan=scan_of,
        results="results/{analysis}/{scan}/results.csv",
    output:
        png=report(
            "results/{analysis}/{scan}/figures/toys.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "toys"},
            caption="../report/toys.rst",
        ),
        pdf="results/{analysis}/{scan}/figures/toys.pdf",
        svg="results/{analysis}/{scan}/figures/toys.svg",
        csv="results/{analysis}/{scan}/figures/toys.csv",
    log:
        "logs/draw_toys/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_toys/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        title=lambda wildcards: settings_of(wildcards)["title"] or wildcards.analysis,
        code=code(
            "draw_toys",
            "benchmark",
            "columns",
            "contour",
            "covered",
            "engine",
            "grid",
            "minima",
            "model",
            "plots",
            "provenance",
            "report",
            "scan",
            "shards",
            "tables",
            "thrown",
        ),
    script:
        "../../scripts/draw_toys.py"


rule draw_toys_spent:
    """Draw how many toys the points of {wildcards.analysis} got, scan {wildcards.scan}."""
    input:
        results="results/{analysis}/{scan}/results.csv",
    output:
        png=report(
            "results/{analysis}/{scan}/figures/toys_spent.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "toys of each point"},
            caption="../report/toys_spent.rst",
        ),
        pdf="results/{analysis}/{scan}/figures/toys_spent.pdf",
        svg="results/{analysis}/{scan}/figures/toys_spent.svg",
        csv="results/{analysis}/{scan}/figures/toys_spent.csv",
    log:
        "logs/draw_toys_spent/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_toys_spent/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        look=look_of,
        code=code(
            "draw_toys_spent",
            "columns",
            "contour",
            "drawn",
            "grid",
            "plots",
            "tables",
            "thrown",
        ),
    script:
        "../../scripts/draw_toys_spent.py"


rule draw_coverage:
    """Draw the coverage of intervals of {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        results="results/{analysis}/{scan}/results.csv",
    output:
        png=report(
            "results/{analysis}/{scan}/figures/coverage.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "coverage"},
            caption="../report/coverage.rst",
        ),
        pdf="results/{analysis}/{scan}/figures/coverage.pdf",
        svg="results/{analysis}/{scan}/figures/coverage.svg",
        csv="results/{analysis}/{scan}/figures/coverage.csv",
    log:
        "logs/draw_coverage/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_coverage/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        look=look_of,
        code=code(
            "draw_coverage",
            "columns",
            "contour",
            "covered",
            "drawn",
            "grid",
            "plots",
            "tables",
        ),
    script:
        "../../scripts/draw_coverage.py"


rule compare_scan:
    """Compare {wildcards.analysis}, scan {wildcards.scan}, with {params.reference[title]}."""
    input:
        results="results/{analysis}/{scan}/results.csv",
        reference=given_files("compare"),
    output:
        comparison="results/{analysis}/{scan}/comparison.csv",
        summary="results/{analysis}/{scan}/comparison_summary.csv",
        png=report(
            "results/{analysis}/{scan}/figures/comparison.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "comparison"},
            caption="../report/comparison.rst",
        ),
        pdf="results/{analysis}/{scan}/figures/comparison.pdf",
        svg="results/{analysis}/{scan}/figures/comparison.svg",
        csv="results/{analysis}/{scan}/figures/comparison.csv",
    log:
        "logs/compare_scan/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/compare_scan/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        look=look_of,
        reference=lambda wildcards: settings_of(wildcards)["compare"],
        given=given_content("compare"),
        code=code(
            "compare_scan",
            "columns",
            "compared",
            "contour",
            "drawn",
            "given",
            "grid",
            "plots",
            "tables",
        ),
    script:
        "../../scripts/compare_scan.py"


rule figures:
    """Draw the figures of every scan."""
    input:
        drawn(suffix=".png"),
