"""Ask pyhf about a sample of the points of a scan, beside the fits and not after them.

Reads   resources/likelihoods/{analysis}/          the verified likelihood
        results/{analysis}/{scan}/plan/scan.json   which points are wanted and how they are fitted
Writes  results/{analysis}/{scan}/audit.csv
Steps   compare log-densities at the minima of the sample; have pyhf fit a few of it itself;
        a scan by the engine pyhf has nothing to compare, and a table without rows
"""


rule audit_scan:
    """Audit {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        workspace=ancient("resources/likelihoods/{analysis}/workspace.json"),
        patchset=ancient("resources/likelihoods/{analysis}/patchset.json"),
        scan=scan_of,
    output:
        "results/{analysis}/{scan}/audit.csv",
    log:
        "logs/audit_scan/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/audit_scan/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    threads: 1
    params:
        wanted=wanted_of,
        audit=config["audit"],
        pyhf=config["pyhf"],
        code=code(
            "audit_scan",
            "audit",
            "columns",
            "cpu",
            "engine",
            "hypotheses",
            "likelihood/patching",
            "model",
            "reference",
            "scan",
            "shards",
            "theory",
        ),
    script:
        "../../scripts/audit_scan.py"
