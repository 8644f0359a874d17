"""Fetch each likelihood and check all of it before anything is fitted.

Reads   an archive (path, URL or DOI), or a workspace and patches as plain files
Writes  resources/likelihoods/{analysis}/{workspace,patchset,points}.json
        resources/likelihoods/{analysis}/{regions,signal}.csv    the signal by region
        resources/archives/    what was downloaded
Steps   download, verify digests, validate the workspace, apply and check every patch, and build
        its model where the compiled engine has to take it; note patches that cannot be fitted, and
        go on with the others
"""

from fitscan.likelihood.fetch import local_files


def likelihood_files(wildcards):
    """Name the local files of a likelihood; a download has none."""
    files = showing_user_errors(local_files)(
        config["analyses"][wildcards.analysis], may_be_made=PLACE.is_module
    )
    return local(ancient(files))


# A checkpoint, since the patchset decides which points and so which shards there are.
checkpoint fetch_likelihood:
    """Fetch and verify the likelihood of {wildcards.analysis}."""
    input:
        likelihood_files,
    output:
        workspace="resources/likelihoods/{analysis}/workspace.json",
        patchset="resources/likelihoods/{analysis}/patchset.json",
        points="resources/likelihoods/{analysis}/points.json",
        regions="resources/likelihoods/{analysis}/regions.csv",
        signal="resources/likelihoods/{analysis}/signal.csv",
    log:
        "logs/fetch_likelihood/{analysis}.log",
    benchmark:
        "benchmarks/fetch_likelihood/{analysis}.tsv"
    wildcard_constraints:
        analysis=one_of(config["analyses"]),
    priority: 1  # what is wrong with a likelihood is told before the fits of others
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    params:
        likelihood=lambda wildcards: {
            key: config["analyses"][wildcards.analysis][key]
            for key in (
                *("archive", "sha256", "workspace", "patches", "measurement"),
                *("signal_xsec_uncertainty", "verify_digest", "control_regions"),
            )
        },
        must_compile=wanted.must_compile,
        interpolation=config["interpolation"],
        # Another content under an older time is another likelihood.
        content=lambda of: contents(likelihood_files(of)),
        code=code("fetch_likelihood"),
    script:
        "../../scripts/fetch_likelihood.py"
