"""The kind ``coverage``: how often intervals contain the strength at which experiments are made."""

from collections.abc import Sequence

from fitscan.columns import COVERAGE as COLUMNS
from fitscan.columns import result_columns
from fitscan.engines.base import Fit, Row, Settings
from fitscan.kinds.base import Expect, Kind
from fitscan.likelihood import Signal
from fitscan.plan.scan import Scan

__all__ = ["COVERAGE"]

# Imported inside functions, since counting experiments takes a while to load.


def _rows(
    scan: Scan, keys: Sequence[str], signals: Sequence[Signal], fit: Fit, expect: Expect
) -> list[Row]:
    from fitscan.kinds.coverage.points import cover_points, coverage_points  # noqa: PLC0415

    points = coverage_points(scan, keys, signals)
    return cover_points(points, settings=scan.settings, fit=fit, expect=expect)


def _initial_amounts(scan: Scan) -> dict[str, int]:
    from fitscan.kinds.coverage.points import experiment_keys  # noqa: PLC0415

    return experiment_keys(scan)


def _columns(settings: Settings) -> tuple[str, ...]:
    return (*result_columns(settings), *COLUMNS)


def _unfitted_row(settings: Settings) -> Row:
    return {"level": settings["level"], "n_experiments": 0}


COVERAGE = Kind(
    "coverage",
    _rows,
    _initial_amounts,
    unit="experiments",
    code="fitscan.kinds.coverage.points",
    columns=_columns,
    unfitted_row=_unfitted_row,
    has_level=lambda _: True,
    level_in_tests=False,
)
