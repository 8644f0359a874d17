"""How the numbers of a scan were found, in the words of its figures, the report and submissions.

Takes results and what the configuration says of their scan; gives the test statistic, whether
asymptotic formulae or toys gave CLs and limits, and the minima of the fits. Formulae or toys are
what the table holds, which may differ from point to point.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from fitscan.tables.toys import has_limit_from_toys, has_toys, toys_of_points

__all__ = [
    "DEFAULT",
    "LOWEST",
    "MINIMA",
    "STATISTICS",
    "described_CLs",
    "described_limits",
    "found_by",
    "limits_found_by",
]

STATISTICS = {"qtilde": r"$\tilde{q}_\mu$", "q": r"$q_\mu$"}
"""The test statistics of arXiv:1007.1727, Eqs. 16 and 14, with TeX."""

DEFAULT, LOWEST = "default initial values", "lowest minimum found"
"""The names of the two results of a scan, in legends and heads of tables."""

MINIMA = {"default": DEFAULT, "lowest": LOWEST}
"""What figures call the minima of the main columns, by ``minima`` of their settings."""

_AT = {"default": f"at the minima from the {DEFAULT}", "lowest": "at the lowest minima found"}


def found_by(results: pd.DataFrame, settings: Mapping[str, Any], *, both: bool = False) -> str:
    """Say how CLs was found as figures do: in two parts with a semicolon between them.

    Args:
        results: See ``fitscan.tables.results.results_table``.
        settings: ``test_stat``, and ``minima`` of the main columns, ``default`` or ``lowest``.
        both: Whether results at both minima are shown: then these are not named.
    """
    with_toys = _toys_of_ok(results) > 0.0
    if with_toys.any():
        how = "CLs from toys" if with_toys.all() else "CLs from toys or asymptotic"
    else:
        how = "CLs, asymptotic formulae"
    return _said(how, settings, both=both)


def limits_found_by(results: pd.DataFrame, settings: Mapping[str, Any]) -> str:
    """Say how the upper limits of the main columns were found; see ``found_by``."""
    with_toys = has_limit_from_toys(results).any()
    return _said("Toys or asymptotic formulae" if with_toys else "Asymptotic formulae", settings)


def described_CLs(results: pd.DataFrame, settings: Mapping[str, Any]) -> str:
    """Say how CLs was found in a sentence without its end, with the number of toys.

    Captions and descriptions of tables do.

    Args:
        results: See ``found_by``.
        settings: The same.
    """
    toys = _toys_of_ok(results)
    thrown = toys[toys > 0.0]
    said = f"CLs from {_source(len(thrown), len(toys))}, {_test(settings)}"
    if thrown.empty:
        return said
    least, most = int(thrown.min()), int(thrown.max())
    number = f"{least}" if least == most else f"{least} to {most}"
    return f"{said}; {number} toys for a point, both hypotheses together"


def described_limits(results: pd.DataFrame, settings: Mapping[str, Any], thrown: str = "") -> str:
    """Say how upper limits were found in a sentence without its end.

    Args:
        results: See ``found_by``.
        settings: The same.
        thrown: How many toys, see ``WantedScan.toys_thrown``.
    """
    found = has_limit_from_toys(results[_are_ok(results)])
    said = f"Limits from {_source(int(found.sum()), len(found))}, {_test(settings)}"
    return f"{said}; at each tested signal strength {thrown}" if found.any() and thrown else said


def _said(how: str, settings: Mapping[str, Any], *, both: bool = False) -> str:
    statistic = f"{how}, {STATISTICS[settings['test_stat']]}"
    return statistic if both else f"{statistic}; {MINIMA[settings['minima']]}"


def _test(settings: Mapping[str, Any]) -> str:
    return f"with the test statistic {STATISTICS[settings['test_stat']]}, {_AT[settings['minima']]}"


def _source(with_toys: int, points: int) -> str:
    """Say whether numbers are from toys, as a part of a sentence."""
    if not with_toys:
        return "the asymptotic formulae"
    others = f" at {with_toys} of {points} points and from the asymptotic formulae at the others"
    return f"toys{others if with_toys < points else ''}"


def _are_ok(results: pd.DataFrame) -> "pd.Series[bool]":
    if "status" in results:
        return results["status"] == "ok"
    return pd.Series(data=True, index=results.index)


def _toys_of_ok(results: pd.DataFrame) -> "pd.Series[float]":
    """Return how many toys each point has that is ok."""
    ok = results[_are_ok(results)]
    return toys_of_points(ok) if has_toys(ok) else pd.Series(0.0, index=ok.index)
