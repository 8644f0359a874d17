"""Record a finished run: how it was made, and what is needed to make it again.

Reads   all tables, figures and submissions; resources/likelihoods/{analysis}/points.json
Writes  results/provenance.json           inputs, software, configuration, digests of outputs
        results/ro-crate-metadata.json    the same and the report, as an RO-Crate
Steps   digest what went in and what came out; `make reproduce` starts from the first, archives
        of research data understand the second
"""


rule write_provenance:
    """Write results/provenance.json."""
    input:
        outputs=wanted.recorded(),
        points=ancient(
            expand(
                "resources/likelihoods/{analysis}/points.json",
                analysis=config["analyses"],
            )
        ),
    output:
        "results/provenance.json",
    log:
        "logs/write_provenance.log",
    benchmark:
        "benchmarks/write_provenance.tsv"
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    params:
        scans=wanted.pairs,
        configuration={
            key: value
            for key, value in WRITTEN.items()
            if key not in ("executor", "shards")
        },
        code=code("write_provenance"),
    script:
        "../../scripts/write_provenance.py"


rule write_crate:
    """Write results/ro-crate-metadata.json."""
    input:
        record="results/provenance.json",
        report="results/report.html",
    output:
        "results/ro-crate-metadata.json",
    log:
        "logs/write_crate.log",
    benchmark:
        "benchmarks/write_crate.tsv"
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    params:
        citation=contents([PROJECT / "CITATION.cff"]),
        code=code("write_crate"),
    script:
        "../../scripts/write_crate.py"
