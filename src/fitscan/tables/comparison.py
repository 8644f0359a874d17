"""A scan beside a reference, point by point: CLs, what each excludes, and both contours.

Takes results.csv and a reference table (``name``, ``CLs_obs``, any ``CLs_exp_*``, and perhaps
``error``); gives comparison.csv and what is said about it.
"""

import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fitscan.columns import CLS, CURVES
from fitscan.contour import (
    SIGNIFICANCE,
    Distance,
    Space,
    crossings,
    exclusion_lines,
    line_distance,
)
from fitscan.errors import FitscanError
from fitscan.likelihood import Index
from fitscan.tables.reference import reference_columns

__all__ = [
    "common_points",
    "compare",
    "left_out",
    "read_comparison",
    "read_reference",
    "summarise_comparison",
]

Array = NDArray[np.float64]

# The curves that are compared, by column.
_NAMES = {column: curve for curve, column in CURVES.items() if column in CLS}

_SIDES = {
    (True, True): "both",
    (True, False): "ours",
    (False, True): "theirs",
    (False, False): "neither",
}


def read_reference(path: str, index: Index) -> pd.DataFrame:
    """Read a reference table; a point without a CLs has NaN, and may have an error.

    Args:
        path: The file.
        index: The points of the likelihood, those that are left out of the scan too.

    Raises:
        ConfigError: The file is not such a table, or no row is a point of the likelihood.
    """
    points = {p.name: dict(zip(index.labels, p.values, strict=True)) for p in index.points}
    return pd.DataFrame(reference_columns(path, points))


def left_out(reference: pd.DataFrame, results: pd.DataFrame, index: Index) -> "pd.Series[bool]":
    """Return which rows of a reference are of points that the analysis leaves out by `points`."""
    names = {point.name for point in index.points} - {*results["name"]}
    return reference["name"].isin(names)


def compare(
    results: pd.DataFrame, reference: pd.DataFrame, *, labels: Sequence[str], test_size: float
) -> pd.DataFrame:
    """Return comparison.csv: a row for each point and each CLs that the reference has.

    Args:
        results: See ``fitscan.tables.results.results_table``.
        reference: See ``read_reference``.
        labels: Names of the dimensions of the grid.
        test_size: A point is excluded when its CLs is below this number.

    Returns:
        Columns ``name``, the labels, ``curve``, ``ours``, ``theirs``, ``difference`` (ours less
        theirs), ``excluded_by`` (``both``, ``ours``, ``theirs``, ``neither``, empty where one of
        them has no CLs), ``exclusion_differs`` and ``message``: why there is nothing to compare.
        The points are in the order of the results; those of the reference alone come first.
    """
    both = results.merge(
        reference, how="outer", on="name", suffixes=("", "_theirs"), indicator=True
    )
    order = {name: n for n, name in enumerate([*reference["name"], *results["name"]])}
    both = both.sort_values("name", key=lambda names: names.map(order)).reset_index(drop=True)
    ok = both["status"] == "ok"
    message = _messages(both)
    tables = []
    for column in CLS:
        if column not in reference:
            continue
        ours, theirs = both[column].where(ok), both[f"{column}_theirs"]
        known = ours.notna() & theirs.notna()
        pairs = zip((ours < test_size).tolist(), (theirs < test_size).tolist(), strict=True)
        sides = pd.Series(map(_SIDES.get, pairs), index=both.index, dtype=object).where(known, "")
        tables.append(
            both[["name", *labels]].assign(
                curve=_NAMES[column],
                ours=ours,
                theirs=theirs,
                difference=ours - theirs,
                excluded_by=sides,
                exclusion_differs=sides.isin(["ours", "theirs"]),
                message=message.where(~known, ""),
            )
        )
    table = pd.concat(tables)
    return table.sort_index(kind="stable").reset_index(drop=True)


def _messages(both: pd.DataFrame) -> "pd.Series[str]":
    """Say of each point what is missing, and why."""
    said = []
    columns = (both[name].tolist() for name in ("_merge", "status", "message", "error"))
    for side, status, message, error in zip(*columns, strict=True):
        parts = []
        if side == "right_only":
            parts.append("not in this scan")
        elif status != "ok":
            parts.append(f"ours: {status}. {message}".strip())
        if side == "left_only":
            parts.append("not in the reference")
        elif error:
            parts.append(f"theirs: {error}")
        said.append("; ".join(parts) or "no number")
    return pd.Series(said, index=both.index, dtype=object)


def read_comparison(content: bytes) -> pd.DataFrame:
    """Read comparison.csv or comparison_summary.csv; names and messages stay text."""
    texts = ("name", "curve", "excluded_by", "message", "at")
    columns = pd.read_csv(io.BytesIO(content), nrows=0).columns
    return pd.read_csv(
        io.BytesIO(content),
        dtype=dict.fromkeys(texts, str),
        keep_default_na=False,
        na_values={column: [""] for column in columns if column not in texts},
    )


def common_points(
    comparison: pd.DataFrame, axes: Sequence[str], drawn: Iterable[str]
) -> pd.DataFrame:
    """Return the drawn points with an observed CLs in both, a row each: what a figure shows.

    Args:
        comparison: See ``compare``.
        axes: The labels of the grid that are drawn.
        drawn: Names of the points that are drawn: those in the slice.

    Returns:
        Columns ``name``, the axes, for each curve its column of the results with ``_ours`` and
        with ``_theirs``, and ``differs``: whether only one of them excludes the point, as observed
        or as expected.
    """
    comparison = comparison[comparison["name"].isin(drawn)]
    first = comparison[comparison["curve"] == "observed"].set_index("name")
    found = first[first["difference"].notna()][list(axes)]
    differs = pd.Series(data=False, index=found.index)
    for column, curve in _NAMES.items():
        part = comparison[comparison["curve"] == curve].set_index("name").reindex(found.index)
        if part["ours"].notna().any():
            found = found.assign(
                **{f"{column}_ours": part["ours"], f"{column}_theirs": part["theirs"]}
            )
        if curve in {"observed", "expected"}:
            differs |= part["exclusion_differs"] == True  # noqa: E712  (NaN is not)
    return found.assign(differs=differs).reset_index()


def summarise_comparison(
    comparison: pd.DataFrame,
    *,
    axes: Sequence[str],
    drawn: Iterable[str],
    test_size: float,
    space: Space = SIGNIFICANCE,
    left_out: int = 0,
) -> pd.DataFrame:
    """Return what a comparison comes to: a row for each curve.

    Args:
        comparison: See ``compare``.
        axes: The labels of the grid that are drawn; none where there are no lines.
        drawn: Names of the points that lines go through: those in the slice.
        test_size: The CLs of the contours.
        space: In which CLs is linear between the points.
        left_out: How many points of the reference the analysis leaves out.

    Returns:
        Columns ``curve``; ``points`` that both have, ``missing`` and ``left_out``; of the absolute
        difference ``median``, ``largest`` and ``at``, the point where it is; how many points
        ``excluded_by_both``, ``_by_ours`` and ``_by_theirs`` alone; how far apart the two lines
        are that go through the drawn points which both have, ``mean_distance`` and
        ``largest_distance`` in the units of the axes, and where the latter is, by the axes. A
        distance is empty where there are not two lines.
    """
    points = common_points(comparison, axes, drawn)
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
                "left_out": left_out,
                "median": difference.median(),
                "largest": difference.max(),
                "at": part["name"].tolist()[int(difference.argmax())] if known.any() else "",
                **{
                    f"excluded_by_{side}": int(sides.get(side, 0))
                    for side in ("both", "ours", "theirs")
                },
                **_apart(points, str(curve), axes=axes, test_size=test_size, space=space),
            }
        )
    return pd.DataFrame(rows)


def _apart(
    points: pd.DataFrame, curve: str, *, axes: Sequence[str], test_size: float, space: Space
) -> dict[str, float]:
    """Return how far apart the lines of a curve are; see ``summarise_comparison``."""
    column, found = CURVES[curve], None
    if axes and f"{column}_ours" in points:
        ours, theirs = (
            _lines(points, f"{column}_{side}", axes=axes, test_size=test_size, space=space)
            for side in ("ours", "theirs")
        )
        found = line_distance(ours, theirs)
    nowhere = Distance(math.nan, math.nan, (math.nan, math.nan), (math.nan, math.nan))
    found = found or nowhere
    return {
        "mean_distance": found.mean,
        "largest_distance": found.largest,
        **dict(zip(axes, found.place, strict=False)),
    }


def _lines(
    points: pd.DataFrame, column: str, *, axes: Sequence[str], test_size: float, space: Space
) -> list[Array]:
    """Return the lines through a plane; along one axis the limits, as lines of one vertex."""
    places, CLs = [points[axis] for axis in axes], points[column]
    options: dict[str, Any] = {"test_size": test_size, "space": space}
    if len(axes) == 1:
        limits = crossings(places[0], CLs, **options)
        return [np.array([[limit, 0.0]]) for limit in limits]
    try:
        return exclusion_lines(places[0], places[1], CLs, **options)
    except FitscanError:
        return []
