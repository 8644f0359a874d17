"""The kinds whose rows are those of the engine: one test of the data a point."""

from collections.abc import Sequence

from fitscan.engines.base import Fit, Row, Work
from fitscan.kinds.base import Expect, Kind
from fitscan.likelihood import Signal
from fitscan.plan.scan import Scan

__all__ = ["ASYMPTOTIC", "LIMITS"]


def _rows(
    scan: Scan, keys: Sequence[str], signals: Sequence[Signal], fit: Fit, expect: Expect
) -> list[Row]:
    del expect  # all works are asked for at once
    planned = dict(zip(scan.keys, zip(scan.first_keys, scan.points, strict=True), strict=True))
    works = []
    for key, signal in zip(keys, signals, strict=True):
        first_key, point = planned[key]
        works.append(Work(key, point.name, signal, first_key=first_key))
    return fit(works)


def _initial_amounts(scan: Scan) -> dict[str, int]:
    return dict.fromkeys(scan.fitted_keys, 1)


ASYMPTOTIC = Kind("asymptotic", _rows, _initial_amounts)
LIMITS = Kind("limits", _rows, _initial_amounts, has_level=lambda _: True)
