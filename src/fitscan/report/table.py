"""The points of a scan as a table that a browser sorts and filters: its columns, and its data.

Takes results and timings of a scan; gives the headings of the table, its first rows as text for
where no script runs, and all rows as JSON, in columns and with few digits.
"""

import itertools
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from fitscan.formats import significant
from fitscan.report.chart import Chart
from fitscan.report.rows import line_of
from fitscan.report.run import Part
from fitscan.report.tex import tex_to_text
from fitscan.tables.meanings import BESIDE, LABELS, RESULTS, by_column
from fitscan.tables.minima import SHOWN_LIMITS, other_limits

__all__ = ["Column", "card_fields", "columns_of", "data_of", "grouped", "meaning_of", "with_others"]


@dataclass(frozen=True)
class Column:
    """A column of the table.

    Attributes:
        key: Column of the results, or of the timings.
        title: Heading, with TeX; ``CLs`` is set as such.
        kind: ``name``, ``label``, ``number``, ``CLs`` (which excludes), ``status`` or ``audit``.
        group: Heading above those of several columns.
        small: What stands below the heading.
    """

    key: str
    title: str
    kind: str
    group: str = ""
    small: str = ""

    @property
    def meaning(self) -> str:
        """What the column holds, in words."""
        return meaning_of(LABELS if self.kind == "label" else self.key)


# The columns that the table of points adds to those of results.csv.
_MEANINGS = by_column([*BESIDE["timings.csv"], *RESULTS])
_AUDIT = "What the cross-check with pyhf found at the point, or why its result is in doubt."


def meaning_of(key: str) -> str:
    """Return what a column of results.csv, or of the table of points, holds, in words."""
    return _AUDIT if key == "audit" else _MEANINGS[key].words


EXPECTED = "CLs expected"
LIMITS = "Upper limit on μ"

COLUMNS = (
    Column("CLs_obs", "CLs observed", "CLs"),
    Column("CLs_exp_m1", "−1σ", "CLs", EXPECTED),
    Column("CLs_exp_0", "median", "CLs", EXPECTED),
    Column("CLs_exp_p1", "+1σ", "CLs", EXPECTED),
    Column("mu_up_obs", "observed", "number", LIMITS),
    Column("mu_up_exp_0", "expected", "number", LIMITS),
    Column("mu_hat", "μ̂", "number"),
    Column("cpu_s", "CPU [s]", "number"),
    Column("status", "Status", "status"),
    Column("audit", "Cross-check with pyhf", "audit"),
)

# What is said of one point: title, columns (a number; its uncertainty, or both ends of its band),
# unit and significant digits. Those that a scan or a point does not have are left out.
CARD = (
    ("CLs observed", ("CLs_obs", "CLs_obs_err"), "", 3),
    ("CLs observed", ("CLs_obs",), "", 3),
    ("CLs expected", ("CLs_exp_0", "CLs_exp_m1", "CLs_exp_p1"), "", 3),
    ("CLs observed, asymptotic", ("CLs_obs_asymptotic",), "", 3),
    ("μ̂", ("mu_hat",), "", 3),
    ("Limit on μ, observed", ("mu_up_obs",), "", 3),
    ("Limit on μ, expected", ("mu_up_exp_0", "mu_up_exp_m1", "mu_up_exp_p1"), "", 3),
    ("Significance", ("significance",), "", 3),
    ("Lowest minimum found: NLL lower by", ("delta_nll",), "", 3),
    ("CLs observed, lowest minimum found", ("CLs_obs_lowest",), "", 3),
    ("CLs expected, lowest minimum found", ("CLs_exp_0_lowest",), "", 3),
    ("Limit on μ, observed, lowest minimum found", ("mu_up_obs_lowest",), "", 3),
    ("Limit on μ, expected, lowest minimum found", ("mu_up_exp_0_lowest",), "", 3),
    ("Significance, lowest minimum found", ("significance_lowest",), "", 3),
    ("Minima found", ("n_minima",), "", 0),
    ("CPU time", ("cpu_s",), " s", 3),
)

# They say something only where a minimum is lower.
OF_LOWER_MINIMA = ("delta_nll", "CLs_obs_lowest", "CLs_exp_0_lowest")
# The same of limits, which are found at other signal strengths, and of the significance.
OF_OTHER_LIMITS = {f"{column}_lowest": column for column in (*SHOWN_LIMITS, "significance")}


def with_others(part: Part) -> pd.DataFrame:
    """Return the results of a scan, with the CPU time of each point, and what the audit says."""
    times = part.reported.timings.set_index("name")["cpu_s"]
    results = part.reported.results
    results = results.assign(cpu_s=results["name"].map(times))
    words = part.said_of_points
    if not words:
        return results
    return results.assign(audit=[words.get(name, "") for name in results["name"]])


def columns_of(part: Part) -> list[Column]:
    """Return the columns that the table of a scan has."""
    labels = [
        Column(label, title, "label", small=label if title != label else "")
        for title, label in part.headings
    ]
    there = {*part.reported.results.columns, "cpu_s", *(["audit"] if part.said_of_points else [])}
    return [
        Column("name", "Point", "name"),
        *labels,
        *(column for column in COLUMNS if column.key in there),
    ]


def grouped(columns: Sequence[Column]) -> list[tuple[str, list[Column]]]:
    """Return the headings of groups with their columns; those without a group stand alone."""
    groups = itertools.groupby(enumerate(columns), key=lambda item: item[1].group or item[0])
    return [(key if isinstance(key, str) else "", [c for _, c in group]) for key, group in groups]


def card_fields(results: pd.DataFrame) -> list[tuple[str, tuple[str, ...], str, int]]:
    """Return what is said of a point of these results."""
    found: dict[tuple[str, str], tuple[str, tuple[str, ...], str, int]] = {}
    for field in CARD:
        if set(field[1]) <= set(results.columns):
            found.setdefault((field[0], field[1][0]), field)
    return list(found.values())


def data_of(part: Part, chart: Chart | None = None) -> Markup:
    """Return the points as JSON that may stand in a script element.

    Args:
        part: The scan.
        chart: Its chart, if it has one.
    """
    results, columns = with_others(part), columns_of(part)
    fields = card_fields(results)
    keys = dict.fromkeys([c.key for c in columns] + [key for f in fields for key in f[1]])
    labels = set(part.reported.labels)
    data = {
        "test_size": part.test_size,
        "points": len(results),
        "labels": [[label, tex_to_text(title)] for title, label in part.headings],
        "table": [[column.key, column.kind] for column in columns],
        "card": fields,
        "lines": {key: line for key in keys if (line := line_of(key, part.test_size))},
        "flagged": np.flatnonzero(results["name"].isin(part.flagged)).tolist(),
        "columns": {
            key: _sparse(list(_values(results, key, part.test_size, is_label=key in labels)))
            for key in [*keys, "message"]
        },
        "places": chart and chart.places,
        "kinds": chart and chart.kinds,
        "radius": chart and chart.radius,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Nothing in it can end the element or begin another.
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704  (escaped above)


def _sparse(values: list[str | float | None]) -> list[str | float | None] | dict[str, Any]:
    """Return a column, or what most points have, and the others by their number: ok, no message."""
    (most, count), *_ = Counter(values).most_common(1) or [(None, 0)]
    if 2 * count < len(values) or not values:
        return values
    return {"most": most, "others": {n: v for n, v in enumerate(values) if v != most}}


def _values(
    results: pd.DataFrame, key: str, test_size: float, *, is_label: bool
) -> Iterator[str | float | None]:
    """Give the values of a column: text, or numbers with enough digits to tell them apart."""
    column = results[key]
    if is_label:
        yield from (_whole(float(f"{v:.6g}")) if _is_number(v) else str(v) for v in column)
    elif column.dtype.kind not in "fiu":
        yield from (str(value) for value in column)
    else:
        if key in OF_LOWER_MINIMA:
            column = column.where(results["delta_nll"] > 0.0)
        elif key in OF_OTHER_LIMITS:
            column = column.where(other_limits(results, OF_OTHER_LIMITS[key]))
        line = line_of(key, test_size)
        yield from (_short(float(value), line) for value in column)


def _short(value: float, line: float | None) -> float | None:
    """Shorten a number to digits that show the same text, on the same side of what decides."""
    if not math.isfinite(value):
        return None
    for digits in (4, 6, 9, 17):
        short = float(f"{value:.{digits}g}")
        same_side = line is None or (short < line) == (value < line)
        if same_side and significant(short, line=line) == significant(value, line=line):
            break
    return _whole(short)


def _whole(value: float) -> float:
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
