"""Make a recorded run again in a fresh folder, and say whether its numbers are the same.

Takes provenance.json; prints what differs in software, inputs and numbers. The exit status is 0
when the numbers are the same within the tolerance, and 1 when they are not.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import fitscan
from fitscan.errors import FitscanError
from fitscan.provenance import read_record
from fitscan.provenance.environment import software
from fitscan.provenance.reproduce.differences import (
    compare_inputs,
    compare_outputs,
    compare_results,
    compare_software,
)
from fitscan.provenance.reproduce.rerun import located, rerun

# The same code on another machine rounds in other places. Fits end within 1e-9 of a minimum in
# their estimated distance, which moves a CLs by some 1e-7.
TOLERANCE = 1e-6


def main(arguments: Sequence[str] | None = None) -> None:
    """Run again what the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m fitscan.provenance.reproduce", description=__doc__
    )
    parser.add_argument("record", type=Path, help="provenance.json of the run")
    parser.add_argument("--into", type=Path, default=Path("reproduced"), help="a new folder")
    parser.add_argument("--cores", default="all", help="cores that Snakemake may use")
    parser.add_argument(
        "--tolerance",
        type=float,
        default=TOLERANCE,
        help="allowed difference of numbers, relative for those above 1 (default %(default)s)",
    )
    options = parser.parse_args(arguments)
    try:
        same = _reproduce(
            options.record, options.into, cores=options.cores, tolerance=options.tolerance
        )
    except FitscanError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    sys.exit(0 if same else 1)


def _reproduce(path: Path, into: Path, *, cores: str, tolerance: float) -> bool:
    """Make the run of a record again, print what differs, and tell whether numbers are the same."""
    project = Path(fitscan.__file__).parents[2]
    if not (project / "Snakefile").is_file():
        raise FitscanError(
            "there is no Snakefile beside the package",
            value=str(project),
            hint="start this from a checkout of fitscan",
        )
    record = read_record(path)
    _say("Software", compare_software(record["software"], software(project)), "the same")
    configuration = located(record["configuration"], base=path.resolve().parents[1])
    rerun(configuration, into=into, project=project, cores=cores)
    again = read_record(into / "results" / "provenance.json")
    inputs, outputs = compare_inputs(record, again), compare_outputs(record, again)
    _say("Inputs", inputs.lines, "the same workspaces and patches")
    _say("Files", outputs, "all have the same bytes")
    numbers = compare_results(
        record, again, beside=path.parent, reproduced=into / "results", tolerance=tolerance
    )
    _say("Numbers", numbers.lines, "results.csv of all scans is the same, byte for byte")
    same = inputs.same and numbers.same
    print("Reproduced." if same else "NOT reproduced: see the lines above.")
    return same


def _say(what: str, lines: Sequence[str], otherwise: str) -> None:
    """Print what was found, or that nothing was."""
    for line in lines or [otherwise]:
        print(f"{what}: {line}", flush=True)


if __name__ == "__main__":
    main()
