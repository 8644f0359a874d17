"""Which part of a grid is drawn: asked before anything is fitted, and again when drawing."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from numbers import Real
from types import MappingProxyType
from typing import Any

from fitscan.errors import ConfigError

__all__ = ["drawn_axes", "in_slice"]

Slice = Mapping[str, float]

NO_SLICE: Slice = MappingProxyType({})


def in_slice(labels: Sequence[str], values: Sequence[Any], part: Slice) -> bool:
    """Tell whether a point has the values of a slice, but for rounding.

    Args:
        labels: Names of the dimensions of the grid; those of the slice are among them.
        values: The values of the point, one for each label.
        part: The values of the slice by label.
    """
    own = dict(zip(labels, values, strict=True))
    return all(
        isinstance(own[label], Real) and math.isclose(float(own[label]), value, rel_tol=1e-9)
        for label, value in part.items()
    )


def drawn_axes(
    labels: Sequence[str],
    points: Mapping[str, Sequence[Any]],
    axes: Sequence[str] | None,
    part: Slice = NO_SLICE,
) -> list[str]:
    """Return the one or two labels to draw.

    Args:
        labels: Names of the dimensions of the grid.
        points: The values of each point, one for each label, by its name.
        axes: The labels that the configuration names; None for all but those of the slice.
        part: The slice: values by label that points must have to be drawn.

    Raises:
        ConfigError: A label is not one of the grid, more than two are left and none was chosen,
            values are no numbers, no point is in the slice, or points lie on one another in the
            chosen axes.
    """
    hint = f"set `axes` of the analysis to one or two of {', '.join(labels)}"
    points = _sliced(labels, points, part)
    free = [label for label in labels if label not in part]
    if axes is None and len(free) > 2:
        raise ConfigError(
            "a grid of so many dimensions cannot be drawn",
            value=free,
            hint=f"{hint}, or keep a part of the points with `slice`, such as "
            f"{{{free[-1]}: {_commonest(labels, points, free[-1])}}}",
        )
    chosen = list(axes or free)
    if not chosen:
        raise ConfigError("the slice leaves no label to draw", value=dict(part), hint=hint)
    for axis in chosen:
        if axis not in labels:
            raise ConfigError("the grid has no such label", value=axis, hint=hint)
        number = labels.index(axis)
        if not all(isinstance(values[number], Real) for values in points.values()):
            raise ConfigError(
                "a label that is drawn needs numbers as values", value=axis, hint=hint
            )
    places = {
        name: tuple(values[labels.index(axis)] for axis in chosen)
        for name, values in points.items()
    }
    place, count = Counter(places.values()).most_common(1)[0]
    if count > 1:
        raise ConfigError(
            f"points have equal values of {', '.join(chosen)} and would be drawn on one another",
            value=[name for name in places if places[name] == place][:2],
            hint=f"{hint}, or `slice` to values of the others, so that no two points coincide",
        )
    return chosen


def _sliced(
    labels: Sequence[str], points: Mapping[str, Sequence[Any]], part: Slice
) -> Mapping[str, Sequence[Any]]:
    """Return the points of a slice, of which there must be some."""
    for label in part:
        if label not in labels:
            raise ConfigError(
                "the grid has no such label to slice",
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


def _commonest(labels: Sequence[str], points: Mapping[str, Sequence[Any]], label: str) -> Any:
    """Return the value of a label that most points have."""
    number = labels.index(label)
    return Counter(values[number] for values in points.values()).most_common(1)[0][0]
