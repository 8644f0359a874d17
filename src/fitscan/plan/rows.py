"""The rows of a scan: from finished shards, or why a point has no numbers."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fitscan import __version__
from fitscan.columns import Row
from fitscan.likelihood import Point
from fitscan.plan.scan import Scan
from fitscan.plan.shards import collect_rows

__all__ = ["all_rows", "failed_row", "scan_rows"]


def scan_rows(scan: Scan, shards: Iterable[Path]) -> list[Row]:
    """Return the rows of all points in order: from shards, or why a point was refused.

    Raises:
        ShardError: See ``fitscan.plan.shards.collect_rows``.
    """
    return all_rows(scan, collect_rows(scan.fitted_keys, shards))


def all_rows(scan: Scan, fitted: Iterable[Row]) -> list[Row]:
    """Return the rows of all points in order, given those that were fitted, in their order."""
    found = iter(fitted)
    return [
        _refused_row(scan, key, point) if point.refused else next(found)
        for key, point in zip(scan.keys, scan.points, strict=True)
    ]


def failed_row(
    key: str, message: str, *, settings: Mapping[str, Any], columns: Iterable[str]
) -> Row:
    """Return the row of a point or block that no engine has answered.

    Args:
        key: Its key.
        message: Why there is no answer.
        settings: Those of the scan.
        columns: The columns of its results, which are empty.
    """
    return {
        "key": key,
        **dict.fromkeys(columns),
        "mu_test": settings["mu_test"],
        "status": "failed",
        "message": message,
        "engine": f"{settings['engine']}-{__version__}",
        "wall_s": 0.0,
        "cpu_s": 0.0,
    }


def _refused_row(scan: Scan, key: str, point: Point) -> Row:
    """Return the row of a point that was refused before any fit."""
    row = failed_row(key, point.refused, settings=scan.settings, columns=scan.columns)
    return row | scan.unfitted_row
