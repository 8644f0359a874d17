"""A finished run as an RO-Crate: metadata beside the results, which stay where they are.

Takes the record of the run; gives what ro-crate-metadata.json holds, by the profile Process Run
Crate 0.5 (https://w3id.org/ro/wfrun/process/0.5): an action that took the likelihoods, used
fitscan, and made the results. Not by Workflow Run Crate, which wants the workflow inside the
crate, and results/ holds no code.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

__all__ = ["describe_run"]

Record = Mapping[str, Any]

CRATE = "1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
# Has the terms that RO-Crate 1.1 has not, such as sha256.
TERMS = "https://w3id.org/ro/terms/workflow-run/context"

FORMATS = {
    ".csv": "text/csv",
    ".gz": "application/gzip",
    ".html": "text/html",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".yaml": "application/yaml",
}


def describe_run(record: Record, citation: Record, *, others: Iterable[str]) -> dict[str, Any]:
    """Return the content of ro-crate-metadata.json; the same record gives the same.

    Args:
        record: See ``fitscan.provenance.make_record``.
        citation: What CITATION.cff holds.
        others: Files in results/ that the record does not describe, such as itself.
    """
    crate = ROCrate(version=CRATE)
    crate.metadata.extra_contexts.append(TERMS)
    date, analyses = record["run"]["date"], record["configuration"]["analyses"]
    crate.name = f"Scan of {', '.join(analyses)} by fitscan"
    crate.description = (
        "Every signal hypothesis of published HistFactory likelihoods fitted: tables, exclusion"
        " contours, HEPData submissions, and how they were made (provenance.json)."
    )
    crate.datePublished = date
    crate.license = _licence(crate, analyses)
    crate.root_dataset["conformsTo"] = _thing(
        crate, PROFILE, "CreativeWork", name="Process Run Crate", version="0.5"
    )
    results = [_file(crate, path, made) for path, made in record["outputs"].items()]
    results += [_file(crate, path, made) for path, made in record["run"]["outputs"].items()]
    results += [_file(crate, path, {}) for path in sorted(others)]
    crate.root_dataset["mentions"] = _thing(
        crate,
        "#run",
        "CreateAction",
        name=record["run"]["command"],
        endTime=date,
        actionStatus={"@id": "http://schema.org/CompletedActionStatus"},
        instrument=_workflow(crate, record["software"], citation),
        object=[_likelihood(crate, name, record) for name in analyses],
        result=results,
    )
    document: dict[str, Any] = crate.metadata.generate()
    return document


def _thing(crate: ROCrate, identifier: str, kind: str, /, **properties: Any) -> Any:
    """Add something that is not a file of the crate."""
    given = {key: value for key, value in properties.items() if value is not None}
    return crate.add(ContextEntity(crate, identifier, properties={"@type": kind, **given}))


def _file(crate: ROCrate, path: str, made: Record) -> Any:
    """Add a file of results/."""
    inside = PurePosixPath(path).relative_to("results")
    properties: dict[str, Any] = {
        "name": str(inside),
        "encodingFormat": FORMATS.get(inside.suffix, "application/octet-stream"),
    }
    if made:
        properties |= {"sha256": made["sha256"], "contentSize": str(made["bytes"])}
    return crate.add_file(dest_path=str(inside), properties=properties)


def _licence(crate: ROCrate, analyses: Record) -> Any:
    """Return the one licence that the configuration states for all analyses, or that there is none.

    The specification wants one.
    """
    stated = [analysis["hepdata"]["license"] for analysis in analyses.values()]
    if stated[0] is None or any(other != stated[0] for other in stated):
        nothing = "The configuration states no licence for all results."
        return _thing(crate, "#licence", "CreativeWork", name="not stated", description=nothing)
    return _thing(crate, stated[0]["url"], "CreativeWork", name=stated[0]["name"])


def _workflow(crate: ROCrate, software: Record, citation: Record) -> Any:
    """Add fitscan with its authors and the packages that it ran with."""
    own = software["fitscan"]
    edited = " with edits" if own.get("dirty") else ""
    packages = {"python": software["python"], **software["packages"]}
    return _thing(
        crate,
        "#fitscan",
        "SoftwareApplication",
        name=citation["title"],
        description=citation["abstract"],
        version=own["version"],
        softwareVersion=f"{own['revision']}{edited}" if "revision" in own else None,
        license=f"https://spdx.org/licenses/{citation['license']}",
        author=_authors(crate, citation["authors"]),
        softwareRequirements=[
            _thing(crate, f"#{name}", "SoftwareApplication", name=name, version=version)
            for name, version in packages.items()
        ],
    )


def _authors(crate: ROCrate, authors: Sequence[Record]) -> list[Any]:
    """Add the authors of fitscan: persons, or a group under one name."""
    found = []
    for number, author in enumerate(authors, start=1):
        identifier = author.get("orcid", f"#author-{number}")
        if "name" in author:
            found.append(_thing(crate, identifier, "Organization", name=author["name"]))
        else:
            name = f"{author.get('given-names', '')} {author['family-names']}".strip()
            found.append(_thing(crate, identifier, "Person", name=name))
    return found


def _likelihood(crate: ROCrate, name: str, record: Record) -> Any:
    """Add a likelihood: where it came from, its digest, and what to cite."""
    analysis, used = record["configuration"]["analyses"][name], record["inputs"][name]
    archive = str(used["archive"] or "")
    if re.fullmatch(r"10\.\d{4,9}/[^\s$]+", archive):
        archive = f"https://doi.org/{archive}"
    properties = {
        "name": analysis["title"] or name,
        "citation": analysis["cite"]["paper"],
        "isBasedOn": analysis["cite"]["hepdata"],
        "description": f"workspace {used['workspace']}"
        + (f", patches {used['patches']}" if used["patches"] else "")
        + (f", in {archive}" if archive else ""),
        "sha256": used["archive_sha256"],
        "identifier": f"sha256:{used['workspace_digest']}",
    }
    if re.fullmatch(r"https?://[^\s$*]+", archive):
        given = {key: value for key, value in properties.items() if value is not None}
        return crate.add_file(archive, properties=given)
    # A file of the user's, or an address with an environment variable or a masked secret in it: no
    # link to follow.
    return _thing(crate, f"#likelihood-{name}", "CreativeWork", **properties)
