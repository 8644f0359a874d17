"""Upper limits on the signal strength, and the significance of a discovery.

A limit is the mu at which CLs = Phi(-(t + a)) / Phi(-t) equals the test size, where a = sqrt(q_A)
and t is that of the data, or n = 2, 1, 0, -1, -2 for the expected band
(``fitscan.engine.asymptotics``). For a given t that is so at one value of a, so every limit is the
crossing of

    f(mu) = a(mu) - a*(t(mu)),   Phi(-(t + a*)) = test_size Phi(-t)

which is a line where the asymptotic formulae are exact: a = mu / sigma and t = -mu_hat / sigma
(arXiv:1007.1727, Eqs. 17 and 62 to 66). The expected limits ask for five values of one curve a(mu),
and all six searches share its points: some 25 fits find them all.

Where CLs crosses the test size more than once, or jumps over it because the fits change from one
minimum to another, there is a message and no limit, if the search meets it; it does not look for
crossings beyond the one it finds.
"""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

from fitscan.engine.asymptotics import discovery_p_value, significance, sqrt_q_asimov_at
from fitscan.engine.crossing import NO_VALUE, Crossing, find_crossing, inverse_interpolation
from fitscan.engine.curves import Curves
from fitscan.engine.hypotest import hypotest
from fitscan.errors import ConfigError
from fitscan.model.arrays import Model

__all__ = ["LimitMessages", "Limits", "upper_limits"]

# How near to its crossing, in standard deviations, a limit is taken. CLs is then within 4e-6 of
# the test size, relative to it, and at 0.05 mu within 1e-6 relative.
_TOLERANCE = 1e-6

_EXPECTED = {"median": 0.0, "p2": -2.0, "m2": 2.0, "p1": -1.0, "m1": 1.0}


class LimitMessages(NamedTuple):
    """Why there is no limit, in words; empty where there is one."""

    observed: str = ""
    m2: str = ""
    m1: str = ""
    median: str = ""
    p1: str = ""
    p2: str = ""


@dataclass(frozen=True)
class Limits:
    """Upper limits on mu, and the discovery test.

    A limit is NaN exactly where ``messages`` say why. So are q0 and what follows from it when the
    background fit or the free fit has not converged.

    Attributes:
        observed: Observed limit.
        m2: Expected limit when the background fluctuates down by two standard deviations.
        m1: The same for one.
        median: Median expected limit.
        p1: Expected limit when the background fluctuates up by one standard deviation.
        p2: The same for two.
        messages: What keeps each limit from being one.
        mu_hat: Fitted signal strength.
        q0: 2 (NLL(0) - NLL(mu_hat)), 0 where mu_hat < 0 (arXiv:1007.1727, Eq. 12).
        p0: p-value of the background hypothesis.
        significance: The same in standard deviations.
        fits: Number of fits made.
    """

    observed: float
    m2: float
    m1: float
    median: float
    p1: float
    p2: float
    messages: LimitMessages
    mu_hat: float
    q0: float
    p0: float
    significance: float
    fits: int


def upper_limits(
    model: Model,
    *,
    test_size: float = 0.05,
    test_stat: str = "qtilde",
    largest: float | None = None,
) -> Limits:
    """Find the upper limits.

    Args:
        model: The hypothesis.
        test_size: CLs at the limit.
        test_stat: ``qtilde`` or ``q``.
        largest: How far limits are searched; None stops at the upper bound of the parameter of
            interest. Beyond it, everything is as if the measurement had this bound: the free fit
            may go as far as the search, so that mu_hat is not held below what is tested.

    Raises:
        ConfigError: The test size is not between 0 and 1, or ``largest`` not positive and finite.
    """
    if not 0.0 < test_size < 1.0:
        raise ConfigError("a test size is not between 0 and 1", value=test_size)
    upper = float(model.upper[model.poi])
    largest = upper if largest is None else largest
    if not 0.0 < largest < math.inf:
        raise ConfigError(
            "limits cannot be searched up to such a signal strength",
            value=largest,
            hint="give a positive number as `largest`",
        )
    if largest > upper:
        model = _widened(model, largest)
    suggested = float(model.init[model.poi])
    first = min(suggested if suggested > 0.0 else 1.0, largest)
    curves = Curves(model, hypotest(model, mu_test=first, test_stat=test_stat), test_stat)
    found = {
        name: _expected(curves, sqrt_q_asimov_at(t, test_size), largest)
        for name, t in _EXPECTED.items()
    }
    found["observed"] = _observed(curves, test_size, largest)
    q0 = curves.q0()
    return Limits(
        **{name: limit.x for name, limit in found.items()},
        messages=LimitMessages(**{name: limit.problem for name, limit in found.items()}),
        mu_hat=curves.mu_hat,
        q0=q0,
        p0=discovery_p_value(q0),
        significance=significance(q0),
        fits=curves.fits,
    )


def _expected(curves: Curves, sought: float, largest: float) -> Crossing:
    """Find where a(mu) has the sought value."""
    known = {mu: a - sought for mu, a in curves.known_a().items()}
    if 0.0 not in known:
        return Crossing(math.nan, curves.problem)
    limit = find_crossing(
        lambda mu: curves.a(mu) - sought, known, largest=largest, tolerance=_TOLERANCE
    )
    return limit if limit.problem != NO_VALUE else Crossing(math.nan, curves.problem)


def _observed(curves: Curves, test_size: float, largest: float) -> Crossing:
    """Find where the CLs of the data is the test size."""

    def distance(mu: float) -> float:
        a, t = curves.a(mu), curves.t(mu)
        return a - sqrt_q_asimov_at(t, test_size) if math.isfinite(t) else math.nan

    while True:
        free = curves.free
        known = {mu: y for mu in curves.known_t() if not math.isnan(y := distance(mu))}
        if 0.0 not in known:
            return Crossing(math.nan, curves.problem)
        # Known points of a are many by now, and t changes little with mu.
        sought = sqrt_q_asimov_at(curves.t(max(known)), test_size)
        limit = find_crossing(
            distance,
            known,
            largest=largest,
            tolerance=_TOLERANCE,
            guess=inverse_interpolation(curves.known_a(), sought),
        )
        if limit.problem == NO_VALUE:
            return Crossing(math.nan, curves.problem)
        # A lower free fit found on the way changes all values.
        if curves.free is free:
            return limit


def _widened(model: Model, largest: float) -> Model:
    """Return the model with a higher upper bound of the parameter of interest."""
    upper = model.upper.copy()
    upper[model.poi] = largest
    return replace(model, upper=upper)
