"""CLs of one point as a function of the signal strength, by the asymptotic formulae.

Takes a workspace, the patch of the point and the settings of its scan; gives CLs at strengths
around the upper limits, and these limits among them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import log_ndtr

from fitscan.columns import CLS
from fitscan.engines.compiled.hypotheses import Hypotheses
from fitscan.engines.compiled.inference.curves import Curves
from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.inference.limits import Limits, upper_limits
from fitscan.likelihood import Signal
from fitscan.model.arrays import FloatArray, Model

__all__ = ["MuScan", "mu_scan", "no_mu_scan"]

# So many strengths, evenly apart; the limits come on top.
_STRENGTHS = 40

# How far beyond the largest limit the scan goes.
_BEYOND = 1.25


@dataclass(frozen=True)
class MuScan:
    """CLs of a point at many signal strengths.

    Attributes:
        table: ``mu`` in ascending order, and CLs by column of the results; NaN where a fit has not
            converged.
        limits: The upper limit of each of these columns; NaN where there is none.
        notes: What a reader has to know before he trusts them.
    """

    table: pd.DataFrame
    limits: dict[str, float]
    notes: tuple[str, ...] = ()


def no_mu_scan(reason: str) -> MuScan:
    """Return a scan without points, and why it has none."""
    empty = pd.DataFrame(columns=["mu", *CLS], dtype=float)
    return MuScan(empty, dict.fromkeys(CLS, math.nan), (reason,))


def mu_scan(
    workspace: Mapping[str, Any],
    signal: Signal,
    *,
    name: str,
    settings: Mapping[str, Any],
    test_size: float,
) -> MuScan:
    """Find the upper limits of a point, and CLs around them.

    Args:
        workspace: The background-only workspace.
        signal: The signal of the point.
        name: Name of the point, for messages.
        settings: ``measurement``, ``interpolation``, ``test_stat`` and ``poi_bounds``.
        test_size: CLs at the limits.

    Raises:
        ModelError: The model holds what the compiled engine does not compute.
    """
    hypotheses = Hypotheses(workspace, settings)
    model = hypotheses.model(signal.apply(workspace, name=name))
    test_stat = str(settings["test_stat"])
    found = upper_limits(model, test_size=test_size, test_stat=test_stat)
    limits = dict(zip(CLS, _in_order(found), strict=True))
    strengths = _strengths(model, limits)
    first = hypotest(model, mu_test=float(strengths[-1]), test_stat=test_stat)
    curves = Curves(model, first, test_stat)
    a, t = (np.array([curve(mu) for mu in strengths.tolist()]) for curve in (curves.a, curves.t))
    # Phi(-(t + a)) / Phi(-t), with t of the data or of the band: fitscan.statistics.asymptotics.
    band = (np.full_like(t, n) for n in (2.0, 1.0, 0.0, -1.0, -2.0))
    values = {
        column: np.exp(log_ndtr(-(n + a)) - log_ndtr(-n))
        for column, n in zip(CLS, (t, *band), strict=True)
    }
    table = pd.DataFrame({"mu": strengths, **values})
    problems = dict.fromkeys(filter(None, [*found.messages, curves.problem]))
    return MuScan(table, limits, tuple(problems))


def _in_order(limits: Limits) -> tuple[float, ...]:
    """Return limits in the order of ``fitscan.columns.CLS``."""
    return limits.observed, limits.m2, limits.m1, limits.median, limits.p1, limits.p2


def _strengths(model: Model, limits: Mapping[str, float]) -> FloatArray:
    """Return strengths above 0, at which CLs is 1 whatever the data are; the limits among them."""
    upper = float(model.upper[model.poi])
    known = [limit for limit in limits.values() if math.isfinite(limit)]
    top = min(upper, _BEYOND * max(known, default=math.inf))
    return np.union1d(top * np.arange(1, _STRENGTHS + 1) / _STRENGTHS, known)
