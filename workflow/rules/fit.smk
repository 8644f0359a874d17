"""Fit the points of a scan, one Snakemake job a shard.

Reads   resources/likelihoods/{analysis}/    the verified likelihood
        results/{analysis}/{scan}/plan/      the keys of the shard and how to fit
Writes  results/{analysis}/{scan}/shards/    the rows of the shard
        results/{analysis}/{scan}/journal/   each row the moment it is known
Steps   take what the journal holds; fit the rest through the executor
"""


# Everything that decides a number is in the keys, so in the shard's name: an input that is only
# newer refits nothing. The executor and its workers decide no number; the script takes them from
# the configuration, where a change triggers nothing.
rule fit_shard:
    """Fit shard {wildcards.shard} of {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        workspace=ancient("resources/likelihoods/{analysis}/workspace.json"),
        patchset=ancient("resources/likelihoods/{analysis}/patchset.json"),
        scan=ancient("results/{analysis}/{scan}/plan/scan.json"),
        shard=ancient("results/{analysis}/{scan}/plan/{shard}.json"),
    output:
        "results/{analysis}/{scan}/shards/{shard}.json",
    log:
        "logs/fit_shard/{analysis}/{scan}/{shard}.log",
    benchmark:
        "benchmarks/fit_shard/{analysis}/{scan}/{shard}.tsv"
    retries: 1  # a job that is killed; what it finished is in the journal
    conda:
        "../../envs/fitscan.yaml"
    threads: EXECUTOR.cores  # busy on this machine; workers elsewhere take none of it
    script:
        "../../scripts/fit_shard.py"
