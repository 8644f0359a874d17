"""Compare a scan with a reference that the user gives.

Reads   results/{analysis}/{scan}/results.csv
        resources/likelihoods/{analysis}/points.json       points that the analysis leaves out
        the reference: CLs of points, from pyhf or from a publication
Writes  results/{analysis}/{scan}/comparison.csv           a row for each point
        results/{analysis}/{scan}/comparison_summary.csv   the differences in short
Steps   match points by name or labels; take their differences, and the distance between the contours
"""


rule compare_scan:
    """Compare {wildcards.analysis}, scan {wildcards.scan}, with its reference."""
    input:
        results="results/{analysis}/{scan}/results.csv",
        plans=plans_of,
        points=ancient("resources/likelihoods/{analysis}/points.json"),
        reference=lambda of: local(ancient(wanted.user_files(of.analysis, "compare"))),
    output:
        comparison="results/{analysis}/{scan}/comparison.csv",
        summary="results/{analysis}/{scan}/comparison_summary.csv",
    log:
        "logs/compare_scan/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/compare_scan/{analysis}/{scan}.tsv"
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures={key: config["figures"][key] for key in ("test_size", "interpolation")},
        look=lambda of: wanted.look_of(of.analysis),
        user_tables=lambda of: contents(wanted.user_files(of.analysis, "compare")),
        wanted=wanted_of,
        kept=lambda of: kept_of(of, "comparison.csv", "comparison_summary.csv"),
        code=code("compare_scan"),
    script:
        "../../scripts/compare_scan.py"
