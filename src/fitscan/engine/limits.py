"""Upper limits on the signal strength, and the significance of a discovery.

A limit is the mu at which CLs = Phi(-(t + a)) / Phi(-t) equals the test size, where a = sqrt(q_A)
and t stands for the data, or is n = 2, 1, 0, -1, -2 for the expected band
(``fitscan.engine.asymptotics``). For a given t that is so at one value of a, so every limit is the
crossing of

    f(mu) = a(mu) - a*(t(mu)),   Phi(-(t + a*)) = test_size Phi(-t)

which is a line in mu where the asymptotic formulae are exact: a = mu / sigma and t = -mu_hat / sigma
(arXiv:1007.1727, Eqs. 17 and 62 to 66). The five expected limits ask for five values of one curve
a(mu), and all six searches share its points.

CLs here is that of ``hypotest`` at the same mu. Fits at a mu start at the background fit, as they
do there, and not at the fit at a neighbouring mu. That costs half as many steps again, but makes
CLs a function of mu and of the model alone: where the likelihood has several minima a fit started
nearby may end in another one, and the limit would depend on the way to it. If the minimum
changes within a search, CLs jumps; a jump over the test size has a message and no limit.

The background fit, the free fit and the Asimov data do not depend on mu. The free fit starts at the
lower of the fits at mu = 0 and at the suggested mu. If a fit at another mu is still lower, the free
fit is made again from there, so that no q is negative.
"""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

from fitscan.engine.asymptotics import discovery_p_value, log_normal_cdf, significance
from fitscan.engine.crossing import NO_VALUE, Crossing, find_crossing, inverse_interpolation
from fitscan.engine.fits import asimov_data, fit, nll_at
from fitscan.engine.hypotest import Hypotest, hypotest
from fitscan.engine.minimise import CONVERGED, MESSAGES, TOLERANCE, Minimum
from fitscan.errors import ConfigError
from fitscan.model.arrays import Data, FloatArray, Model

__all__ = ["LimitMessages", "Limits", "sqrt_q_at", "upper_limits"]

# How near to its crossing, in standard deviations, a limit is taken. CLs is then within 4e-6 of
# the test size, relative to it, and mu within 1e-6 relative.
_TOLERANCE = 1e-6

# By how much a fit must be below the free one for that to be made again.
_LOWER = 10.0 * TOLERANCE

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
    start: FloatArray,
    *,
    test_size: float = 0.05,
    test_stat: str = "qtilde",
    largest: float | None = None,
) -> Limits:
    """Find the upper limits.

    Args:
        model: The hypothesis.
        start: Where the background fit starts; see ``fitscan.engine.fits.background_start``.
        test_size: CLs at the limit.
        test_stat: ``qtilde`` or ``q``.
        largest: How far limits are searched; None stops at the upper bound of the parameter of
            interest. Beyond that bound the free fit may go as far as the search, so that mu_hat is
            not held below what is tested; it is what a measurement with this bound would give.

    Raises:
        ConfigError: The test size is not between 0 and 1, or ``largest`` is not positive and finite.
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
    curves = _Curves(model, hypotest(model, start, mu_test=first, test_stat=test_stat), test_stat)
    found = {
        name: _expected(curves, sqrt_q_at(t, test_size), largest) for name, t in _EXPECTED.items()
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


def sqrt_q_at(t: float, test_size: float) -> float:
    """Return a* = sqrt(q_A) at which CLs is the test size, for a given t.

    Solves ln Phi(-x) = ln(test_size) + ln Phi(-t) for x = t + a* by Newton's method. The left side
    falls and is concave, so that after one step all others come from the right.

    >>> round(sqrt_q_at(0.0, 0.05), 6)
    1.959964
    """
    target = math.log(test_size) + log_normal_cdf(-t)
    x = max(t, 0.0)
    for _ in range(100):
        log_tail = log_normal_cdf(-x)
        slope = math.exp(-0.5 * x * x - 0.5 * math.log(2.0 * math.pi) - log_tail)
        step = (log_tail - target) / slope
        x += step
        if abs(step) <= 1e-14 * max(1.0, abs(x)):
            break
    return x - t


def _expected(curves: "_Curves", sought: float, largest: float) -> Crossing:
    """Find where a(mu) has the sought value."""
    known = {mu: a - sought for mu, a in curves.known_a().items()}
    if 0.0 not in known:
        return Crossing(math.nan, curves.problem)
    limit = find_crossing(
        lambda mu: curves.a(mu) - sought, known, largest=largest, tolerance=_TOLERANCE
    )
    return limit if limit.problem != NO_VALUE else Crossing(math.nan, curves.problem)


def _observed(curves: "_Curves", test_size: float, largest: float) -> Crossing:
    """Find where the CLs of the data is the test size."""

    def distance(mu: float) -> float:
        a, t = curves.a(mu), curves.t(mu)
        return a - sqrt_q_at(t, test_size) if math.isfinite(t) else math.nan

    while True:
        free = curves.free
        known = {mu: y for mu in curves.known_t() if not math.isnan(y := distance(mu))}
        if 0.0 not in known:
            return Crossing(math.nan, curves.problem)
        # Known points of a are many by now, and t changes little with mu.
        sought = sqrt_q_at(curves.t(max(known)), test_size)
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


class _Curves:
    """The test statistics of one hypothesis as functions of mu, with the fits made for them.

    ``a`` is sqrt(q_A) of the Asimov data and ``t`` is that of the data, in the notation of
    ``fitscan.engine.asymptotics``; both are NaN where a fit has not converged, and ``problem`` then
    says which.
    """

    def __init__(self, model: Model, first: Hypotest, test_stat: str) -> None:
        self.model = model
        self.background, self.free = first.background, first.free
        self.test_stat = test_stat
        self.fits = len(first.fits)
        self.problem = ""
        self._asimov_data = Data(*asimov_data(model.arrays, self.background.pars))
        self._nll_asimov = nll_at(model.arrays, self._asimov_data, self.background.pars)
        self._signal = {0.0: self.background, first.mu_test: first.signal}
        self._asimov = {first.mu_test: first.asimov}

    @property
    def mu_hat(self) -> float:
        return float(self.free.pars[self.model.poi])

    def q0(self) -> float:
        """Return the test statistic of discovery."""
        if self._failed("background fit", self.background) or self._failed("free fit", self.free):
            return math.nan
        return max(0.0, 2.0 * (self.background.nll - self.free.nll)) if self.mu_hat >= 0 else 0.0

    def a(self, mu: float) -> float:
        """Return sqrt(q_A)."""
        if self._failed("background fit", self.background):
            return math.nan
        if mu == 0.0:
            return 0.0
        found = self._fit(self._asimov, mu, self._asimov_data)
        if self._failed(f"fit of the Asimov data at mu = {mu:g}", found):
            return math.nan
        return math.sqrt(max(0.0, 2.0 * (found.nll - self._nll_asimov)))

    def t(self, mu: float) -> float:
        """Return t of the data."""
        a = self.a(mu)
        signal = self._fit(self._signal, mu, None)
        if signal.nll < self.free.nll - _LOWER:
            self.free = fit(self.model, signal.pars)
            self.fits += 1
        if self._failed(f"fit at mu = {mu:g}", signal) or self._failed("free fit", self.free):
            return math.nan
        q = max(0.0, 2.0 * (signal.nll - self.free.nll)) if self.mu_hat <= mu else 0.0
        s = math.sqrt(q)
        # Where a is 0, CLs is 1 whatever t is.
        if self.test_stat == "q" or s <= a or a == 0.0:
            return s - a
        return (q - a * a) / (2.0 * a)

    def known_a(self) -> dict[float, float]:
        """Return the points of a that there are."""
        return {mu: a for mu in (0.0, *self._asimov) if not math.isnan(a := self.a(mu))}

    def known_t(self) -> dict[float, float]:
        """Return the points of t that there are."""
        return {mu: t for mu in list(self._signal) if not math.isnan(t := self.t(mu))}

    def _fit(self, made: dict[float, Minimum], mu: float, data: Data | None) -> Minimum:
        """Fit at a mu, unless that has been done."""
        if mu not in made:
            made[mu] = fit(self.model, self.background.pars, mu=mu, data=data)
            self.fits += 1
        return made[mu]

    def _failed(self, name: str, found: Minimum) -> bool:
        """Tell whether a fit has not converged, and keep why."""
        if found.status != CONVERGED:
            self.problem = f"{name}: {MESSAGES[found.status]}"
        return found.status != CONVERGED
