"""The keys of points: digests of everything that decides their numbers."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from fitscan.plan.scan import Scan

__all__ = ["block_keys", "data_keys", "data_settings", "point_key"]

# Part of every key. Raise it when the meaning of a key or of a result changes.
FORMAT = 1


def point_key(*, workspace: str, patch: str, settings: Mapping[str, Any], engine: str) -> str:
    """Return the key of a point: SHA-256 of all that decides its numbers.

    Args:
        workspace: Digest of the workspace.
        patch: Digest of the patch operations. The name of the patch is not part of the key.
        settings: What is computed and how; everything that changes a number, nothing else.
        engine: Version of the engine; another version is another key.
    """
    content = [FORMAT, workspace, patch, settings, engine]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def data_settings(scan: Scan) -> dict[str, Any]:
    """Return the settings of the tests of the data: all but those of blocks."""
    unkeyed = scan.unkeyed_settings
    return {name: value for name, value in scan.settings.items() if name not in unkeyed}


def data_keys(scan: Scan) -> list[str]:
    """Return the keys of the tests of the data, which stay when the number of toys changes."""
    return _keys(scan, data_settings(scan))


def block_keys(scan: Scan) -> list[str]:
    """Return what keys of blocks of toys are made from; they stay when limits are asked for."""
    settings = data_settings(scan)
    settings.pop("level", None)
    return _keys(scan, settings)


def _keys(scan: Scan, settings: dict[str, Any]) -> list[str]:
    return [
        point_key(workspace=scan.workspace, patch=p.digest, settings=settings, engine=scan.engine)
        for p in scan.points
    ]
