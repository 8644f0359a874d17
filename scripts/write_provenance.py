"""Record what went into a run, what made it, and what came out; and describe it as an RO-Crate."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from fitscan.files import write_text
from fitscan.project_files import project_folder
from fitscan.provenance import make_record
from fitscan.provenance.ro_crate import describe_run
from fitscan.script_log import step


def main(
    *,
    configuration: Mapping[str, Any],
    scans: Sequence[tuple[str, str]],
    paths_to_outputs: Sequence[str],
    path_to_record: str,
    path_to_crate: str,
    path_to_report: str,
    command: str,
    project: Path,
) -> None:
    """Write the record of a run, and the metadata of a crate beside the files that it describes.

    Args:
        configuration: All of it, with environment variables as they were written.
        scans: Analysis and scan of each scan.
        paths_to_outputs: The files that the run made.
        path_to_record: What to write as JSON.
        path_to_crate: What to write as an RO-Crate.
        path_to_report: The report of the run, which is written later.
        command: The command that the user gave.
        project: The folder of the Snakefile.
    """
    root = Path(path_to_record).parents[1]
    record = make_record(
        configuration=configuration,
        scans=scans,
        outputs=paths_to_outputs,
        command=command,
        project=project,
        root=root,
    )
    crate = describe_run(
        record,
        yaml.safe_load((project / "CITATION.cff").read_text("utf-8")),
        others=[Path(p).relative_to(root).as_posix() for p in (path_to_record, path_to_report)],
    )
    for path, content in ((path_to_record, record), (path_to_crate, crate)):
        write_text(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            # Where and in what portions it was computed decides no number, so these two come not
            # through params: another executor makes no other results and needs no new record.
            configuration={
                **snakemake.params.configuration,
                **{key: snakemake.config[key] for key in ("executor", "shards")},
            },
            scans=snakemake.params.scans,
            paths_to_outputs=snakemake.input.outputs,
            path_to_record=snakemake.output.record,
            path_to_crate=snakemake.output.crate,
            path_to_report=snakemake.params.report,
            command=os.environ.get("FITSCAN_COMMAND", "snakemake"),
            project=project_folder(),
        )
