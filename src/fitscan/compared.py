"""A scan beside a reference, point by point: CLs, what each excludes, and both contours.

Takes results.csv and a reference table (``name``, ``CLs_obs``, any ``CLs_exp_*``, and perhaps
``error``); gives comparison.csv and what is said about it.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fitscan.columns import CLS
from fitscan.contour import CURVES
from fitscan.given import GivenTable

__all__ = ["compare", "read_reference", "summarise_comparison"]

Array = NDArray[np.float64]

# The curves that are compared, by column.
_NAMES = {column: curve for curve, column in CURVES.items() if column in CLS}

_SIDES = {
    (True, True): "both",
    (True, False): "ours",
    (False, True): "theirs",
    (False, False): "neither",
}


def read_reference(path: str) -> pd.DataFrame:
    """Read a reference table; a point of which it has no CLs has NaN, and may have an error.

    Raises:
        ConfigError: The file is no such table.
    """
    table = GivenTable.read(path)
    table.unique(["name"])
    columns = [column for column in CLS if column in table.columns or column == "CLs_obs"]
    return pd.DataFrame(
        {
            "name": table.texts("name"),
            **{column: table.numbers(column, gaps=True) for column in columns},
            "error": table.columns.get("error", [""] * len(table.lines)),
        }
    )


def compare(
    results: pd.DataFrame, reference: pd.DataFrame, *, labels: Sequence[str], test_size: float
) -> pd.DataFrame:
    """Return comparison.csv: a row for each point and each CLs that the reference has.

    Args:
        results: See ``fitscan.tables.results_table``.
        reference: See ``read_reference``.
        labels: Names of the dimensions of the grid.
        test_size: A point is excluded when its CLs is below this number.

    Returns:
        Columns ``name``, the labels, ``curve``, ``ours``, ``theirs``, ``difference`` (ours less
        theirs), ``excluded_by`` (``both``, ``ours``, ``theirs``, ``neither``, empty where one of
        them has no CLs), ``exclusion_differs`` and ``message``: why there is nothing to compare.
        The points are in the order of the results; those of the reference alone come last.
    """
    both = results.merge(reference, how="outer", on="name", suffixes=("", "_theirs"), indicator=True)
    order = {name: n for n, name in enumerate([*results["name"], *reference["name"]][::-1])}
    both = both.sort_values("name", key=lambda names: -names.map(order)).reset_index(drop=True)
    ok = both["status"] == "ok"
    message = _messages(both)
    tables = []
    for column in CLS:
        if column not in reference:
            continue
        ours, theirs = both[column].where(ok), both[f"{column}_theirs"]
        known = ours.notna() & theirs.notna()
        sides = [
            _SIDES[pair] if there else ""
            for *pair_, there in zip(ours < test_size, theirs < test_size, known, strict=True)
            if (pair := (bool(pair_[0]), bool(pair_[1]))) is not None
        ]
        tables.append(
            both[["name", *labels]].assign(
                curve=_NAMES[column],
                ours=ours,
                theirs=theirs,
                difference=ours - theirs,
                excluded_by=sides,
                exclusion_differs=[side in {"ours", "theirs"} for side in sides],
                message=message.where(~known, ""),
            )
        )
    table = pd.concat(tables)
    return table.sort_index(kind="stable").reset_index(drop=True)


def _messages(both: pd.DataFrame) -> "pd.Series[str]":
    """Say of each point what is missing, and why."""
    said = []
    for row in both.itertuples():
        parts = []
        if row._merge == "right_only":
            parts.append("not in this scan")
        elif row.status != "ok":
            parts.append(f"ours: {row.status}. {row.message}".strip())
        if row._merge == "left_only":
            parts.append("not in the reference")
        elif row.error:
            parts.append(f"theirs: {row.error}")
        said.append("; ".join(parts) or "no number")
    return pd.Series(said, index=both.index, dtype=object)


def summarise_comparison(comparison: pd.DataFrame) -> pd.DataFrame:
    """Return what a comparison comes to: a row for each curve.

    Returns:
        Columns ``curve``; ``points`` that both have, and ``missing`` ones; of the absolute
        difference ``median``, ``largest`` and ``at``, the point where it is; how many points
        ``excluded_by_both``, ``_by_ours`` and ``_by_theirs`` alone.
    """
    rows = []
    for curve, part in comparison.groupby("curve", sort=False):
        difference = part["difference"].abs()
        sides = part["excluded_by"].value_counts()
        known = difference.notna()
        rows.append(
            {
                "curve": curve,
                "points": int(known.sum()),
                "missing": int((~known).sum()),
                "median": difference.median(),
                "largest": difference.max(),
                "at": part["name"][difference.idxmax()] if known.any() else "",
                **{f"excluded_by_{side}": int(sides.get(side, 0)) for side in ("both", "ours", "theirs")},
            }
        )
    return pd.DataFrame(rows)
