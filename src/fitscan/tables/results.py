"""The tables that people read: results, timings, and how many points ended how."""

import os
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import IO, Any

import pandas as pd

from fitscan.columns import (
    ASYMPTOTIC_LIMITS,
    CHOSEN,
    COVERAGE,
    LIMIT_ERRORS,
    LIMITS,
    LIMITS_LOWEST,
    LOWEST,
    NUMBERS,
    STATUSES,
    TEXT_RESULTS,
    TEXTS,
    THEORY,
    TIMES,
    TOYS,
)
from fitscan.config.axes import drawn_axes

__all__ = [
    "count_excluded",
    "grid_axes",
    "grid_labels",
    "read_table",
    "results_table",
    "status_table",
    "timings_table",
]

Row = Mapping[str, Any]

_NUMERIC = (
    *(*NUMBERS, *LOWEST, *LIMITS, *LIMITS_LOWEST, *THEORY, *TOYS, *COVERAGE),
    *(*LIMIT_ERRORS, *ASYMPTOTIC_LIMITS),
)


def results_table(
    points: Sequence[Row],
    rows: Sequence[Row],
    *,
    labels: Sequence[str],
    columns: Sequence[str] = NUMBERS,
) -> pd.DataFrame:
    """Return results.csv: one row a point, in the order of ``points``.

    Args:
        points: ``name`` and ``values`` of each point.
        rows: The row of each point.
        labels: Names of the values.
        columns: What the scan computes; see ``fitscan.columns.result_columns``.
    """
    table = pd.DataFrame(
        [
            [point["name"], *point["values"], *(row.get(c) for c in (*columns, *TEXTS))]
            for point, row in zip(points, rows, strict=True)
        ],
        columns=["name", *labels, *columns, *TEXTS],
    )
    texts = [column for column in columns if column in TEXT_RESULTS]
    table[texts] = table[texts].fillna("").astype(str)
    return table.astype({column: float for column in columns if column not in texts})


def timings_table(points: Sequence[Row], rows: Sequence[Row]) -> pd.DataFrame:
    """Return timings.csv: wall and CPU seconds of each point, and its key."""
    return pd.DataFrame(
        [
            [point["name"], *(row[c] for c in TIMES), row["key"]]
            for point, row in zip(points, rows, strict=True)
        ],
        columns=["name", *TIMES, "key"],
    )


def read_table(path: str | os.PathLike[str] | IO[bytes]) -> pd.DataFrame:
    """Read results.csv or timings.csv; names and messages stay text whatever they look like."""
    return pd.read_csv(
        path,
        dtype=dict.fromkeys(("name", *TEXT_RESULTS, *TEXTS, CHOSEN), str),
        keep_default_na=False,
        na_values={column: [""] for column in _NUMERIC},
    )


def status_table(results: pd.DataFrame, *, test_size: float) -> pd.DataFrame:
    """Return how many points ended in each status, and how many are excluded.

    Args:
        results: See ``results_table``.
        test_size: See ``count_excluded``.
    """
    counts = [(status, int((results["status"] == status).sum())) for status in STATUSES]
    counts += [
        ("excluded (observed)", count_excluded(results, "CLs_obs", test_size=test_size)),
        ("excluded (expected)", count_excluded(results, "CLs_exp_0", test_size=test_size)),
    ]
    return pd.DataFrame(counts, columns=["status", "points"])


def count_excluded(results: pd.DataFrame, column: str, *, test_size: float) -> int:
    """Return how many points are excluded by a CLs.

    Args:
        results: See ``results_table``.
        column: The CLs.
        test_size: A point is excluded when its CLs is below this number and its status is ok.
    """
    return int(((results["status"] == "ok") & (results[column] < test_size)).sum())


def grid_labels(results: pd.DataFrame) -> list[str]:
    """Return the names of the dimensions of the grid: the columns after ``name``."""
    columns = list(results.columns)
    return columns[1 : columns.index(NUMBERS[0])]


def grid_axes(
    results: pd.DataFrame,
    axes: Sequence[str] | None,
    part: Mapping[str, float | str] = MappingProxyType({}),
) -> list[str]:
    """Return the one or two labels to draw; see ``fitscan.config.axes.drawn_axes``."""
    labels = grid_labels(results)
    values = results[labels].itertuples(index=False, name=None)
    return drawn_axes(labels, dict(zip(results["name"], values, strict=True)), axes, part)
