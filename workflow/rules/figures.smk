"""Draw the figures of a scan; `snakemake figures` draws them and nothing else.

Reads   results/{analysis}/{scan}/results.csv
Writes  results/{analysis}/{scan}/figures/{exclusion,minima}.{pdf,png,svg,csv}
Steps   a grid with two axes gets its exclusion contour, one with a single axis CLs along it; where
        lower minima were searched, the same beside what they give
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
        look=lambda wildcards: {
            key: config["analyses"][wildcards.analysis][key]
            for key in ("axes", "axis_titles", "title")
        },
        code=code("draw_minima", "columns", "contour", "grid", "plots", "tables"),
    script:
        "../../scripts/draw_minima.py"


rule figures:
    """Draw the figures of every scan."""
    input:
        [
            f"results/{analysis}/{scan}/{product}"
            for analysis, scan in SCANS
            for product in PRODUCTS
            if product.endswith(".png")
        ],
