"""Compare a sample of the points of a scan with pyhf, once all are fitted.

Reads   resources/likelihoods/{analysis}/          the verified likelihood
        results/{analysis}/{scan}/plan/scan.json   which points are wanted and how they are fitted
        results/{analysis}/{scan}/results.csv      which points pyhf should fit itself
Writes  results/{analysis}/{scan}/audit.csv        every comparison
        results/{analysis}/{scan}/flagged.csv      points whose numbers are in doubt, and why
Steps   compare log-densities at the minima of the sample; have pyhf fit a few of its points, where
        a fit may have ended in another minimum and this matters; a scan with the engine pyhf gets
        tables without rows
"""


rule audit_scan:
    """Audit {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        workspace=ancient("resources/likelihoods/{analysis}/workspace.json"),
        patchset=ancient("resources/likelihoods/{analysis}/patchset.json"),
        scan=scan_of,
        results="results/{analysis}/{scan}/results.csv",
    output:
        audit="results/{analysis}/{scan}/audit.csv",
        flagged="results/{analysis}/{scan}/flagged.csv",
    log:
        "logs/audit_scan/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/audit_scan/{analysis}/{scan}.tsv"
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    threads: 1
    params:
        wanted=wanted_of,
        audit=config["audit"],
        pyhf=config["pyhf"],
        test_size=config["figures"]["test_size"],
        kept=lambda of: kept_of(of, "audit.csv", "flagged.csv"),
        code=code("audit_scan"),
    script:
        "../../scripts/audit_scan.py"
