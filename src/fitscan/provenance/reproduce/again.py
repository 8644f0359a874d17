"""Make a recorded run again in a fresh folder, and say whether its numbers are the same.

Takes provenance.json; says what differs in software, inputs and numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fitscan.project_files import project_folder
from fitscan.provenance import read_record
from fitscan.provenance.environment import software
from fitscan.provenance.reproduce.differences import (
    compare_inputs,
    compare_outputs,
    compare_results,
    compare_software,
)
from fitscan.provenance.reproduce.rerun import located, rerun

__all__ = ["TOLERANCE", "reproduce"]

# The same code on another machine rounds in other places. Fits end within 1e-9 of a minimum in
# their estimated distance, which moves a CLs by some 1e-7.
TOLERANCE = 1e-6

Record = Mapping[str, Any]


def reproduce(
    path: Path, into: Path, *, cores: str, tolerance: float, say: Callable[[str], None]
) -> bool:
    """Make the run of a record again, say what differs, and tell whether numbers are the same.

    Args:
        path: The record, provenance.json of the run.
        into: A new folder.
        cores: Cores that Snakemake may use, or "all".
        tolerance: Allowed difference of numbers, relative for those above 1.
        say: Takes line by line what is found.

    Raises:
        FitscanError: There is no such record, or its run cannot be made again.
    """
    project = project_folder()

    def tell(what: str, lines: Sequence[str], otherwise: str) -> None:
        for line in lines or [otherwise]:
            say(f"{what}: {line}")

    record = read_record(path)
    tell("Software", compare_software(record["software"], software(project)), "the same")
    configuration = located(record["configuration"], base=_folder_of_run(path, record))
    rerun(configuration, into=into, project=project, cores=cores)
    again = read_record(into / "results" / "provenance.json")
    inputs, outputs = compare_inputs(record, again), compare_outputs(record, again)
    tell("Inputs", inputs.lines, "the same workspaces and patches")
    tell("Files", outputs, "all have the same bytes")
    numbers = compare_results(
        record, again, beside=path.parent, reproduced=into / "results", tolerance=tolerance
    )
    tell("Numbers", numbers.lines, "results.csv of all scans is the same, byte for byte")
    same = inputs.same and numbers.same
    say("Reproduced." if same else "NOT reproduced: see the lines above.")
    return same


def _folder_of_run(path: Path, record: Record) -> Path:
    """Return the folder that relative paths of a configuration begin from."""
    folder = path.resolve().parents[1]
    for _ in Path(record["run"].get("prefix", "")).parts:  # of a module
        folder = folder.parent
    return folder
