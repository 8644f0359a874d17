"""Ask an executor who its workers are, and compare their versions with ours."""

import logging
import time
from dataclasses import dataclass
from typing import Any

import orjson

from fitscan.errors import ExecutorError, VersionMismatch
from fitscan.executors import Executor
from fitscan.worker.request import FORMAT
from fitscan.worker.run import identity

__all__ = ["WorkerInfo", "check", "compare", "probe"]

log = logging.getLogger(__name__)

_PATIENCE_S = 600.0


@dataclass(frozen=True)
class WorkerInfo:
    """What a worker says of itself.

    Attributes:
        identity: Who it is; see ``fitscan.worker.run.identity``.
        seconds: How long the answer took, the start of the worker included.
    """

    identity: dict[str, Any]
    seconds: float


def check(executor: Executor, *, patience_s: float | None = _PATIENCE_S) -> WorkerInfo:
    """Ask one worker who it is, and refuse it if it would not give our numbers.

    Args:
        executor: See ``probe``.
        patience_s: See ``probe``.

    Raises:
        ExecutorError: See ``probe``.
        VersionMismatch: See ``compare``.
    """
    log.info("waiting for a first worker")
    answer = probe(executor, patience_s=patience_s)
    compare(answer.identity)
    return answer


def probe(executor: Executor, *, patience_s: float | None = _PATIENCE_S) -> WorkerInfo:
    """Ask one worker who it is.

    Args:
        executor: The executor, entered by the caller.
        patience_s: How long to wait for a worker, which may have to queue on a cluster; None for
            ever.

    Raises:
        ExecutorError: No worker answered.
    """
    start = time.perf_counter()
    request = orjson.dumps({"format": FORMAT, "probe": True})
    try:
        response = orjson.loads(executor.submit(request).result(timeout=patience_s))
    except TimeoutError:
        raise ExecutorError(
            "no worker answered",
            value=f"{patience_s:g} s",
            hint="is the endpoint running, and does its queue move?",
        ) from None
    except Exception as error:
        raise ExecutorError(
            "a worker could not identify itself",
            value=f"{type(error).__name__}: {error}",
            hint="check worker_init: the workers have another Python or lack a package",
        ) from error
    if not response["ok"]:
        raise ExecutorError(
            "a worker could not identify itself", value=response["kind"], hint=response["message"]
        )
    return WorkerInfo(response["worker"], time.perf_counter() - start)


def compare(theirs: dict[str, Any]) -> None:
    """Refuse workers that would not give our numbers.

    Raises:
        VersionMismatch: Another Python minor, another fitscan, or another package that decides
            numbers.
    """
    ours = identity()
    sides = {
        "Python": [".".join(side["python"].split(".")[:2]) for side in (ours, theirs)],
        "fitscan": [f"{side['fitscan']} ({side['code']})" for side in (ours, theirs)],
    }
    for name in ours["packages"]:
        sides[name] = [str(side["packages"].get(name)) for side in (ours, theirs)]
    differing = [
        f"{name}: {here} here, {there} there"
        for name, (here, there) in sides.items()
        if here != there
    ]
    if differing:
        raise VersionMismatch(
            f"worker {theirs['host']} runs different versions",
            value="; ".join(differing),
            hint="install the same lock file there, and name that environment in worker_init of "
            "the executor's settings",
        )
