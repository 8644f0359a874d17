"""Combine several analyses: one likelihood of all, or the best expected result at each point.

Reads   resources/likelihoods/{part}/{workspace,patchset,points}.json, regions.csv
        results/{part}/{scan}/results.csv
Writes  resources/likelihoods/{combination}/{workspace,patchset,points}.json
        resources/likelihoods/{combination}/{regions,signal}.csv    the signal by region
        results/{combination}/{scan}/results.csv
Steps   make the likelihood of a statistical combination, which is then fitted like any other; for
        the best expected, choose from the results of the parts
"""


# A checkpoint like fetch_likelihood: the likelihood decides which points there are.
checkpoint combine_likelihoods:
    """Make one likelihood, {wildcards.combination}, of several."""
    input:
        workspaces=lambda of: wanted.likelihoods_of_parts(
            of.combination, "workspace.json"
        ),
        patchsets=lambda of: wanted.likelihoods_of_parts(
            of.combination, "patchset.json"
        ),
        points=lambda of: wanted.likelihoods_of_parts(of.combination, "points.json"),
        regions=lambda of: wanted.likelihoods_of_parts(of.combination, "regions.csv"),
    output:
        workspace="resources/likelihoods/{combination}/workspace.json",
        patchset="resources/likelihoods/{combination}/patchset.json",
        points="resources/likelihoods/{combination}/points.json",
        regions="resources/likelihoods/{combination}/regions.csv",
        signal="resources/likelihoods/{combination}/signal.csv",
    log:
        "logs/combine_likelihoods/{combination}.log",
    benchmark:
        "benchmarks/combine_likelihoods/{combination}.tsv"
    wildcard_constraints:
        combination=one_of(n for n in config["combinations"] if n in wanted.analyses),
    priority: 1  # what is wrong with a likelihood is told before the fits of others
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    params:
        parts=lambda of: wanted.parts(of.combination),
        match=lambda of: config["combinations"][of.combination]["match"],
        decorrelate=lambda of: config["combinations"][of.combination]["decorrelate"],
        signal_xsec_uncertainty=lambda of: config["combinations"][of.combination][
            "signal_xsec_uncertainty"
        ],
        must_compile=wanted.must_compile,
        interpolation=config["interpolation"],
        code=code("combine_likelihoods"),
    script:
        "../../scripts/combine_likelihoods.py"


rule combine_results:
    """Choose the best expected of {wildcards.combination}, scan {wildcards.scan}."""
    input:
        results=lambda of: wanted.results_of_parts(of.combination, of.scan),
        plans=lambda of: plans_of(of),  # defined in plan.smk
        likelihoods=lambda of: likelihoods_of(of),
    output:
        csv="results/{combination}/{scan}/results.csv",
        checksums=update("results/{combination}/{scan}/SHA256SUMS"),
    log:
        "logs/combine_results/{combination}/{scan}.log",
    benchmark:
        "benchmarks/combine_results/{combination}/{scan}.tsv"
    wildcard_constraints:
        combination=one_of(scan.analysis for scan in wanted.best_expected),
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    params:
        parts=lambda of: wanted.parts(of.combination),
        match=lambda of: config["combinations"][of.combination]["match"],
        wanted=lambda of: wanted_of(of),
        kept=lambda of: kept_of(of, "results.csv"),
        code=code("combine_results"),
    script:
        "../../scripts/combine_results.py"
