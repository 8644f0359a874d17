"""Fit one point of a scan in detail, for its figures; redrawing them needs no fit.

Reads   results/{analysis}/{scan}/results.csv
        resources/likelihoods/{analysis}/    the point, which is fitted once more
Writes  results/{analysis}/{scan}/fit/{parameters,correlations,yields,mu_scan}.csv
        results/{analysis}/{scan}/fit/detail.json
Steps   fit it, with uncertainties, and scan its CLs along the signal strength
"""


rule fit_details:
    """Fit one point of {wildcards.analysis}, scan {wildcards.scan}, in detail."""
    input:
        # Their content is in the keys of the results, so one that is only newer fits nothing.
        workspace=ancient("resources/likelihoods/{analysis}/workspace.json"),
        patchset=ancient("resources/likelihoods/{analysis}/patchset.json"),
        points=ancient("resources/likelihoods/{analysis}/points.json"),
        results="results/{analysis}/{scan}/results.csv",
        plans=plans_of,
    output:
        multiext(
            "results/{analysis}/{scan}/fit/",
            *("parameters.csv", "correlations.csv", "yields.csv", "mu_scan.csv"),
        ),
        detail="results/{analysis}/{scan}/fit/detail.json",
    log:
        "logs/fit_details/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/fit_details/{analysis}/{scan}.tsv"
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    params:
        settings=lambda of: wanted.detail_settings(of.analysis, of.scan),
        wanted=wanted_of,
        kept=lambda of: kept_of(of, "fit/*"),
        code=code("fit_details"),
    script:
        "../../scripts/fit_details.py"
