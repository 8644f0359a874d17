"""Check an executor before work is sent: ask a worker who it is, and compare with this process."""

from collections.abc import Iterator
from pathlib import Path

from fitscan.dispatch.preflight import WorkerInfo, compare, probe
from fitscan.executors import Executor, open_executor
from fitscan.worker.run import identity

__all__ = ["examine"]

_MOST_PROBES = 20


def examine(name: str, *, folder: Path, patience_s: float) -> Iterator[str]:
    """Yield line by line what a worker of an executor says, beside what this process runs.

    Args:
        name: Name of an executor in ``folder``, or path of a file with its settings.
        folder: The folder of the executors that are known by name.
        patience_s: Time to wait for a first worker.

    Raises:
        FitscanError: A scan would not start there.
    """
    with open_executor(name, folder=folder) as executor:
        first = probe(executor, patience_s=patience_s)
        warm = _warm_answer(executor, first, patience_s=patience_s)
        for what, said in _table(first, warm):
            yield f"{what:<13} {said}"
        compare(first.identity)
    yield f"{name} can be used"


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
