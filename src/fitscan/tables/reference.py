"""The reference that a user gives for a scan: CLs of points, by name or by labels.

Takes the path of a CSV file and the points of the scan; gives its columns. The process that the
user starts reads it before anything is fitted, so nothing here needs pandas.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fitscan.columns import CLS
from fitscan.errors import ConfigError
from fitscan.tables.user_table import GivenTable

__all__ = ["Points", "check_reference", "reference_columns"]

Points = Mapping[str, Mapping[str, Any]]
"""The values of the labels of each point, by its name."""

_SHOWN = 3  # names in a message


def check_reference(path: str) -> GivenTable:
    """Read a reference before the points of the scan are known.

    Raises:
        ConfigError: The file is not a table with CLs of points.
    """
    table = GivenTable.read(path)
    if "name" in table.columns:
        table.unique(["name"])
    for column in _numbers(table):
        table.numbers(column, gaps=True)
    return table


def reference_columns(path: str, points: Points) -> dict[str, Any]:
    """Read ``name``, CLs by column, and ``error``; a point without a CLs has NaN.

    Rows are matched to points by ``name``, and where this is not that of a point, or there are no
    names, by the values of the labels: a row that matches gets the name of the point.

    Args:
        path: The file.
        points: The points of the scan.

    Raises:
        ConfigError: The file is not such a table, no row is a point of the scan, or two rows are
            the same one.
    """
    table = check_reference(path)
    return {
        "name": _names(table, points),
        **{column: table.numbers(column, gaps=True) for column in _numbers(table)},
        "error": table.columns.get("error", [""] * len(table.lines)),
    }


def _numbers(table: GivenTable) -> list[str]:
    return [column for column in CLS if column in table.columns or column == "CLs_obs"]


def _names(table: GivenTable, points: Points) -> Sequence[str]:
    """Return the name of the point of each row; a row that is not one has a name of its own."""
    labels = list(next(iter(points.values()), {}))
    by_labels = bool(labels) and table.columns.keys() >= {*labels}
    if "name" not in table.columns and not by_labels:
        raise ConfigError(
            f"{table.path} does not say which points its rows are",
            value=", ".join(table.columns),
            hint=f"it needs the column name, with names such as {_some(points)}"
            + (f", or the columns {', '.join(labels)}" if labels else ""),
        )
    names = _names_by_labels(table, points, labels) if by_labels else table.texts("name")
    if points.keys().isdisjoint(names):
        given = zip(*map(table.texts, labels if by_labels else ["name"]), strict=True)
        raise ConfigError(
            f"no row of {table.path} is a point of the scan",
            value=[", ".join(row) for row in given][:_SHOWN],
            hint=f"points of the scan are {_some(points)}"
            + (f"; or add the columns {', '.join(labels)}" if labels and not by_labels else ""),
        )
    return names


def _names_by_labels(table: GivenTable, points: Points, labels: Sequence[str]) -> list[str]:
    """Return names where labels decide for the rows, and the points, that no name matches."""
    places = [_place(row) for row in zip(*map(table.texts, labels), strict=True)]
    own = table.columns.get("name") or [", ".join(map(str, place)) for place in places]
    taken = {*own}
    name_of = {
        _place(values.values()): name for name, values in points.items() if name not in taken
    }
    names = [
        name if name in points else name_of.get(place, name)
        for name, place in zip(own, places, strict=True)
    ]
    GivenTable(table.path, {"point": names}, table.lines).unique(["point"])
    return names


def _place(values: Any) -> tuple[float | str, ...]:
    """Return labels so that 100, 100.0 and "1e2" are equal, and text is text."""
    return tuple(map(_normal, values))


def _normal(value: float | str) -> float | str:
    try:
        return float(f"{float(value):.9g}")
    except ValueError:
        return str(value).strip()


def _some(points: Points) -> str:
    return ", ".join(list(points)[:_SHOWN])
