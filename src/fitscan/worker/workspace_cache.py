"""The workspaces a worker has: in memory, in a file that the request names, or in the site's cache.

The cache is a folder of the user that all workers of a site may share; a workspace that came with a
request is kept there, so that it travels once and not with each task.
"""

import os
from pathlib import Path
from typing import Any

import platformdirs

from fitscan import strictjson
from fitscan.errors import LikelihoodError, WorkspaceMissing
from fitscan.files import write_bytes
from fitscan.worker.request import Workspace, unpacked

__all__ = ["find_workspace"]

_known: dict[str, Any] = {}


def find_workspace(wanted: Workspace) -> Any:
    """Return a workspace.

    Raises:
        LikelihoodError: What is there under its name is another one.
        OSError: The file that the request names cannot be read.
        WorkspaceMissing: It is nowhere, and did not come with the request.
    """
    if wanted.digest not in _known:
        _known[wanted.digest] = _found(wanted)
    return _known[wanted.digest]


def _found(wanted: Workspace) -> Any:
    kept = _cache_folder() / f"{wanted.digest}.json"
    if wanted.content is not None:
        content = unpacked(wanted.content)
        document = _checked(content, wanted.digest, where="the workspace in the request")
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(kept, content)
        except OSError:
            pass  # then each process of the site asks for it once
        return document
    if wanted.path is not None:
        content = Path(wanted.path).read_bytes()
        return _checked(content, wanted.digest, where=wanted.path)
    try:
        content = kept.read_bytes()
    except OSError:
        raise WorkspaceMissing(
            "this worker does not have the workspace", value=wanted.digest
        ) from None
    try:
        return _checked(content, wanted.digest, where=str(kept))
    except LikelihoodError:  # cut short by a full disk
        raise WorkspaceMissing("the cached workspace is damaged", value=wanted.digest) from None


def _checked(content: bytes, digest: str, *, where: str) -> Any:
    """Parse a workspace and compare its digest."""
    document = strictjson.parse(content, where=where)
    found = strictjson.digest(document)
    if found != digest:
        raise LikelihoodError(
            f"{where} is not the workspace of the plan",
            value=found,
            hint=f"expected {digest}; start the scan again",
        )
    return document


def _cache_folder() -> Path:
    root = os.environ.get("FITSCAN_CACHE") or platformdirs.user_cache_dir("fitscan")
    return Path(root) / "workspaces"
