"""Lay a scan beside a reference that the user gives.

Reads   results/{analysis}/{scan}/results.csv
        the reference: CLs of points, from pyhf or from a publication
Writes  results/{analysis}/{scan}/comparison.csv           a row for each point
        results/{analysis}/{scan}/comparison_summary.csv   what they come to
        results/{analysis}/{scan}/figures/comparison.{pdf,png,svg,csv}
Steps   points are matched by name; their differences, their contours, and which change sides
"""


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
        code=code("compare_scan"),
    script:
        "../../scripts/compare_scan.py"
