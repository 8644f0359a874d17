"""Which points of a likelihood are fitted: all, those of a list, or those with values of labels."""

import difflib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from fitscan.config.axes import in_slice
from fitscan.config.points import check_point_name
from fitscan.errors import ConfigError

__all__ = ["chosen_points"]

# A value of a label, or the lowest and the highest.
Wanted = float | str | Sequence[float]


def chosen_points(
    labels: Sequence[str],
    points: Mapping[str, Sequence[Any]],
    wanted: Sequence[str] | Mapping[str, Wanted] | None,
) -> list[str]:
    """Return the names of the points that are fitted, in the order of the grid.

    Args:
        labels: Names of the dimensions of the grid.
        points: The values of each point, one for each label, by its name.
        wanted: The key ``points`` of the configuration.

    Raises:
        ConfigError: A name or a label that the grid does not have, a value that no point has, or
            no point that has all of them.
    """
    if wanted is None:
        return list(points)
    if not isinstance(wanted, Mapping):
        unknown = next((name for name in wanted if name not in points), None)
        check_point_name(list(points), unknown, key="points")
        named = {*wanted}
        return [name for name in points if name in named]
    kept = dict(points)
    for label, value in wanted.items():
        if label not in labels:
            close = difflib.get_close_matches(label, labels, n=1)
            raise ConfigError(
                "`points` names a label that the grid does not have",
                value=label,
                hint=f"did you mean {close[0]!r}?" if close else f"labels: {', '.join(labels)}",
            )
        _check_value(label, value, [own[labels.index(label)] for own in points.values()])
        kept = {name: own for name, own in kept.items() if _has(labels, own, label, value)}
    if not kept:
        raise ConfigError(
            "no point of the grid has all values of `points`",
            value=dict(wanted),
            hint="each of them alone has points; widen one",
        )
    return list(kept)


def _has(labels: Sequence[str], own: Sequence[Any], label: str, wanted: Wanted) -> bool:
    """Tell whether a point has a value of a label, or lies in a range; numbers but for rounding."""
    if isinstance(wanted, float | int | str):
        return in_slice(labels, own, {label: wanted})
    low, high = wanted
    found = own[labels.index(label)]
    if isinstance(found, str):
        return False
    return low <= found <= high or any(math.isclose(found, end, rel_tol=1e-9) for end in wanted)


def _check_value(label: str, wanted: Wanted, values: Sequence[Any]) -> None:
    """Refuse a value that no point has, and a range that is none."""
    if not isinstance(wanted, float | int | str) and wanted[0] > wanted[1]:
        raise ConfigError(
            f"the range of {label} in `points` is not increasing",
            value=wanted,
            hint="the lower end comes first",
        )
    if not any(_has([label], [value], label, wanted) for value in values):
        raise ConfigError(
            f"no point has this {label} of `points`",
            value=wanted,
            hint=f"values of {label} are {', '.join(_near(wanted, values))}",
        )


def _near(wanted: Wanted, values: Sequence[Any]) -> list[str]:
    """Return some of the values of a label, those near to what is wanted, as text."""
    numbers = sorted({value for value in values if not isinstance(value, str)})
    if isinstance(wanted, str) or not numbers:
        texts = list(Counter(map(str, values)))
        return (difflib.get_close_matches(str(wanted), texts, n=3) or texts)[:3]
    ends = [wanted] if isinstance(wanted, float | int) else wanted
    near = sorted(numbers, key=lambda value: min(abs(value - end) for end in ends))[:3]
    return [f"{value:g}" for value in sorted(near)]
