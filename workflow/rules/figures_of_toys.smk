"""Draw what was thrown.

Reads   results/{analysis}/{scan}/results.csv
        results/{analysis}/{scan}/shards/    distributions of toys, for draw_toys
Writes  results/{analysis}/{scan}/figures/{toys,toys_spent,coverage}.{pdf,png,svg,csv}
Steps   where toys were thrown, those of one point, and how many each point got; where experiments
        were, how often intervals cover
"""


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
            "audited",
            "benchmark",
            "columns",
            "contour",
            "covered",
            "cpu",
            "engine",
            "grid",
            "minima",
            "model",
            "notes",
            "plots",
            "provenance",
            "report",
            "scan",
            "shards",
            "tables",
            "thrown",
            "undecided",
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
            "notes",
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
            "notes",
            "plots",
            "tables",
        ),
    script:
        "../../scripts/draw_coverage.py"
