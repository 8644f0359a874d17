"""Background-only workspaces that signals share, read and compiled once for all of them.

A program makes a model of spey for each of its signals, with the same background each time.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from fitscan.api.sources import read_workspace
from fitscan.errors import LikelihoodError
from fitscan.likelihood.workspace import Workspace
from fitscan.model import Analysis

__all__ = ["Background", "read_background"]

# A compiled background is some ten megabytes large.
_MOST = 4


class Background:
    """A background-only workspace.

    Args:
        workspace: The workspace, checked.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._analyses: dict[str, Analysis] = {}

    def analysis(self, measurement: str) -> Analysis:
        """Return what all signals share under a measurement."""
        if measurement not in self._analyses:
            self._analyses[measurement] = Analysis(self.workspace, measurement=measurement)
        return self._analyses[measurement]


_BACKGROUNDS: dict[Any, Background] = {}


def read_background(source: str | os.PathLike[str] | Mapping[str, Any]) -> Background:
    """Read a workspace, unless it is one of the last that were read and has not changed.

    Args:
        source: What the workspace holds, or its path.

    Raises:
        ConfigError: It is neither.
        FileMissing: The file does not exist.
        LikelihoodError: It is no workspace.
    """
    key = _key(source)
    found = _BACKGROUNDS.pop(key, None) or Background(read_workspace(source))
    _BACKGROUNDS[key] = found  # the last one is that of the last call
    while len(_BACKGROUNDS) > _MOST:
        _BACKGROUNDS.pop(next(iter(_BACKGROUNDS)))
    return found


def _key(source: Any) -> Any:
    """Return what two sources have in common that hold the same."""
    if isinstance(source, str | os.PathLike):
        path = Path(source).absolute()
        if not os.path.isfile(path):
            return object()  # like nothing else: a pipe holds something new each time
        status = path.stat()
        # The time of the change cannot be set back, as that of writing can.
        return path, status.st_ino, status.st_ctime_ns, status.st_mtime_ns, status.st_size
    try:
        return orjson.dumps(source, option=orjson.OPT_SERIALIZE_NUMPY)
    except (TypeError, orjson.JSONEncodeError) as error:
        raise LikelihoodError("the workspace is not JSON", value=str(error)) from None
