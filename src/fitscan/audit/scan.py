"""The audit of points."""

import logging
from collections.abc import Collection, Iterable
from typing import Any

import pandas as pd

from fitscan.audit.point import Point, log_densities, tested
from fitscan.audit.refit import refit
from fitscan.audit.table import Row, audit_table, error_text, failure, remark
from fitscan.engines.compiled.hypotheses import Hypotheses
from fitscan.engines.pyhf.reference import pyhf_backend, warnings_logged
from fitscan.errors import ModelError
from fitscan.likelihood import Signal
from fitscan.model.one_sided import has_one_sided

__all__ = ["audit_scan", "one_sided_points"]

log = logging.getLogger(__name__)


def one_sided_points(
    workspace: Any,
    signals: Iterable[tuple[str, Signal]],
    *,
    settings: dict[str, Any],
) -> set[str]:
    """Name the points that have one-sided variations; the arguments are those of `audit_scan`."""
    hypotheses = Hypotheses(workspace, settings)
    found = set()
    for name, signal in signals:
        try:
            model = hypotheses.model(signal.apply(workspace, name=name))
        except ModelError:
            continue  # the engine refuses it: there is nothing to compare
        if has_one_sided(model):
            found.add(name)
    return found


def audit_scan(
    workspace: Any,
    signals: Iterable[tuple[str, Signal]],
    *,
    refits: Collection[str],
    settings: dict[str, Any],
    options: dict[str, str],
) -> pd.DataFrame:
    """Audit points and return audit.csv.

    Args:
        workspace: The background-only workspace.
        signals: Name and signal of each point of the sample.
        refits: Names of those that pyhf fits itself.
        settings: How the scan is computed: ``kind``, ``minima``, ``mu_test``, ``test_stat``,
            ``measurement``, ``interpolation``, ``poi_bounds``.
        options: How pyhf fits: ``backend``, ``optimizer``, ``retry``.
    """
    hypotheses = Hypotheses(workspace, settings)
    rows: list[Row] = []
    for name, signal in signals:
        hypothesis = signal.apply(workspace, name=name)
        with pyhf_backend("numpy", "scipy"), warnings_logged():
            found = _audited(hypotheses, hypothesis, settings)
            if isinstance(found, Point):
                answers = [remark(*note) for note in found.notes.items()]
                answers += log_densities(found)
                answers += refit(found, settings, options) if name in refits else []
            else:
                answers = [found]
        rows += [{"name": name, **row} for row in answers]
    return audit_table(rows)


def _audited(hypotheses: Hypotheses, hypothesis: Any, settings: dict[str, Any]) -> Point | Row:
    """Fit a point, or return the row that says why there is nothing to compare."""
    try:
        model = hypotheses.model(hypothesis)
    except ModelError as error:
        return failure("log_density", error_text(error)) | {"outcome": "refused"}
    try:
        result = tested(hypotheses, model, settings)
        return Point.of(model, hypothesis, settings, result=result)
    except (MemoryError, OSError):
        raise  # of the machine and not of the point
    except Exception as error:
        log.exception("a point cannot be audited")
        return failure("log_density", error_text(error))
