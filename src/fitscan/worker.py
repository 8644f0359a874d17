"""The one function a worker runs: a request in JSON bytes in, a response in JSON bytes out.

Request::

    {"format": 1, "workspace": {"digest": ..., "path": ...},
     "settings": {"engine": "pyhf", "kind": "asymptotic", ...},
     "points": [{"key": ..., "name": ..., "patch": [...]}]}

Response::

    {"format": 1, "ok": true, "rows": [{"key": ..., "status": ..., ...}], "worker": {...}}
    {"format": 1, "ok": false, "kind": "LikelihoodError", "message": ..., "traceback": ...}

A workspace is read once per process and then known by its digest.
"""

import importlib.metadata
import json
import os
import platform
import socket
import traceback
from pathlib import Path
from typing import Any

import fitscan
from fitscan import reference
from fitscan.errors import FitscanError, LikelihoodError, MissingExtra
from fitscan.likelihood import apply_patch, strictjson
from fitscan.provenance import code_digest

__all__ = ["ENGINES", "FORMAT", "engine_version", "run"]

FORMAT = 1

# What each engine can do; the configuration's schema lists the same engines and kinds of scan.
ENGINES = {"pyhf": {"asymptotic": reference.fit_point}}

_workspaces: dict[str, Any] = {}


def engine_version(settings: dict[str, Any]) -> str:
    """Return the version of the engine, which is part of the key of each point it fits.

    It is a digest of the code between a request and its numbers, and the versions of the packages
    that decide them. Another version is another key, so an edit or an upgrade refits.

    Raises:
        MissingExtra: A package is not installed.
    """
    version = [code_digest("worker", "reference", "likelihood/patching")]
    for name in sorted(reference.packages(settings["pyhf"])):
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
        return _encoded(_answer(json.loads(request)))
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
    fit = ENGINES.get(settings["engine"], {}).get(settings["kind"])
    if fit is None:
        wanted = [settings["engine"], settings["kind"]]
        raise FitscanError("no engine of that name does scans of that kind", value=wanted)
    workspace = _workspace(**request["workspace"])
    rows = []
    for point in request["points"]:
        hypothesis = apply_patch(workspace, point["patch"], where=f"patch {point['name']!r}")
        rows.append({"key": point["key"], **fit(hypothesis, settings)})
    return {"ok": True, "rows": rows, "worker": _identity()}


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
