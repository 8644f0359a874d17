"""Scans beside a reference, point by point."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from fitscan import formats
from fitscan.report.rows import MAX_ROWS
from fitscan.report.run import Part, Run
from fitscan.tables.comparison import read_comparison

__all__ = ["TITLE", "show"]

TITLE = "Comparison"

_WORDS = {
    "observed": "Observed",
    "expected": "Expected",
    "expected_m2": "Expected −2σ",
    "expected_m1": "Expected −1σ",
    "expected_p1": "Expected +1σ",
    "expected_p2": "Expected +2σ",
}


@dataclass(frozen=True)
class Row:
    """A row of a table: its name, numbers as text, and whether the conclusion differs."""

    name: str
    texts: Sequence[str]
    differs: bool = False


@dataclass(frozen=True)
class Compared:
    """A scan and its reference.

    Attributes:
        part: The scan.
        reference: What the reference is called.
        figure: Both limits, and the differences.
        observed: The row of the observed CLs in comparison_summary.csv.
        curves: A row for each CLs: points, median and largest difference, the point where it is,
            points excluded by both, by this scan alone and by the reference alone, mean and largest
            distance of the lines.
        changed: Points that one of them alone excludes, and by which CLs.
        points: A row for each point: here, there and their difference, observed and expected.
        missing: Points without a comparison, and why.
    """

    part: Part
    reference: str
    figure: str
    observed: Mapping[Hashable, Any]
    curves: Sequence[Row]
    changed: Mapping[str, str]
    points: Sequence[Row]
    missing: Mapping[str, str]


def show(run: Run) -> list[Compared]:
    """Return the scans that were compared."""
    return [_compared(part) for part in run.parts if "comparison.csv" in part.reported.files]


def _compared(part: Part) -> Compared:
    table, summary = (
        read_comparison(part.reported.files[f"{name}.csv"])
        for name in ("comparison", "comparison_summary")
    )
    differing = table[table["exclusion_differs"]]
    changed: dict[str, str] = {}
    for name, curve in zip(differing["name"], differing["curve"], strict=True):
        if curve in {"observed", "expected"}:
            changed[name] = f"{changed[name]} and {curve}" if name in changed else curve
    observed = table[table["curve"] == "observed"]
    missing = observed[observed["difference"].isna()]
    return Compared(
        part=part,
        reference=str(part.settings["compare"]["title"]),
        figure=part.figure("comparison"),
        observed=next(row for row in summary.to_dict("records") if row["curve"] == "observed"),
        curves=_curves(summary),
        changed=changed,
        points=_points(table, changed),
        missing=dict(zip(missing["name"], missing["message"], strict=True)),
    )


def _curves(summary: pd.DataFrame) -> list[Row]:
    """Put the summary into words."""
    columns = [
        [str(number) for number in summary["points"]],
        [formats.significant(number, 2) for number in summary["median"]],
        [formats.significant(number, 2) for number in summary["largest"]],
        list(summary["at"]),
        *([str(n) for n in summary[f"excluded_by_{who}"]] for who in ("both", "ours", "theirs")),
        *(
            [formats.significant(number, 2) for number in summary[f"{which}_distance"]]
            for which in ("mean", "largest")
        ),
    ]
    return [
        Row(_WORDS[curve], texts) for curve, *texts in zip(summary["curve"], *columns, strict=True)
    ]


def _points(table: pd.DataFrame, changed: Mapping[str, str]) -> list[Row]:
    """Put the first points into words, observed and expected."""
    columns: list[list[str]] = []
    names: list[str] = []
    for curve in ("observed", "expected"):
        part = table[table["curve"] == curve].head(MAX_ROWS)
        names = list(part["name"]) or names
        for column, significant in (("ours", 5), ("theirs", 5), ("difference", 2)):
            texts = [formats.significant(number, significant) for number in part[column]]
            columns.append(formats.aligned(texts) or [formats.MISSING] * len(names))
    return [
        Row(name, texts, differs=name in changed)
        for name, *texts in zip(names, *columns, strict=True)
    ]
