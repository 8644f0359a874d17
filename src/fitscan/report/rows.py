"""Points as rows of tables: their numbers in words, and which of these exclude."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from fitscan import formats

__all__ = ["MAX_ROWS", "Number", "PointRow", "label_text", "line_of", "point_rows"]

# Rows of a table that no script draws; results.csv has all of them.
MAX_ROWS = 250


@dataclass(frozen=True)
class Number:
    """A number of a table as text, and whether it excludes its point."""

    text: str
    excludes: bool = False


@dataclass(frozen=True)
class PointRow:
    """A point as a row of a table: numbers in the order of the columns that were asked for."""

    name: str
    values: list[str]
    numbers: list[Number]
    status: str
    message: str


def point_rows(
    results: pd.DataFrame,
    labels: Sequence[str],
    test_size: float,
    columns: Sequence[str],
) -> list[PointRow]:
    """Put the first points into words.

    Args:
        results: See ``fitscan.tables.results.results_table``.
        labels: Names of the dimensions of the grid.
        test_size: A point is excluded when its CLs is below this number and its status is ok.
        columns: The numbers that the table has.
    """
    shown = results.head(MAX_ROWS)
    values = [formats.aligned([label_text(value) for value in shown[label]]) for label in labels]
    numbers = [_numbers(shown[column], shown["status"] == "ok", test_size) for column in columns]
    return [
        PointRow(
            name=name,
            values=[column[n] for column in values],
            numbers=[column[n] for column in numbers],
            status=status,
            message=message,
        )
        for n, (name, status, message) in enumerate(
            zip(shown["name"], shown["status"], shown["message"], strict=True)
        )
    ]


def label_text(value: object) -> str:
    """Write a coordinate without digits that it does not have."""
    return f"{value:.6g}".replace("-", "−") if isinstance(value, int | float) else str(value)


def line_of(column: str, test_size: float) -> float | None:
    """Return what decides on a number of a column: no rounding takes one to the other side.

    Args:
        column: Its name.
        test_size: A point is excluded when its CLs is below this number.
    """
    if column.endswith("_err"):
        return None
    return {"CLs_": test_size, "mu_u": 1.0}.get(column[:4])


def _numbers(column: "pd.Series[float]", ok: "pd.Series[bool]", test_size: float) -> list[Number]:
    """Put a column into words; only a CLs excludes, and only a point that is ok."""
    of_CLs = str(column.name).startswith("CLs")
    excludes = (column < test_size) & ok & of_CLs
    line = line_of(str(column.name), test_size)
    texts = formats.aligned([formats.significant(value, line=line) for value in column])
    return [Number(text, excludes=each) for text, each in zip(texts, excludes, strict=True)]
