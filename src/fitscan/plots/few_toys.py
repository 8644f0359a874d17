"""Lines and regions that are drawn lighter where the points beside them have too few toys."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from numpy.typing import ArrayLike, NDArray

from fitscan.formats import counted
from fitscan.plots.neighbours import beside_marked, between_marked

__all__ = [
    "FewToys",
    "beside_few",
    "draw_line",
    "few_note",
    "few_toys",
    "lighter",
    "parts",
    "told_apart",
]

Array = NDArray[np.float64]
Truths = NDArray[np.bool_]

# The part of a colour that is left; the rest is white. Opaque, so that seams do not show, and not
# so light that a band of one standard deviation looks like one of two.
_LEFT = 0.55


@dataclass(frozen=True)
class FewToys:
    """The points of a figure, some of which have too few toys.

    Attributes:
        x: Abscissae of all points, shape ``(points,)``.
        y: Their ordinates; None along one parameter.
        few: Which have too few toys, shape ``(points,)``.
    """

    x: Array
    y: Array | None
    few: Truths


def few_toys(few: ArrayLike | None, x: ArrayLike, y: ArrayLike | None = None) -> FewToys | None:
    """Return which points of a figure have too few toys; None if none has."""
    if few is None or not np.any(few):
        return None
    ordinates = None if y is None else np.asarray(y, dtype=float)
    return FewToys(np.asarray(x, dtype=float), ordinates, np.asarray(few, dtype=bool))


def few_note(*points: FewToys | None) -> list[str]:
    """Return the line of the header that says what is lighter, if anything is.

    Args:
        points: The points of each analysis that is drawn.
    """
    numbers = [int(each.few.sum()) for each in points if each is not None]
    return [f"Lighter: too few toys at {counted(sum(numbers), 'point')}"] if numbers else []


def lighter(color: Any) -> tuple[float, ...]:
    """Return the lighter shade of a colour."""
    return tuple(1.0 - _LEFT * (1.0 - part) for part in to_rgb(color))


def beside_few(places: Array, values: Array, points: FewToys | None) -> Truths:
    """Tell which places, of shape ``(n, 2)``, are beside a point with too few toys.

    Args:
        places: Inside triangles or, along one parameter, between neighbours.
        values: What is interpolated between the points, NaN where there is nothing, shape
            ``(points,)``.
        points: The points.
    """
    if points is None or not len(places):
        return np.zeros(len(places), dtype=bool)
    if points.y is None:
        return between_marked(points.x, values, points.few, places[:, 0])
    return beside_marked(points.x, points.y, values, points.few, places)


def parts(line: Array, values: Array, points: FewToys | None) -> Iterator[tuple[Array, bool]]:
    """Cut a line where it comes beside points with too few toys, or leaves them.

    Args:
        line: Its nodes, shape ``(n, 2)``; two that follow each other are in one triangle or
            between neighbours.
        values: What is interpolated between the points; see `beside_few`.
        points: The points.

    Yields:
        The parts in order, and whether each is beside such points.
    """
    light = beside_few((line[1:] + line[:-1]) / 2.0, values, points)
    cuts = np.flatnonzero(np.diff(light)) + 1
    for start, end in pairwise([0, *cuts.tolist(), len(light)]):
        yield line[start : end + 1], bool(light[start : start + 1].any())


def told_apart(
    name: str,
    lines: Sequence[Array],
    values: Array,
    points: FewToys | None,
    look: Mapping[str, Any],
) -> tuple[dict[str, list[Array]], dict[str, dict[str, Any]]]:
    """Cut lines into those of full colour and lighter ones, each with its entry of a legend.

    Args:
        name: What the lines are called.
        lines: The lines; see ``parts``.
        values: What is interpolated between the points; see ``beside_few``.
        points: The points.
        look: How the lines look, with their colour.

    Returns:
        The lines by name, and their looks.
    """
    light = f"{name}, too few toys"
    cut: dict[str, list[Array]] = {name: [], light: []}
    for line in lines:
        for part, is_light in parts(line, values, points):
            cut[light if is_light else name].append(part)
    return cut, {name: {**look}, light: {**look, "color": lighter(look["color"])}}


def draw_line(ax: Axes, line: Array, values: Array, points: FewToys | None, **look: Any) -> None:
    """Draw a line with its parts beside points with too few toys in a lighter colour."""
    for part, light in parts(line, values, points):
        ax.plot(*part.T, **look | ({"color": lighter(look["color"])} if light else {}))
