"""Which dimensions of a grid are drawn: asked before anything is fitted, and again when drawing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

from fitscan.errors import ConfigError

__all__ = ["drawn_axes"]


def drawn_axes(
    labels: Sequence[str], points: Mapping[str, Sequence[Any]], axes: Sequence[str] | None
) -> list[str]:
    """Return the one or two labels to draw.

    Args:
        labels: Names of the dimensions of the grid.
        points: The values of each point, one for each label, by its name.
        axes: The labels that the configuration names; None for all of the grid.

    Raises:
        ConfigError: A label is not one of the grid, the grid has more than two and none was
            chosen, values are no numbers, or points lie on one another in the chosen axes.
    """
    hint = f"set `axes` of the analysis to one or two of {', '.join(labels)}"
    if axes is None and len(labels) > 2:
        raise ConfigError(
            "a grid of so many dimensions cannot be drawn", value=list(labels), hint=hint
        )
    chosen = list(axes or labels)
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
            hint=f"{hint}, so that no two points coincide",
        )
    return chosen
