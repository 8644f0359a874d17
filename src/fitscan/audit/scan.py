"""Which points of a scan are audited, and the audit of them."""

import logging
from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar

import pandas as pd

from fitscan.audit.point import Point, log_densities
from fitscan.audit.refit import refit
from fitscan.audit.table import Row, audit_table, error_text, failure, remark
from fitscan.errors import ModelError
from fitscan.hypotheses import Hypotheses
from fitscan.likelihood.patching import Operation, apply_patch
from fitscan.reference import pyhf_backend, warnings_logged

__all__ = ["audit_sample", "audit_scan"]

log = logging.getLogger(__name__)

T = TypeVar("T")


def audit_sample(points: Sequence[T], number: int) -> list[T]:
    """Choose points spread evenly over their order, the first and the last among them.

    A single one is from the middle: the corners of a grid are far from its contour. The choice
    depends on nothing but the order.

    >>> audit_sample(range(9), 3), audit_sample(range(9), 1), audit_sample(range(2), 5)
    ([0, 4, 8], [4], [0, 1])
    """
    last = len(points) - 1
    if number >= len(points):
        return list(points)
    if number == 1:
        return [points[last // 2]]
    return [points[round(n * last / (number - 1))] for n in range(number)]


def audit_scan(
    workspace: Any,
    patches: Iterable[tuple[str, list[Operation]]],
    *,
    refits: Collection[str],
    settings: dict[str, Any],
    options: dict[str, str],
) -> pd.DataFrame:
    """Audit points and return audit.csv.

    Args:
        workspace: The background-only workspace.
        patches: Name and patch of each point of the sample.
        refits: Names of those that pyhf fits itself.
        settings: How the scan is computed: ``mu_test``, ``test_stat``, ``measurement``,
            ``interpolation``, ``poi_bounds``.
        options: How pyhf fits: ``backend``, ``optimizer``, ``retry``.
    """
    hypotheses = Hypotheses(workspace, settings)
    rows: list[Row] = []
    for name, patch in patches:
        hypothesis = apply_patch(workspace, patch, where=f"patch {name!r}")
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
        return Point.of(model, hypothesis, settings)
    except (MemoryError, OSError):
        raise  # of the machine and not of the point
    except Exception as error:
        log.exception("a point cannot be audited")
        return failure("log_density", error_text(error))
