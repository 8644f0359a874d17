"""How the numbers of a scan were found, in the words of its figures and of the report.

Takes results and what the configuration says of their scan; gives the test statistic, whether
asymptotic formulae or toys gave CLs, and the minima of the fits.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from fitscan.columns import LIMIT_ERRORS
from fitscan.tables.toys import method_of

__all__ = ["DEFAULT", "LOWEST", "MINIMA", "STATISTICS", "found_by", "limits_found_by"]

STATISTICS = {"qtilde": r"$\tilde{q}_\mu$", "q": r"$q_\mu$"}
"""The test statistics of arXiv:1007.1727, Eqs. 16 and 14, with TeX."""

DEFAULT, LOWEST = "default initial values", "lowest minimum found"
"""The names of the two results of a scan, in legends and heads of tables."""

MINIMA = {"default": DEFAULT, "lowest": LOWEST}
"""What figures call the minima of the main columns, by ``minima`` of their settings."""


def found_by(results: pd.DataFrame, settings: Mapping[str, Any], *, both: bool = False) -> str:
    """Say how CLs was found, in two parts with a semicolon between them.

    Args:
        results: See ``fitscan.tables.results.results_table``.
        settings: ``test_stat``, and ``minima`` of the main columns, ``default`` or ``lowest``.
        both: Whether results at both minima are shown: then these are not named.
    """
    return _said(method_of(results), settings, both=both)


def limits_found_by(results: pd.DataFrame, settings: Mapping[str, Any]) -> str:
    """Say how the upper limits of the main columns were found; see ``found_by``."""
    with_toys = LIMIT_ERRORS[0] in results and results[LIMIT_ERRORS[0]].notna().any()
    return _said("Toys or asymptotic formulae" if with_toys else "Asymptotic formulae", settings)


def _said(how: str, settings: Mapping[str, Any], *, both: bool = False) -> str:
    statistic = f"{how}, {STATISTICS[settings['test_stat']]}"
    return statistic if both else f"{statistic}; {MINIMA[settings['minima']]}"
