"""The one function a worker runs: a request in JSON bytes in, a response in JSON bytes out.

Requests: ``fitscan.request``. Response::

    {"format": 2, "ok": true, "rows": [{"key": ..., "status": ..., ...}], "worker": {...}}
    {"format": 2, "ok": false, "kind": "LikelihoodError", "message": ..., "traceback": ...,
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
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import fitscan
from fitscan import reference
from fitscan.collection import collection_paused
from fitscan.cpu import cpu_kind
from fitscan.errors import FitscanError, MissingExtra, VersionMismatch
from fitscan.likelihood import apply_patch
from fitscan.provenance import code_digest, cores
from fitscan.request import FORMAT, Fits, Probe, parse_request
from fitscan.workspaces import find_workspace

__all__ = ["ENGINES", "engine_version", "identity", "run"]

# What each engine can do; the configuration's schema lists the same engines and kinds of scan.
ENGINES = {"compiled": ("asymptotic", "limits", "toys", "coverage"), "pyhf": ("asymptotic",)}

# The code between a request and its numbers, and the packages that decide them, by engine.
_CODE = {
    "compiled": (
        *("compiled", "limitwords", "twins", "undecided", "hypotheses", "theory", "model"),
        *("engine", "columns"),
        *("toys/sample", "toys/ties", "coverage/blocks", "coverage/experiments"),
    ),
    "pyhf": ("reference", "theory", "columns"),
}
_PACKAGES = ("numba", "numpy")

Fit = Callable[..., dict[str, Any]]

_engines: dict[tuple[str, str], Fit] = {}


def engine_version(settings: dict[str, Any]) -> str:
    """Return the version of the engine, which is part of the key of each point it fits.

    It is a digest of the code between a request and its numbers, and the versions of the packages
    that decide them. Another version is another key, so an edit or an upgrade refits.

    Raises:
        MissingExtra: A package is not installed.
    """
    return _version(settings["engine"], json.dumps(settings.get("pyhf"), sort_keys=True))


@functools.cache
def _version(engine: str, options_of_pyhf: str) -> str:
    pyhf = json.loads(options_of_pyhf)
    code = [*_CODE[engine], *(_CODE["pyhf"] if pyhf else ())]
    version = [code_digest("worker", "likelihood/patching", *dict.fromkeys(code))]
    packages = set(_PACKAGES) if engine == "compiled" else set()
    if pyhf:
        packages |= reference.packages(pyhf)
    for name in sorted(packages):
        try:
            version.append(f"{name}-{importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError as error:
            raise MissingExtra(
                "a package that the engine needs is not installed",
                value=name,
                hint=f"pip install -e '.[{name}]', or choose another backend",
            ) from error
    return " ".join(version)


def run(request: bytes) -> bytes:
    """Answer a request; whatever goes wrong is in the response, nothing is raised."""
    try:
        with collection_paused():
            asked = parse_request(request)
        return _encoded({"ok": True, "rows": _rows(asked), "worker": identity()})
    except Exception as error:
        return _encoded(
            {
                "ok": False,
                "kind": type(error).__name__,
                "message": str(error),
                "traceback": "" if isinstance(error, FitscanError) else traceback.format_exc(),
                "machine": isinstance(error, MemoryError | OSError),
            }
        )


def _encoded(response: dict[str, Any]) -> bytes:
    return json.dumps({"format": FORMAT, **response}, allow_nan=False).encode()


def _rows(asked: Fits | Probe) -> list[dict[str, Any]]:
    if isinstance(asked, Probe):
        return []
    settings = asked.settings
    wanted = [settings.get("engine"), settings.get("kind")]
    if settings.get("kind") not in ENGINES.get(settings.get("engine", ""), ()):
        raise FitscanError("no engine of that name does scans of that kind", value=wanted)
    if asked.engine != engine_version(settings):
        raise VersionMismatch(
            "the worker's engine is not the one that the scan was planned with",
            value=engine_version(settings),
            hint=f"the scan has {asked.engine!r}; install the same versions of fitscan, numba and "
            "numpy on both sides",
        )
    workspace = find_workspace(asked.workspace)
    fit = _engine(asked.workspace.digest, workspace, settings)
    rows = []
    # pyhf, whose points take seconds, may leave cycles behind.
    with collection_paused() if settings["engine"] == "compiled" else nullcontext():
        for point in asked.points:
            hypothesis = apply_patch(workspace, point.patch, where=f"patch {point.name!r}")
            block = {} if point.block is None else {"block": point.block}
            rows.append({"key": point.key, **fit(hypothesis, **block)})
    return rows


def _engine(digest: str, workspace: Any, settings: dict[str, Any]) -> Fit:
    """Return what fits the hypotheses of a workspace with these settings, made once."""
    key = digest, json.dumps(settings, sort_keys=True)
    if key not in _engines:
        if settings["engine"] == "compiled":
            # Imported here: a process that plans needs no compiled code.
            from fitscan.compiled import CompiledEngine  # noqa: PLC0415

            _engines[key] = CompiledEngine(workspace, settings).fit_point
        else:
            _engines[key] = functools.partial(reference.fit_point, settings=settings)
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
    code = ("worker", "request", "likelihood/patching", *_CODE["compiled"], *_CODE["pyhf"])
    return {
        "python": platform.python_version(),
        "fitscan": fitscan.__version__,
        "code": code_digest(*code),
        "packages": {name: _installed(name) for name in (*_PACKAGES, "pyhf")},
    }


def _installed(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
