"""The rows of a scan: from finished shards, or why a point was refused."""

from collections.abc import Iterable
from pathlib import Path

from fitscan import __version__
from fitscan.likelihood import Point
from fitscan.plan.scan import Scan
from fitscan.plan.shards import Row, collect_rows

__all__ = ["all_rows", "scan_rows"]


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


def _refused_row(scan: Scan, key: str, point: Point) -> Row:
    """Return the row of a point that was refused before any fit."""
    row: Row = dict.fromkeys(scan.columns)
    return row | {
        **scan.unfitted_row,
        "key": key,
        "mu_test": scan.settings["mu_test"],
        "status": "failed",
        "message": point.refused,
        "engine": f"{scan.settings['engine']}-{__version__}",
        "wall_s": 0.0,
        "cpu_s": 0.0,
    }
