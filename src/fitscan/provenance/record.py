"""Make results/provenance.json of a finished run, and read it back.

All that changes from one run of the same to another is under `run`. The form: docs/provenance.md.
"""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fitscan.errors import FitscanError
from fitscan.files import file_sha256
from fitscan.likelihood import Index, read_index
from fitscan.plan.scan import read_scan
from fitscan.provenance.environment import software, this_machine, thread_counts

__all__ = ["FORMAT", "make_record", "read_record"]

Record = dict[str, Any]

FORMAT = 1

PARTS = ("run", "software", "configuration", "inputs", "scans", "outputs")

# What holds times, and so differs each time.
VARYING = ("timings.csv",)

_LIKELIHOODS = Path("resources/likelihoods")


def make_record(
    *,
    configuration: Mapping[str, Any],
    scans: Sequence[tuple[str, str]],
    outputs: Iterable[str],
    command: str,
    project: Path,
    root: Path = Path(),
) -> Record:
    """Return the record of a run.

    Args:
        configuration: All of it, with defaults, and with environment variables as they were
            written: what they hold may be secret.
        scans: Analysis and scan of each scan.
        outputs: The files that the run made.
        command: The command that the user gave.
        project: The folder of the Snakefile.
        root: The folder of `results` and `resources`: this one, or the prefix of a module.
    """
    made = {Path(p).relative_to(root).as_posix(): _described(p) for p in sorted(outputs)}
    names = [*configuration["analyses"], *(analysis for analysis, _ in scans)]
    indices = {
        name: read_index(root / _LIKELIHOODS / name / "points.json")
        for name in dict.fromkeys(names)
    }
    varying = {path: made.pop(path) for path in list(made) if Path(path).name in VARYING}
    return {
        "format": FORMAT,
        "run": {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": command,
            "machine": this_machine(),
            "threads": thread_counts(),
            **({"prefix": root.as_posix()} if root != Path() else {}),
            "outputs": varying,
        },
        "software": software(project),
        "configuration": dict(configuration),
        "inputs": {
            name: _input(root / _LIKELIHOODS / name, analysis, indices[name])
            for name, analysis in configuration["analyses"].items()
        },
        "scans": [
            _scan(root / "results" / analysis / scan, analysis, scan, indices[analysis])
            for analysis, scan in scans
        ],
        "outputs": made,
    }


def read_record(path: Path) -> Record:
    """Read provenance.json.

    Raises:
        FitscanError: The file is not a record, or it was written by another version of fitscan.
    """
    try:
        record: Record = json.loads(path.read_bytes())
        found, _ = record["format"], [record[part] for part in PARTS]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FitscanError(
            f"{path} is not the record of a run",
            value=str(error),
            hint="name the provenance.json of a finished run",
        ) from error
    if found != FORMAT:
        raise FitscanError(
            f"{path} has another format", value=found, hint=f"this version reads {FORMAT}"
        )
    return record


def _input(folder: Path, analysis: Mapping[str, Any], index: Index) -> Record:
    """Describe a likelihood: where it came from, and digests of what was verified."""
    return {
        **{key: analysis[key] for key in ("archive", "workspace", "patches")},
        "measurement": index.measurement,
        "verify_digest": index.source.get("verify_digest", True),
        "archive_sha256": index.source.get("sha256"),
        "workspace_digest": index.workspace,
        "patchset_sha256": file_sha256(folder / "patchset.json"),
        "points": len(index.points),
        "refused": sum(bool(point.refused) for point in index.points),
    }


def _scan(folder: Path, analysis: str, scan: str, index: Index) -> Record:
    """Describe a scan: what was computed, a digest of the keys of its points, and by what."""
    plan = read_scan(folder / "plan" / "scan.json")
    with (folder / "results.csv").open(newline="", encoding="utf-8") as file:
        engines = {row["engine"] for row in csv.DictReader(file)}
    return {
        "analysis": analysis,
        "scan": scan,
        "settings": plan.settings,
        "points": len(plan.points),
        "points_of_likelihood": len(index.points),
        "keys_digest": plan.digest,
        "engines": sorted(engines),
    }


def _described(path: str) -> Record:
    return {"sha256": file_sha256(Path(path)), "bytes": Path(path).stat().st_size}
