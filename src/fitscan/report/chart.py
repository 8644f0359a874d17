"""The chart of a scan that a reader can point at: lines and ticks as parts of an SVG, and points.

Takes the results of a scan, and the lines that its figure shows, as fitscan.contour found them;
gives their places in a box of `WIDTH` by `HEIGHT`. chart.js draws the points, of which there may be
thousands, and does what the mouse asks for.
"""

import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from fitscan.columns import CURVES
from fitscan.config.axes import in_slice
from fitscan.contour import Space, interpolate_scan
from fitscan.errors import FitscanError
from fitscan.report.run import Part
from fitscan.tables.notes import note_of
from fitscan.tables.results import grid_axes
from fitscan.tables.toys import drawn_CLs

__all__ = ["Axis", "Chart", "chart_of"]

Array = NDArray[np.float64]

WIDTH, HEIGHT = 480.0, 360.0
LEFT, RIGHT, TOP, BOTTOM = 50.0, 470.0, 8.0, 332.0

SHOWN = ("expected_m1", "expected_p1", "expected", "observed")

# What a point is: excluded, not excluded, or without a CLs.
KINDS = {"excluded": "e", "kept": "k", "missing": "m"}

# A CLs below this is drawn there.
LEAST = 1e-6


@dataclass(frozen=True)
class Axis:
    """A range of values and where it lies in the box.

    Attributes:
        low: Value at ``start``.
        high: Value at ``end``.
        start: Place of the lower end.
        end: Place of the upper end.
        log: Whether decades are equally long.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def place(self, values: ArrayLike) -> Array:
        """Return where values lie; those outside lie at the ends."""
        low, high, there = (
            (np.log10(x) if self.log else np.asarray(x, dtype=float))
            for x in (self.low, self.high, np.clip(values, self.low, self.high))
        )
        return np.asarray(self.start + (self.end - self.start) * (there - low) / (high - low))

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Places and texts of some five round values."""
        if self.log:
            decades = range(round(math.log10(self.low)), round(math.log10(self.high)) + 1)
            every = math.ceil(len(decades) / 7)
            values = np.array([10.0**n for n in decades[::-every]])
        else:
            rough = (self.high - self.low) / 5
            unit = 10.0 ** math.floor(math.log10(rough))
            step = unit * next(n for n in (1.0, 2.0, 2.5, 5.0, 10.0) if n * unit >= rough)
            first, last = math.ceil(self.low / step), math.floor(self.high / step)
            values = step * np.arange(first, last + 1)
        return [(float(p), f"{v:.6g}") for p, v in zip(self.place(values), values, strict=True)]


@dataclass(frozen=True)
class Chart:
    """What is drawn.

    Attributes:
        x: The first axis.
        y: The second one, or that of CLs.
        titles: Titles of both, with TeX.
        places: Coordinates of all points, one list for each axis; None outside of the slice.
        lines: Paths of curves by name.
        kinds: What all points are, a letter for each: that of ``KINDS``, a space outside of the
            slice.
        flagged: Whether the numbers of any of them are in doubt.
        radius: Radius of a point.
        test_line: Where CLs is the test size, if there is an axis of CLs.
    """

    x: Axis
    y: Axis
    titles: tuple[str, str]
    places: tuple[list[float | None], list[float | None]]
    lines: Mapping[str, str]
    kinds: str
    flagged: bool
    radius: float
    test_line: float | None

    @property
    def dense(self) -> bool:
        """Whether lines could not be seen below the points."""
        return self.radius < 2.0

    @property
    def kinds_drawn(self) -> set[str]:
        """What the legend has to explain."""
        drawn = {kind for kind, letter in KINDS.items() if letter in self.kinds}
        return drawn | {"flagged"} if self.flagged else drawn


def chart_of(part: Part) -> Chart | None:
    """Return the chart of a scan; None where its grid cannot be drawn over one or two axes."""
    results = drawn_CLs(part.reported.results)
    labels, sliced = part.reported.labels, part.settings.get("slice") or {}
    try:
        axes = grid_axes(results, part.settings.get("axes"), sliced)
    except FitscanError:
        return None
    drawn = [in_slice(labels, row, sliced) for row in results[labels].itertuples(index=False)]
    results = results[drawn]
    values = results[axes].to_numpy(dtype=float)
    if not len(values) or not np.isfinite(values).all():
        return None
    titles = {label: title for title, label in part.headings}
    ok = results["status"] == "ok"
    observed = results["CLs_obs"].where(ok)
    x = _around(values[:, 0], LEFT, RIGHT)
    if len(axes) == 2:
        y = _around(values[:, 1], BOTTOM, TOP)
        y_places, lines = y.place(values[:, 1]), _contours(part, axes, x, y)
    else:
        CLs = {c: results[CURVES[c]].where(ok) for c in SHOWN}
        lowest = max(LEAST, min((s.min() for s in CLs.values() if s.notna().any()), default=0.01))
        low = 10.0 ** math.floor(math.log10(min(lowest, part.test_size)))
        y = Axis(low, 1.0, BOTTOM, TOP, log=True)
        y_places = y.place(observed.fillna(low))
        lines = {
            c: _curve(values[:, 0], CLs[c], x, y, part.space) for c in SHOWN if CLs[c].notna().any()
        }
    places = (x.place(values[:, 0]).round(1).tolist(), np.round(y_places, 1).tolist())
    kinds = np.select(
        [observed < part.test_size, observed.notna()],
        [KINDS["excluded"], KINDS["kept"]],
        KINDS["missing"],
    )
    letters = iter(kinds.tolist())
    return Chart(
        x=x,
        y=y,
        titles=(titles[axes[0]], titles[axes[1]] if len(axes) == 2 else "CLs"),
        places=(_for_each(places[0], drawn), _for_each(places[1], drawn)),
        lines=lines,
        kinds="".join(next(letters) if each else " " for each in drawn),
        flagged=bool(results["name"].isin(part.flagged).any()),
        radius=_radius(len(values)),
        test_line=None if len(axes) == 2 else float(y.place(part.test_size)),
    )


def _around(values: Array, start: float, end: float) -> Axis:
    """Return an axis on which the values keep away from the ends."""
    low, high = float(values.min()), float(values.max())
    room = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
    return Axis(low - room, high + room, start, end)


def _radius(points: int) -> float:
    """Return a radius with which the points of a grid do not touch."""
    return round(min(4.0, max(0.8, 0.25 * math.sqrt(WIDTH * HEIGHT / points))), 1)


def _contours(part: Part, axes: list[str], x: Axis, y: Axis) -> dict[str, str]:
    """Return the lines that the figure shows, from the table beside it."""
    csv = part.reported.files.get("figures/exclusion.csv")
    if csv is None or note_of(csv):
        return {}
    table = pd.read_csv(io.BytesIO(csv))
    lines: dict[str, str] = {}
    for curve in SHOWN:
        segments = table[table["curve"] == curve].groupby("segment")[axes]
        paths = [_path(x.place(line[axes[0]]), y.place(line[axes[1]])) for _, line in segments]
        if paths:
            lines[curve] = "".join(paths)
    return lines


def _curve(values: Array, CLs: "pd.Series[float]", x: Axis, y: Axis, space: Space) -> str:
    """Return CLs along the one axis, as fitscan.contour interpolates it."""
    nodes, curve = interpolate_scan(values, CLs, resolution=150, space=space)
    return _path(x.place(nodes), y.place(curve))


def _for_each(places: list[float], drawn: list[bool]) -> list[float | None]:
    """Return places of all points, of which some are drawn."""
    remaining = iter(places)
    return [next(remaining) if each else None for each in drawn]


def _path(x: Iterable[float], y: Iterable[float]) -> str:
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))
