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

    Rows are matched to points by ``name``. If no name is that of a point, or there are no names,
    they are matched by the values of the labels: a row that matches gets the name of the point.

    Args:
        path: The file.
        points: The points of the scan.

    Raises:
        ConfigError: The file is not such a table, or no row is a point of the scan.
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
    names = table.columns.get("name")
    if names is not None and not points.keys().isdisjoint(names):
        return names
    if not labels or not table.columns.keys() >= set(labels):
        raise _no_match(table, points, labels)
    table.unique(labels)
    name_of = {_place(values.values()): name for name, values in points.items()}
    places = [_place(row) for row in zip(*(table.texts(label) for label in labels), strict=True)]
    if name_of.keys().isdisjoint(places):
        raise _no_match(table, points, labels)
    return [name_of.get(place, ", ".join(map(str, place))) for place in places]


def _place(values: Any) -> tuple[float | str, ...]:
    """Return labels so that 100, 100.0 and "1e2" are equal, and text is text."""
    return tuple(map(_normal, values))


def _normal(value: float | str) -> float | str:
    try:
        return float(f"{float(value):.9g}")
    except ValueError:
        return str(value).strip()


def _no_match(table: GivenTable, points: Points, labels: Sequence[str]) -> ConfigError:
    ours, columns = list(points)[:_SHOWN], ", ".join(table.columns)
    if "name" not in table.columns and not table.columns.keys() >= set(labels):
        return ConfigError(
            f"{table.path} does not say which points its rows are",
            value=columns,
            hint=f"it needs the column name, with names such as {', '.join(ours)}"
            + (f", or the columns {', '.join(labels)}" if labels else ""),
        )
    by = ["name"] if not table.columns.keys() >= set(labels) else labels
    theirs = list(zip(*(table.columns[column] for column in by), strict=True))[:_SHOWN]
    return ConfigError(
        f"no row of {table.path} is a point of the scan",
        value=[", ".join(row) for row in theirs],
        hint=f"points of the scan are {', '.join(ours)}"
        + (f"; or add the columns {', '.join(labels)}" if by == ["name"] and labels else ""),
    )
