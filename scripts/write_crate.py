"""Describe a finished run as an RO-Crate."""

import json
from collections.abc import Sequence
from pathlib import Path

import yaml

from fitscan.files import write_text
from fitscan.provenance import read_record
from fitscan.provenance.ro_crate import describe_run
from fitscan.script_log import step


def main(
    *,
    path_to_record: str,
    path_to_citation: Path,
    paths_to_others: Sequence[str],
    path_to_crate: str,
) -> None:
    """Write the metadata of a crate beside the files that it describes.

    Args:
        path_to_record: The record of the run.
        path_to_citation: CITATION.cff of fitscan.
        paths_to_others: Files that the record does not describe.
        path_to_crate: What to write.
    """
    crate = describe_run(
        read_record(Path(path_to_record)),
        yaml.safe_load(path_to_citation.read_text("utf-8")),
        others=[path_to_record, *paths_to_others],
    )
    write_text(path_to_crate, json.dumps(crate, indent=1, ensure_ascii=False) + "\n")


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            path_to_record=snakemake.input.record,
            path_to_citation=Path(snakemake.scriptdir).parent / "CITATION.cff",
            paths_to_others=[snakemake.input.report],
            path_to_crate=snakemake.output[0],
        )
