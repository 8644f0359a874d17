"""Check an executor before work is sent: ``python -m fitscan.dispatch.doctor NAME``.

Takes the name of an executor; opens it, asks a worker who it is, and prints what it says
beside what this process runs. Ends with exit status 1 and one error if a scan would not start.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from fitscan.dispatch.preflight import WorkerInfo, compare, probe
from fitscan.errors import FitscanError
from fitscan.executors import Executor, open_executor
from fitscan.worker.run import identity

__all__ = ["main"]

_MOST_PROBES = 20


def main(arguments: list[str] | None = None) -> None:
    """Check the executor that the command line names.

    Args:
        arguments: The command line without the program; None for the one of this process.
    """
    parser = argparse.ArgumentParser(
        prog="python -m fitscan.dispatch.doctor", description="Check an executor."
    )
    parser.add_argument(
        "name", help="name of an executor in --folder, or path of a file with its settings"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("config/executors"),
        help="folder with the settings of executors",
    )
    parser.add_argument(
        "--patience", type=float, default=600.0, help="seconds to wait for a first worker"
    )
    options = parser.parse_args(arguments)
    try:
        _check(options.name, folder=options.folder, patience_s=options.patience)
    except FitscanError as error:
        sys.exit(f"{type(error).__name__}: {error}")


def _check(name: str, *, folder: Path, patience_s: float) -> None:
    """Print what a worker of an executor says, and refuse it if a scan would."""
    with open_executor(name, folder=folder) as executor:
        first = probe(executor, patience_s=patience_s)
        warm = _warm_answer(executor, first, patience_s=patience_s)
        for what, said in _table(first, warm):
            print(f"{what:<13} {said}")
        compare(first.identity)
    print(f"{name} can be used")


def _warm_answer(executor: Executor, first: WorkerInfo, *, patience_s: float) -> WorkerInfo:
    """Ask until a worker answers that has answered before, so that no start is in its time."""
    seen = {first.identity["pid"]}
    for _ in range(_MOST_PROBES):
        answer = probe(executor, patience_s=patience_s)
        if answer.identity["pid"] in seen:
            break
        seen.add(answer.identity["pid"])
    return answer


def _table(first: WorkerInfo, warm: WorkerInfo) -> Iterator[tuple[str, str]]:
    """Yield what is checked and what was found."""
    ours, theirs = identity(), first.identity
    yield "reachable", f"yes, worker {theirs['pid']} on {theirs['host']}"
    yield "first answer", f"{first.seconds:.1f} s, including the start of the worker"
    yield "round trip", f"{1e3 * warm.seconds:.1f} ms"
    for name, here, there in (
        ("Python", ours["python"], theirs["python"]),
        ("fitscan", *(f"{side['fitscan']} ({side['code']})" for side in (ours, theirs))),
        *(
            (name, ours["packages"][name], theirs["packages"].get(name))
            for name in ours["packages"]
        ),
    ):
        yield name, f"{there or 'not installed'} there, {here or 'not installed'} here"
    yield "CPU", f"{theirs['cpu']} there, {ours['cpu']} here"
    yield "devices", theirs["devices"] or "none named"
    yield "cores", str(theirs["cores"])


if __name__ == "__main__":
    main()
