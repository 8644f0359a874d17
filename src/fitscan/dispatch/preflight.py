"""Ask an executor who its workers are, and compare their versions with ours."""

import logging
import math
import time
from collections.abc import Callable
from concurrent.futures import wait
from dataclasses import dataclass
from typing import Any

import orjson

from fitscan.dispatch.silence import Silence
from fitscan.errors import ExecutorError, FitscanError, VersionMismatch
from fitscan.executors import Executor
from fitscan.worker.request import FORMAT
from fitscan.worker.run import identity

__all__ = ["PATIENCE_S", "WorkerInfo", "check", "compare", "probe"]

log = logging.getLogger(__name__)

PATIENCE_S = 600.0
"""How long a worker is waited for where nothing else is said, in seconds."""

# The executor looks after its workers this often.
_POLL_S = 1.0


@dataclass(frozen=True)
class WorkerInfo:
    """What a worker says of itself.

    Attributes:
        identity: Who it is; see ``fitscan.worker.run.identity``.
        seconds: How long the answer took, the start of the worker included.
    """

    identity: dict[str, Any]
    seconds: float


def check(
    executor: Executor,
    *,
    patience_s: float | None = PATIENCE_S,
    tell: Callable[[str], object] = log.warning,
) -> WorkerInfo:
    """Ask one worker who it is, and refuse it if it would not give our numbers.

    Args:
        executor: See ``probe``.
        patience_s: See ``probe``.
        tell: See ``probe``.

    Raises:
        ExecutorError: See ``probe``.
        VersionMismatch: See ``compare``.
    """
    log.info("waiting for a first worker")
    answer = probe(executor, patience_s=patience_s, tell=tell)
    compare(answer.identity)
    return answer


def probe(
    executor: Executor,
    *,
    patience_s: float | None = PATIENCE_S,
    tell: Callable[[str], object] = log.warning,
) -> WorkerInfo:
    """Ask one worker who it is.

    Args:
        executor: The executor, entered by the caller.
        patience_s: How long to wait for a worker, which may have to queue on a cluster; None for
            ever.
        tell: Called with what a person should know meanwhile.

    Raises:
        ExecutorError: No worker answered, or the executor knows that none will.
    """
    start = time.perf_counter()
    request = orjson.dumps({"format": FORMAT, "probe": True})
    try:
        future = executor.submit(request)
        silence = Silence(executor, tell)
        while not future.done():
            left = math.inf if patience_s is None else start + patience_s - time.perf_counter()
            if wait([future], timeout=max(0.0, min(left, _POLL_S))).done:
                break
            if left <= _POLL_S:
                raise ExecutorError(
                    "no worker answered",
                    value=f"{patience_s:g} s",
                    hint="is the endpoint running, and does its queue move?",
                )
            silence.update("a first worker")
        response = orjson.loads(future.result())
    except FitscanError:
        raise
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
