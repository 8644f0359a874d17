"""Collect the shards of a scan into its tables.

Reads   results/{analysis}/{scan}/shards/           rows, by key
        results/{analysis}/{scan}/plan/scan.json    which keys are wanted, in which order
        results/{analysis}/{scan}/journal/          toys, where their values are kept
Writes  results/{analysis}/{scan}/results.csv, results.parquet, timings.csv, status.csv
        results/{analysis}/{scan}/SHA256SUMS        of these tables; other rules add theirs
        results/{analysis}/{scan}/toys.parquet      with `keep: values`
Steps   check that every wanted key is there exactly once; write
"""


rule collect_results:
    """Collect the results of {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        shards=shards_of,
        scan=scan_of,
    output:
        csv="results/{analysis}/{scan}/results.csv",
        parquet="results/{analysis}/{scan}/results.parquet",
        timings="results/{analysis}/{scan}/timings.csv",
        status=report(
            "results/{analysis}/{scan}/status.csv",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "status"},
            caption="../report/status.rst",
        ),
        checksums=update("results/{analysis}/{scan}/SHA256SUMS"),
    log:
        "logs/collect_results/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/collect_results/{analysis}/{scan}.tsv"
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    params:
        wanted=wanted_of,
        test_size=config["figures"]["test_size"],
        kept=lambda of: kept_of(
            of, "results.csv", "results.parquet", "timings.csv", "status.csv"
        ),
        code=code("collect_results"),
    script:
        "../../scripts/collect_results.py"


rule collect_toys:
    """Collect all toys of {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        shards=shards_of,
        scan=scan_of,
    output:
        "results/{analysis}/{scan}/toys.parquet",
    log:
        "logs/collect_toys/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/collect_toys/{analysis}/{scan}.tsv"
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    params:
        wanted=wanted_of,
        kept=lambda of: kept_of(of, "toys.parquet"),
        code=code("collect_toys"),
    script:
        "../../scripts/collect_toys.py"
