"""Put several analyses on one plane: one likelihood of them all, or the best expected of each point.

Reads   resources/likelihoods/{part}/{workspace,patchset,points}.json
        results/{part}/{scan}/results.csv
Writes  resources/likelihoods/{combination}/{workspace,patchset,points}.json
        results/{combination}/{scan}/results.csv
        results/{combination}/{scan}/figures/combination.{pdf,png,svg,csv}
Steps   a statistical combination gets a likelihood, which is then fitted as any other; for the best
        expected, results are chosen from those of the parts; both are drawn beside their parts
"""


# A checkpoint as fetch_likelihood is one: a likelihood decides which points there are.
checkpoint combine_likelihoods:
    """Make one likelihood, {wildcards.combination}, of several."""
    input:
        workspaces=files_of_parts("workspace.json"),
        patchsets=files_of_parts("patchset.json"),
        points=files_of_parts("points.json"),
    output:
        workspace="resources/likelihoods/{combination}/workspace.json",
        patchset="resources/likelihoods/{combination}/patchset.json",
        points="resources/likelihoods/{combination}/points.json",
    log:
        "logs/combine_likelihoods/{combination}.log",
    benchmark:
        "benchmarks/combine_likelihoods/{combination}.tsv"
    wildcard_constraints:
        combination=one_of(name for name in config["combinations"] if name in ANALYSES),
    conda:
        "../../envs/fitscan.yaml"
    params:
        parts=parts_of,
        match=match_of,
        decorrelate=lambda wildcards: config["combinations"][wildcards.combination][
            "decorrelate"
        ],
        must_compile=COMPILED and config["fallback"] == "none",
        interpolation=config["interpolation"],
        code=code("combine_likelihoods"),
    script:
        "../../scripts/combine_likelihoods.py"


rule combine_results:
    """Choose the best expected of {wildcards.combination}, scan {wildcards.scan}."""
    input:
        results=results_of_parts,
    output:
        "results/{combination}/{scan}/results.csv",
    log:
        "logs/combine_results/{combination}/{scan}.log",
    benchmark:
        "benchmarks/combine_results/{combination}/{scan}.tsv"
    wildcard_constraints:
        combination=one_of(name for name, _ in CHOSEN),
    conda:
        "../../envs/fitscan.yaml"
    params:
        parts=parts_of,
        match=match_of,
        code=code("combine_results"),
    script:
        "../../scripts/combine_results.py"


rule draw_combination:
    """Draw {wildcards.combination} beside its parts, scan {wildcards.scan}."""
    input:
        results="results/{combination}/{scan}/results.csv",
        parts=results_of_parts,
    output:
        png=report(
            "results/{combination}/{scan}/figures/combination.png",
            category="{combination}",
            labels={"scan": "{scan}", "what": "combination"},
            caption="../report/combination.rst",
        ),
        pdf="results/{combination}/{scan}/figures/combination.pdf",
        svg="results/{combination}/{scan}/figures/combination.svg",
        csv="results/{combination}/{scan}/figures/combination.csv",
    log:
        "logs/draw_combination/{combination}/{scan}.log",
    benchmark:
        "benchmarks/draw_combination/{combination}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        parts=scanned_parts_of,
        how=lambda wildcards: config["combinations"][wildcards.combination]["how"],
        match=match_of,
        figures=config["figures"],
        look=look_of,
        code=code("draw_combination"),
    script:
        "../../scripts/draw_combination.py"
