"""The tables with a row for each signal hypothesis: CLs, upper limits, discovery."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from hepdata_lib import Table, Uncertainty

from fitscan.columns import BANDS, CHOSEN, CLS, CLS_ERRORS, LIMIT_ERRORS, MU_UP, THEORY
from fitscan.hepdata.about import About, variable
from fitscan.hepdata.rounding import rounded
from fitscan.tables.method import described_CLs, described_limits
from fitscan.tables.minima import has_lowest, has_other_discovery, has_other_limits
from fitscan.tables.results import grid_labels

__all__ = ["point_tables"]

# What HEPData shows where a table has no number.
MISSING = "-"

_SIGMAS = dict(zip(BANDS, ("-2", "-1", "", "+1", "+2"), strict=True))
_KINDS = (
    "observed",
    *(f"expected (${_SIGMAS[band]}\\sigma$)" if _SIGMAS[band] else "expected" for band in BANDS),
)

_CLS = dict(zip((f"CL$_s$, {kind}" for kind in _KINDS), CLS, strict=True)) | {
    f"CL$_s$, observed, cross-section ${sign}1\\sigma$": column
    for column, sign in zip(THEORY, "+-", strict=True)
}
_LIMITS = dict(
    zip((f"Upper limit on the signal strength, {kind}" for kind in _KINDS), MU_UP, strict=True)
)
# The same at the lowest minima that a search finds, where these give something else.
_LOWEST_CLS = {title: f"{column}_lowest" for title, column in _CLS.items() if column not in THEORY}
_LOWEST_LIMITS = {title: f"{column}_lowest" for title, column in _LIMITS.items()}
_DISCOVERY = {"$p_0$": "p0", "Significance": "significance"}
_LOWEST_DISCOVERY = {title: f"{column}_lowest" for title, column in _DISCOVERY.items()}

# From a column to that of its standard deviation, where toys gave it.
_ERRORS = dict(zip((*CLS, *MU_UP), (*CLS_ERRORS, *LIMIT_ERRORS), strict=True))


def point_tables(
    results: pd.DataFrame, about: About, *, scan: Mapping[str, Any], test_size: float = 0.05
) -> list[Table]:
    """Return the tables of a scan that have a row for each signal hypothesis.

    The five expected values are variables of their own and no uncertainties of the median, so that
    every number is the one in results.csv: to its last digit, or to those that are asked for. A CLs
    is never rounded to or across the test size, nor a limit to or across 1, where the hypothesis is
    just excluded. Where points are taken from several analyses, each table names that of each.

    Args:
        results: See ``fitscan.tables.results.results_table``.
        about: What goes beside the numbers.
        scan: ``mu_test``, ``level``, ``test_stat`` and ``minima`` of the scan, and ``toys_thrown``
            if it has toys; see ``fitscan.config.wanted``.
        test_size: A point is excluded when its CLs is below this number.
    """
    found = (
        " at the lowest minima that a search found; in table '{}' fits start at the initial values."
        " The test statistic is the same."
    )
    fluctuate = (
        " The expected values are those for a background that fluctuates by the stated number of"
        " standard deviations."
    )
    limits_from = described_limits(results, scan, scan.get("toys_thrown", ""))
    tables = [
        _table(
            "CLs",
            f"Observed and expected CLs of each signal hypothesis. {described_CLs(results, scan)}."
            f"{fluctuate}",
            results,
            about,
            columns=_CLS,
            qualifier=("SIGNAL STRENGTH", float(scan["mu_test"]), ""),
            critical=test_size,
        ),
        _table(
            "CLs at the lowest minima",
            f"Observed and expected CLs{found.format('CLs')}",
            results,
            about,
            columns=_LOWEST_CLS if _has_lower(results) else {},
            qualifier=("SIGNAL STRENGTH", float(scan["mu_test"]), ""),
            critical=test_size,
        ),
        _table(
            "Upper limits",
            "Observed and expected upper limits on the signal strength, in units of the"
            f" cross-section of each signal hypothesis. {limits_from}.{fluctuate}",
            results,
            about,
            columns=_LIMITS,
            qualifier=("CONFIDENCE LEVEL", round(100.0 * float(scan["level"]), 10), "%"),
            critical=1.0,
        ),
        _table(
            "Upper limits at the lowest minima",
            f"Observed and expected upper limits{found.format('Upper limits')}",
            results,
            about,
            columns=_LOWEST_LIMITS if has_other_limits(results) else {},
            qualifier=("CONFIDENCE LEVEL", round(100.0 * float(scan["level"]), 10), "%"),
            critical=1.0,
        ),
        _table(
            "Discovery",
            "Test of the hypothesis without a signal against each signal hypothesis, by the"
            " asymptotic formulae, with the test statistic $q_0$.",
            results,
            about,
            columns=_DISCOVERY,
        ),
        _table(
            "Discovery at the lowest minima",
            "Test of the hypothesis without a signal against each signal hypothesis"
            f"{found.format('Discovery')}",
            results,
            about,
            columns=_LOWEST_DISCOVERY if has_other_discovery(results) else {},
        ),
    ]
    return [table for table in tables if table is not None]


def _has_lower(results: pd.DataFrame) -> bool:
    """Tell whether a search found a lower minimum at some point."""
    return has_lowest(results) and bool((results["delta_nll"] > 0.0).any())


def _table(
    name: str,
    description: str,
    results: pd.DataFrame,
    about: About,
    *,
    columns: Mapping[str, str],
    qualifier: tuple[str, float, str] | None = None,
    critical: float | None = None,
) -> Table | None:
    """Return a table of those columns that the results have; None without any.

    Args:
        name: Its name.
        description: What is in it; what holds for any table is added.
        results: The results.
        about: What goes beside the numbers.
        columns: The columns by their titles.
        qualifier: Name, value and unit of what is tested.
        critical: The number that decides on exclusion, which no number is rounded to or across.
    """
    found = {title: column for title, column in columns.items() if column in results}
    if not found:
        return None
    ok = results["status"] == "ok"
    beside = () if critical is None else (critical,)
    said = [description, *_remarks(results, found.values(), about.digits, critical)]
    table = about.table(name, description=" ".join(said), location="results.csv of fitscan")
    labels = grid_labels(results)
    for label in labels:
        table.add_variable(about.axis(label, values=results[label].tolist(), independent=True))
    if not labels:  # HEPData wants something to tell rows apart
        table.add_variable(variable("Point", results["name"].tolist(), independent=True))
    for title, column in found.items():
        numbers = results[column].where(ok)
        dependent = variable(title, _rounded(numbers, about.digits, missing=MISSING, beside=beside))
        if _ERRORS.get(column) in results:
            errors = results[_ERRORS[column]].where(numbers.notna())
            uncertainty = Uncertainty("statistics of toys")
            uncertainty.values = _rounded(errors, about.digits, missing=None)
            dependent.add_uncertainty(uncertainty)
        table.add_variable(about.qualify(dependent, *filter(None, [qualifier])))
    if CHOSEN in results:
        parts = results[CHOSEN].where(ok, MISSING).tolist()
        table.add_variable(about.qualify(variable("Chosen part", parts)))
    return table


def _remarks(
    results: pd.DataFrame, columns: Iterable[str], digits: int | None, critical: float | None
) -> Iterator[str]:
    """Yield what has to be known of the numbers of any table, in sentences."""
    without = int((results["status"] != "ok").sum())
    if without:
        yield f"{without} of {len(results)} points have no result ('{MISSING}')."
    if any(_ERRORS.get(column) in results for column in columns):
        yield "Numbers without an uncertainty are from the asymptotic formulae, not from toys."
    if digits is not None:
        said = f"Numbers have {digits} significant digits"
        if critical is not None:
            said += f", and more where these would round them to or across {critical:g}"
        yield f"{said}."


def _rounded(
    numbers: "pd.Series[float]",
    digits: int | None,
    *,
    missing: Any,
    beside: Sequence[float] = (),
) -> list[Any]:
    """Return numbers, rounded, with a sign in the place of those that are missing."""
    found = rounded(numbers.tolist(), digits, beside=beside)
    gaps = numbers.isna().tolist()
    return [missing if gap else number for number, gap in zip(found, gaps, strict=True)]
