"""One point in detail, whatever becomes of its fits: tables, or why there are none."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from fitscan.detail.fit_tables import FitResults, no_fit_results, point_fit_results
from fitscan.detail.mu_scan import mu_scan, no_mu_scan
from fitscan.errors import LikelihoodError
from fitscan.likelihood import Signal
from fitscan.tables.detail import Detail, mu_scan_table
from fitscan.tables.notes import NOTE, reason

__all__ = ["point_detail"]


def point_detail(
    workspace: Mapping[str, Any],
    signal: Signal,
    *,
    name: str,
    settings: Mapping[str, Any],
    test_size: float,
) -> tuple[Detail, dict[str, pd.DataFrame]]:
    """Fit a point, also at many signal strengths.

    Args:
        workspace: The background-only workspace.
        signal: The signal of the point.
        name: Name of the point.
        settings: ``measurement``, ``interpolation``, ``mu_test``, ``test_stat`` and
            ``poi_bounds``.
        test_size: CLs at the upper limits.

    Returns:
        What has to be known of the fits; ``parameters``, ``correlations``, ``yields`` and
        ``mu_scan``. Where something unexpected happens, the last one has a note in its place.
    """
    found = _fits(workspace, signal, name, settings)
    try:
        curves = mu_scan(workspace, signal, name=name, settings=settings, test_size=test_size)
    except LikelihoodError as error:  # one that is refused, or that pyhf fits as the fallback
        curves = no_mu_scan(_refused(error))
    except Exception as error:
        return Detail(name, found.notes), _tables(found, pd.DataFrame({NOTE: [reason(error)]}))
    strengths = mu_scan_table(curves.table, curves.limits, name=name, test_size=test_size)
    return Detail(name, found.notes, curves.notes), _tables(found, strengths)


def _fits(
    workspace: Mapping[str, Any],
    signal: Signal,
    name: str,
    settings: Mapping[str, Any],
) -> FitResults:
    try:
        return point_fit_results(workspace, signal, name=name, settings=settings)
    except LikelihoodError as error:
        return no_fit_results(_refused(error))
    except Exception as error:
        return no_fit_results(reason(error))


def _refused(error: LikelihoodError) -> str:
    return f"The compiled engine cannot fit it: {error.what}"


def _tables(found: FitResults, strengths: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {
        "parameters": found.parameters,
        "correlations": found.correlations,
        "yields": found.yields,
        "mu_scan": strengths,
    }
