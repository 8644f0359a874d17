"""The tables that people read: results, timings, and how many points ended how."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from fitscan.columns import NUMBERS, TEXTS, TIMES
from fitscan.errors import ConfigError

__all__ = ["STATUSES", "grid_axes", "grid_labels", "results_table", "status_table", "timings_table"]

Row = Mapping[str, Any]

STATUSES = {
    "ok": "the fits converged",
    "not_converged": "a minimiser gave up; there are no numbers",
    "failed": "something else went wrong; there are no numbers or not all",
}


def results_table(
    points: Sequence[Row], rows: Sequence[Row], *, labels: Sequence[str]
) -> pd.DataFrame:
    """Return results.csv: one row a point, in the order of ``points``.

    Args:
        points: ``name`` and ``values`` of each point.
        rows: The row of each point.
        labels: Names of the values.
    """
    table = pd.DataFrame(
        [
            [point["name"], *point["values"], *(row[c] for c in (*NUMBERS, *TEXTS))]
            for point, row in zip(points, rows, strict=True)
        ],
        columns=["name", *labels, *NUMBERS, *TEXTS],
    )
    return table.astype(dict.fromkeys(NUMBERS, float))


def timings_table(points: Sequence[Row], rows: Sequence[Row]) -> pd.DataFrame:
    """Return timings.csv: wall and CPU seconds of each point, and its key."""
    return pd.DataFrame(
        [
            [point["name"], *(row[c] for c in TIMES), row["key"]]
            for point, row in zip(points, rows, strict=True)
        ],
        columns=["name", *TIMES, "key"],
    )


def status_table(results: pd.DataFrame, *, test_size: float) -> pd.DataFrame:
    """Return how many points ended in each status, and how many are excluded.

    Args:
        results: See ``results_table``.
        test_size: A point is excluded when its CLs is below this number.
    """
    usable = results[results["status"] == "ok"]
    counts = [(status, int((results["status"] == status).sum())) for status in STATUSES]
    counts += [
        ("excluded (observed)", int((usable["CLs_obs"] < test_size).sum())),
        ("excluded (expected)", int((usable["CLs_exp_0"] < test_size).sum())),
    ]
    return pd.DataFrame(counts, columns=["status", "points"])


def grid_labels(results: pd.DataFrame) -> list[str]:
    """Return the names of the dimensions of the grid: the columns after ``name``."""
    columns = list(results.columns)
    return columns[1 : columns.index(NUMBERS[0])]


def grid_axes(results: pd.DataFrame, axes: Sequence[str] | None) -> list[str]:
    """Return the one or two labels to draw.

    Args:
        results: See ``results_table``.
        axes: The labels that the configuration names; None for all of the grid.

    Raises:
        ConfigError: A label is not one of the grid, the grid has more than two and none was
            chosen, values are no numbers, or points lie on one another in the chosen axes.
    """
    labels = grid_labels(results)
    hint = f"set `axes` of the analysis to one or two of {', '.join(labels)}"
    if axes is None and len(labels) > 2:
        raise ConfigError("a grid of so many dimensions cannot be drawn", value=labels, hint=hint)
    chosen = list(axes or labels)
    for axis in chosen:
        if axis not in labels:
            raise ConfigError("the grid has no such label", value=axis, hint=hint)
        if not pd.api.types.is_numeric_dtype(results[axis]):
            raise ConfigError(
                "a label that is drawn needs numbers as values", value=axis, hint=hint
            )
    doubled = results[results.duplicated(chosen, keep=False)]
    if not doubled.empty:
        raise ConfigError(
            f"points have equal values of {', '.join(chosen)} and would be drawn on one another",
            value=doubled["name"].tolist()[:2],
            hint=f"{hint}, so that no two points coincide",
        )
    return chosen
