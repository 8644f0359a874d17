"""Which part of a grid is drawn: asked before anything is fitted, and again when drawing."""

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from numbers import Real
from types import MappingProxyType
from typing import Any

from fitscan.errors import ConfigError, NotDrawable

__all__ = ["NO_SLICE", "Slice", "drawn_axes", "in_slice", "is_at"]

Slice = Mapping[str, float | str]
Points = Mapping[str, Sequence[Any]]

NO_SLICE: Slice = MappingProxyType({})


def in_slice(labels: Sequence[str], values: Sequence[Any], part: Slice) -> bool:
    """Tell whether a point has the values of a slice; numbers but for rounding.

    Args:
        labels: Names of the dimensions of the grid; those of the slice are among them.
        values: The values of the point, one for each label.
        part: The values of the slice by label.
    """
    own = dict(zip(labels, values, strict=True))
    return all(is_at(own[label], value) for label, value in part.items())


def is_at(own: Any, wanted: float | str) -> bool:
    """Tell whether a value is that of a slice; numbers but for rounding."""
    if isinstance(wanted, str):
        return str(own) == wanted
    return isinstance(own, Real) and math.isclose(float(own), wanted, rel_tol=1e-9)


def drawn_axes(
    labels: Sequence[str],
    points: Points,
    axes: Sequence[str] | None,
    part: Slice = NO_SLICE,
) -> list[str]:
    """Return the one or two labels to draw.

    Args:
        labels: Names of the dimensions of the grid.
        points: The values of each point, one for each label, by its name.
        axes: The labels that the configuration names; None for those that are numbers and vary
            among the points that are drawn.
        part: The slice: values by label that points must have to be drawn.

    Raises:
        ConfigError: A label is not one of the grid, or no point is in the slice.
        NotDrawable: More than two labels are left and none was chosen, none is left, values are
            not numbers, or points lie on one another.
    """
    hint = f"set `axes` of the analysis to one or two of {', '.join(labels)}"
    for axis in axes or ():
        if axis not in labels:
            raise ConfigError("the grid does not have this label", value=axis, hint=hint)
    points = _sliced(labels, points, part)
    chosen = list(axes) if axes else _free_axes(labels, points, part)
    for axis in chosen:
        if not _is_number(labels, points, axis):
            raise NotDrawable(
                "a label that is drawn needs numbers as values", value=axis, hint=hint
            )
    coinciding = _coinciding(labels, points, chosen)
    if coinciding:
        raise NotDrawable(
            f"points have equal values of {', '.join(chosen)} and would be drawn on one another",
            value=coinciding,
            hint=(f"{hint}, or " if axes else "")
            + "`slice` to values of the others, so that no two points coincide"
            + _example(labels, points, {*labels} - {*chosen, *part}),
        )
    return chosen


def _free_axes(labels: Sequence[str], points: Points, part: Slice) -> list[str]:
    """Return the labels that are drawn where none were chosen: one or two."""
    if not labels:
        raise NotDrawable(
            "the points have no labels, so figures have no axes",
            hint="results.csv has their numbers",
        )
    free = [label for label in labels if label not in part]
    if not free:
        raise NotDrawable(
            "the slice leaves no label to draw",
            value=dict(part),
            hint="take one of the labels out of `slice`",
        )
    numbers = [label for label in free if _is_number(labels, points, label)]
    if not numbers:
        raise NotDrawable(
            "the labels of the grid are text, but the axes of figures need numbers",
            value=free,
            hint="give points a number as a label in the patchset, or in the pattern of `patches`;"
            " results.csv has all of them",
        )
    varying = [label for label in numbers if _values(labels, points, label) > 1]
    chosen = varying or numbers  # of a single point
    if len(chosen) > 2:
        fitting = [
            f"[{', '.join(pair)}]"
            for pair in itertools.combinations(chosen, 2)
            if not _coinciding(labels, points, pair)
        ]
        raise NotDrawable(
            "a grid of more than two dimensions cannot be drawn",
            value=chosen,
            hint="set `axes` of the analysis to one or two of them"
            + (f", such as {fitting[0]}" if fitting else "")
            + ", or keep a part of the points with `slice`"
            + _example(labels, points, {chosen[-1]}),
        )
    return chosen


def _is_number(labels: Sequence[str], points: Points, label: str) -> bool:
    number = labels.index(label)
    return all(isinstance(values[number], Real) for values in points.values())


def _values(labels: Sequence[str], points: Points, label: str) -> int:
    """Return how many values a label has."""
    number = labels.index(label)
    return len({values[number] for values in points.values()})


def _coinciding(labels: Sequence[str], points: Points, chosen: Sequence[str]) -> list[str]:
    """Name two points that would be drawn on one another; none if there are none."""
    numbers = [labels.index(axis) for axis in chosen]
    places = {name: tuple(values[n] for n in numbers) for name, values in points.items()}
    place, count = Counter(places.values()).most_common(1)[0]
    return [name for name in places if places[name] == place][:2] if count > 1 else []


def _example(labels: Sequence[str], points: Points, chosen: set[str]) -> str:
    """Write an example of a slice at the end of a hint, if a label is there to slice."""
    for label in labels:
        if label in chosen and _values(labels, points, label) > 1:
            return f", such as {{{label}: {_commonest(labels, points, label)}}}"
    return ""


def _sliced(labels: Sequence[str], points: Points, part: Slice) -> Points:
    """Return the points of a slice; there must be some."""
    for label in part:
        if label not in labels:
            raise ConfigError(
                "`slice` names a label that the grid does not have",
                value=label,
                hint=f"set `slice` of the analysis to values of {', '.join(labels)}",
            )
    kept = {name: values for name, values in points.items() if in_slice(labels, values, part)}
    if not kept:
        label = next(iter(part))
        raise ConfigError(
            "no point of the grid is in the slice",
            value=dict(part),
            hint=f"most points have {label} = {_commonest(labels, points, label)}",
        )
    return kept


def _commonest(labels: Sequence[str], points: Points, label: str) -> Any:
    """Return the value of a label that most points have."""
    number = labels.index(label)
    return Counter(values[number] for values in points.values()).most_common(1)[0][0]
