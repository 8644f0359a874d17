"""Which points of several grids are one: those with equal values of the labels.

Takes labels and values of each part; gives, for each place in the plane, where each part has it.
"""

from collections.abc import Mapping, Sequence

from fitscan.errors import LikelihoodError

__all__ = ["label_order", "match_points"]

Value = float | str
Place = tuple[Value, ...]


def label_order(
    labels: Mapping[str, Sequence[str]], match: Mapping[str, Sequence[str]]
) -> dict[str, list[int]]:
    """Return for each part where the labels of the first part stand among its own.

    Args:
        labels: Names of the dimensions of each part.
        match: For parts with other names, theirs in the order of the first part.

    Raises:
        LikelihoodError: A part has other labels than the first one.
    """
    first, wanted = next(iter(labels.items()))
    order = {}
    for part, own in labels.items():
        named = list(match.get(part, wanted))
        if sorted(named) != sorted(own) or len(named) != len(wanted):
            raise LikelihoodError(
                f"{part} and {first} have different labels, and `match` does not relate them",
                value={first: list(wanted), part: list(own), "match": named},
                hint="list under `match` all labels of the part, in the order of the first part",
            )
        order[part] = [list(own).index(label) for label in named]
    return order


def match_points(
    points: Mapping[str, Sequence[Sequence[Value]]], order: Mapping[str, Sequence[int]]
) -> dict[Place, dict[str, int]]:
    """Find the points that parts have in common.

    >>> match_points({"a": [(100, 0)], "b": [(0, 200.0), (0, 100.0)]}, {"a": [0, 1], "b": [1, 0]})
    {(100.0, 0.0): {'a': 0, 'b': 1}, (200.0, 0.0): {'b': 0}}

    Args:
        points: Values of the points of each part.
        order: See ``label_order``.

    Returns:
        By place, the number of the point in each part that has it. Places are in the order of the
        first part, what the next one adds comes after. Numbers are equal when their values are, as
        100 and 100.0; texts as they are.
    """
    found: dict[Place, dict[str, int]] = {}
    for part, values in points.items():
        for number, own in enumerate(values):
            place = tuple(_normal(own[position]) for position in order[part])
            found.setdefault(place, {})[part] = number
    return found


def _normal(value: Value) -> Value:
    return value if isinstance(value, str) else float(value)
