"""Record what went into a run, what made it, and what came out."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fitscan.files import write_text
from fitscan.provenance import make_record
from fitscan.script_log import step


def main(
    *,
    configuration: Mapping[str, Any],
    scans: Sequence[tuple[str, str]],
    paths_to_outputs: Sequence[str],
    path_to_record: str,
    command: str,
    project: Path,
) -> None:
    """Write the record of a run.

    Args:
        configuration: All of it, with environment variables as they were written.
        scans: Analysis and scan of each scan.
        paths_to_outputs: The files that the run made.
        path_to_record: What to write.
        command: The command that the user gave.
        project: The folder of the Snakefile.
    """
    record = make_record(
        configuration=configuration,
        scans=scans,
        outputs=paths_to_outputs,
        command=command,
        project=project,
    )
    write_text(path_to_record, json.dumps(record, indent=1, ensure_ascii=False) + "\n")


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
            path_to_record=snakemake.output[0],
            command=os.environ.get("FITSCAN_COMMAND", "snakemake"),
            project=Path(snakemake.scriptdir).parent,
        )
