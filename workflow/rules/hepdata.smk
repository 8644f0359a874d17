"""Write each scan, of analyses and of combinations of both kinds, as a HEPData submission.

Reads   results/{analysis}/{scan}/results.csv
        results/{analysis}/{scan}/figures/exclusion.{csv,png}
Writes  results/{analysis}/{scan}/hepdata/        submission.yaml and a file for each table
        results/{analysis}/{scan}/hepdata.tar.gz  the same, ready to upload
Steps   tables of CLs, limits and contours with units, qualifiers and keywords; check them as
        HEPData does; a submission that is not valid is an error and not written
"""


rule write_hepdata:
    """Write the HEPData submission of {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        results="results/{analysis}/{scan}/results.csv",
        plans=plans_of,
        likelihoods=likelihoods_of,
        exclusion="results/{analysis}/{scan}/figures/exclusion.csv",
        figure="results/{analysis}/{scan}/figures/exclusion.png",
    output:
        # Not directory(): into that Snakemake puts a file of its own, which HEPData refuses. The
        # script replaces the folder as a whole, so where this file is, the others are.
        submission="results/{analysis}/{scan}/hepdata/submission.yaml",
        archive="results/{analysis}/{scan}/hepdata.tar.gz",
    log:
        "logs/write_hepdata/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/write_hepdata/{analysis}/{scan}.tsv"
    wildcard_constraints:
        analysis=one_of(wanted.settings),
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    params:
        settings=lambda of: wanted.submission_settings(of.analysis),
        scan=lambda of: {
            "mu_test": config["scans"][of.scan]["mu_test"],
            "level": config["scans"][of.scan]["level"],
            "toys_thrown": wanted.scan(of.analysis, of.scan).toys_thrown,
            **wanted.method_of(of.analysis, of.scan),
        },
        test_size=config["figures"]["test_size"],
        wanted=wanted_of,
        kept=lambda of: kept_of(of, "hepdata/*", "hepdata.tar.gz"),
        code=code("write_hepdata"),
    script:
        "../../scripts/write_hepdata.py"
