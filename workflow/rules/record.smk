"""Record a finished run: how it was made, and what is needed to make it again.

Reads   all tables, figures and submissions; resources/likelihoods/{analysis}/points.json
Writes  results/provenance.json           inputs, software, configuration, digests of outputs
        results/ro-crate-metadata.json    the same, as an RO-Crate that names the report too
        (with the name of the run before, if it has one)
Steps   digest what went in and what came out; `make reproduce` starts from the first, archives
        of research data understand the second
"""


rule write_provenance:
    """Record how the results were made."""
    input:
        outputs=wanted.recorded(),
        plans=plans_of,
        likelihoods=likelihoods_of,
        points=ancient(
            expand(
                "resources/likelihoods/{analysis}/points.json",
                analysis=wanted.analyses,
            )
        ),
    output:
        record=wanted.page("provenance.json"),
        crate=wanted.page("ro-crate-metadata.json"),
    log:
        "logs/write_provenance.log",
    benchmark:
        "benchmarks/write_provenance.tsv"
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    params:
        scans=wanted.pairs,
        wanted=wanted_of,
        report=PLACE.on_disk(wanted.page("report.html")),
        configuration={
            key: value
            for key, value in WRITTEN.items()
            if key not in ("executor", "shards")
        },
        citation=contents([PROJECT / "CITATION.cff"]),
        code=code("write_provenance"),
    script:
        "../../scripts/write_provenance.py"
