"""The one function a worker runs: a request in JSON bytes in, a response in JSON bytes out.

Request::

    {"format": 1, "workspace": {"digest": ..., "path": ...},
     "settings": {"engine": "compiled", "kind": "asymptotic", ...},
     "points": [{"key": ..., "name": ..., "patch": [...]}]}

Response::

    {"format": 1, "ok": true, "rows": [{"key": ..., "status": ..., ...}], "worker": {...}}
    {"format": 1, "ok": false, "kind": "LikelihoodError", "message": ..., "traceback": ...}

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
from pathlib import Path
from typing import Any

import orjson

import fitscan
from fitscan import reference
from fitscan.collection import collection_paused
from fitscan.errors import FitscanError, LikelihoodError, MissingExtra
from fitscan.likelihood import apply_patch, strictjson
from fitscan.provenance import code_digest

__all__ = ["ENGINES", "FORMAT", "engine_version", "run"]

FORMAT = 1

# What each engine can do; the configuration's schema lists the same engines and kinds of scan.
ENGINES = {"compiled": ("asymptotic", "limits"), "pyhf": ("asymptotic",)}

# The code between a request and its numbers, and the packages that decide them, by engine.
_CODE = {
    "compiled": ("compiled", "hypotheses", "model", "engine", "columns"),
    "pyhf": ("reference",),
}
_PACKAGES = ("numba", "numpy")

Fit = Callable[[dict[str, Any]], dict[str, Any]]

_workspaces: dict[str, Any] = {}
_engines: dict[tuple[str, str], Fit] = {}


def engine_version(settings: dict[str, Any]) -> str:
    """Return the version of the engine, which is part of the key of each point it fits.

    It is a digest of the code between a request and its numbers, and the versions of the packages
    that decide them. Another version is another key, so an edit or an upgrade refits.

    Raises:
        MissingExtra: A package is not installed.
    """
    engine = settings["engine"]
    with_pyhf = "pyhf" in settings
    code = [*_CODE[engine], *(_CODE["pyhf"] if with_pyhf else ())]
    version = [code_digest("worker", "likelihood/patching", *dict.fromkeys(code))]
    packages = set(_PACKAGES) if engine == "compiled" else set()
    if with_pyhf:
        packages |= reference.packages(settings["pyhf"])
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
            document = orjson.loads(request)
        return _encoded(_answer(document))
    except Exception as error:
        return _encoded(
            {
                "ok": False,
                "kind": type(error).__name__,
                "message": str(error),
                "traceback": "" if isinstance(error, FitscanError) else traceback.format_exc(),
            }
        )


def _encoded(response: dict[str, Any]) -> bytes:
    return json.dumps({"format": FORMAT, **response}, allow_nan=False).encode()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    if request["format"] != FORMAT:
        raise FitscanError(
            "the request was written by another version of fitscan",
            value=request["format"],
            hint=f"this worker is fitscan {fitscan.__version__}, format {FORMAT}",
        )
    settings = request["settings"]
    wanted = [settings["engine"], settings["kind"]]
    if settings["kind"] not in ENGINES.get(settings["engine"], ()):
        raise FitscanError("no engine of that name does scans of that kind", value=wanted)
    workspace = _workspace(**request["workspace"])
    fit = _engine(request["workspace"]["digest"], workspace, settings)
    rows = []
    # pyhf, whose points take seconds, may leave cycles behind.
    with collection_paused() if settings["engine"] == "compiled" else nullcontext():
        for point in request["points"]:
            hypothesis = apply_patch(workspace, point["patch"], where=f"patch {point['name']!r}")
            rows.append({"key": point["key"], **fit(hypothesis)})
    return {"ok": True, "rows": rows, "worker": _identity()}


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


def _workspace(digest: str, path: str) -> Any:
    """Return the workspace with this digest, from memory or else from its file."""
    if digest not in _workspaces:
        document = strictjson.parse(Path(path).read_bytes(), where=path)
        found = strictjson.digest(document)
        if found != digest:
            raise LikelihoodError(
                f"{path} is not the workspace that was planned with",
                value=found,
                hint=f"expected {digest}; start the scan again",
            )
        _workspaces[digest] = document
    return _workspaces[digest]


def _identity() -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "python": platform.python_version(),
        "fitscan": fitscan.__version__,
    }
