"""The kind ``toys``: CLs, and limits where they are asked for, from pseudo-experiments."""

from collections.abc import Mapping, Sequence
from typing import Any

from fitscan.engines.base import Fit, Row, Settings
from fitscan.kinds.base import Expect, Kind
from fitscan.likelihood import Signal
from fitscan.plan.scan import Scan

__all__ = ["TOYS"]

# Imported inside functions, since counting toys takes a while to load.


def _rows(
    scan: Scan, keys: Sequence[str], signals: Sequence[Signal], fit: Fit, expect: Expect
) -> list[Row]:
    from fitscan.kinds.toys.points import toy_points  # noqa: PLC0415
    from fitscan.kinds.toys.rounds import throw_points  # noqa: PLC0415
    from fitscan.kinds.toys.tally import Dispatch  # noqa: PLC0415

    dispatch = Dispatch(scan.settings["toys"], fit, expect=expect)
    return throw_points(toy_points(scan, keys, signals), dispatch, settings=scan.settings)


def _initial_amounts(scan: Scan) -> dict[str, int]:
    from fitscan.kinds.toys.rounds import first_blocks  # noqa: PLC0415

    return first_blocks(scan)


def _columns(settings: Settings) -> tuple[str, ...]:
    from fitscan.kinds.toys.row import toy_columns  # noqa: PLC0415

    return toy_columns(settings)


def _has_level(options: Mapping[str, Any]) -> bool:
    return options["toys"]["limits"] is not None


TOYS = Kind(
    "toys",
    _rows,
    _initial_amounts,
    unit="toys",
    code="fitscan.kinds.toys.rounds",
    columns=_columns,
    has_level=_has_level,
)
