"""The one function a worker runs: a request in JSON bytes in, a response in JSON bytes out.

Requests: ``fitscan.worker.request``. Response::

    {"format": 3, "ok": true, "rows": [{"key": ..., "status": ..., ...}], "worker": {...}}
    {"format": 3, "ok": false, "kind": "LikelihoodError", "message": ..., "traceback": ...,
     "machine": false}

``machine`` says that the fault is one of this machine, such as a full disk, and not of the request.
A workspace is read once per process and then known by its digest; so is what an engine has made
of it, such as compiled code.
"""

import functools
import importlib.metadata
import json
import os
import platform
import socket
import traceback
from contextlib import nullcontext
from typing import Any

import fitscan
from fitscan.digests import source_digest
from fitscan.engines.base import Answer, Work
from fitscan.engines.registry import engine_of, engine_version, fallback_of
from fitscan.errors import FitscanError, VersionMismatch
from fitscan.files import storage_error
from fitscan.garbage import collection_paused
from fitscan.likelihood.signals import signal_of
from fitscan.machine import cores, cpu_kind
from fitscan.worker.finite_rows import finite_row
from fitscan.worker.request import FORMAT, Fits, Probe, parse_request
from fitscan.worker.workspace_cache import find_workspace

__all__ = ["identity", "run"]

_engines: dict[tuple[str, str], Answer] = {}


def run(request: bytes) -> bytes:
    """Answer a request; whatever goes wrong is in the response, nothing is raised."""
    try:
        with collection_paused():
            asked = parse_request(request)
        return _encoded({"ok": True, "rows": _rows(asked), "worker": identity()})
    except Exception as error:
        told = storage_error(error) if isinstance(error, OSError) else None
        known = isinstance(told or error, FitscanError)
        return _encoded(
            {
                "ok": False,
                "kind": type(told or error).__name__,
                "message": str(told or error),
                "traceback": "" if known else traceback.format_exc(),
                "machine": isinstance(error, MemoryError | OSError),
            }
        )


def _encoded(response: dict[str, Any]) -> bytes:
    return json.dumps({"format": FORMAT, **response}, allow_nan=False).encode()


def _rows(asked: Fits | Probe) -> list[dict[str, Any]]:
    if isinstance(asked, Probe):
        return []
    settings = asked.settings
    engine = engine_of(settings)
    if asked.engine != engine_version(settings):
        raise VersionMismatch(
            "the worker's engine differs from the engine of the plan",
            value=engine_version(settings),
            hint=f"the scan has {asked.engine!r}; install the same versions of fitscan, numba and "
            "numpy on both sides",
        )
    workspace = find_workspace(asked.workspace)
    answer = _engine(asked.workspace.digest, workspace, settings)
    works = [Work(p.key, p.name, signal_of(p.signal), p.block) for p in asked.points]
    rows = []
    with nullcontext() if engine.leaves_cycles else collection_paused():
        for first in range(0, len(works), engine.batch):
            some = works[first : first + engine.batch]
            answers = answer(some)
            rows += [
                finite_row({"key": work.key, **row})
                for work, row in zip(some, answers, strict=True)
            ]
    return rows


def _engine(digest: str, workspace: Any, settings: dict[str, Any]) -> Answer:
    """Return what answers works on a workspace with these settings, made once."""
    key = digest, json.dumps(settings, sort_keys=True)
    if key not in _engines:
        other = fallback_of(settings)
        fallback = None if other is None else other.start(workspace, settings, None)
        _engines[key] = engine_of(settings).start(workspace, settings, fallback)
    return _engines[key]


def identity() -> dict[str, Any]:
    """Say who answers: the process, and the versions that decide numbers."""
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "devices": os.environ.get("CUDA_VISIBLE_DEVICES", ""),
        "cores": cores(),
        # Between kinds of CPU results differ by rounding, which keeps no worker from a scan.
        "cpu": cpu_kind().label,
        "engines": len(_engines),
        **_software(),
    }


@functools.cache
def _software() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "fitscan": fitscan.__version__,
        "code": source_digest("fitscan.worker.run"),
        "packages": {name: _installed(name) for name in ("numba", "numpy", "pyhf")},
    }


def _installed(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
