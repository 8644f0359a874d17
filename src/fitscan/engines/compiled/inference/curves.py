"""The test statistics of a hypothesis as functions of mu.

CLs at a mu is that of ``hypotest`` at the same mu: fits start at the initial values, as they do
there, and not at the fit at a neighbouring mu. So CLs is a function of mu and of the model alone:
where the likelihood has several minima, a fit started nearby may end in another one, and the result
would depend on the way to it.

The same with other starts besides, those of the minima that a search has found at one mu: of all
the lowest one counts. The background fit, the free fit and the Asimov data do not depend on mu.
Where the lowest fit at some mu is below the free fit, that is made again from there, so that no q
is negative.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fitscan.engines.compiled.fits.fits import default_fit, fit, lowest_fit
from fitscan.engines.compiled.inference.hypotest import Hypotest
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.engines.compiled.kernels.minimum import (
    CONVERGED,
    MESSAGES,
    TOLERANCE,
    TOO_MANY_STEPS,
    Minimum,
)
from fitscan.engines.compiled.kernels.problem import ENDURANCE
from fitscan.model.arrays import Data, FloatArray, Model
from fitscan.statistics.asymptotics import slope_of_t, t_of_data

__all__ = ["Curves", "OtherStarts"]

# By how much a fit must be below the free one for that to be made again, and relative to the NLL,
# which is rounded.
_LOWER, _LOWER_RELATIVE = 10.0 * TOLERANCE, 1e-12

# Newton steps of all fits from the initial values after which no more are made. Some hundred are
# usual; where each fit creeps along a valley, a search for limits would take minutes.
_MOST_STEPS = 2 * ENDURANCE


@dataclass(frozen=True)
class OtherStarts:
    """Starts besides the initial values, (parameters,) each.

    Attributes:
        signal: Of fits of the data at fixed mu.
        asimov: Of fits of the Asimov data.
    """

    signal: Sequence[FloatArray]
    asimov: Sequence[FloatArray]


class Curves:
    """a and t of one hypothesis, with the fits made for them.

    ``a`` is sqrt(q_A) of the Asimov data and ``t`` is that of the data, in the notation of
    ``statistics.asymptotics``; both are NaN where a fit has not converged, and ``problem`` then
    says which.

    Args:
        model: The hypothesis.
        first: Its test at some mu, whose fits are used.
        test_stat: ``qtilde`` or ``q``.
        others: Other starts; None starts at the initial values only.
    """

    def __init__(
        self, model: Model, first: Hypotest, test_stat: str, others: OtherStarts | None = None
    ) -> None:
        self.model = model
        self._others = others
        self.background, self.free = first.background, first.free
        self.test_stat = test_stat
        self.fits = len(first.fits)
        self._steps = 0
        self.problem = ""
        self._asimov_data = asimov_data(model.arrays, self.background.pars)
        self._signal = {0.0: self.background, first.mu_test: first.signal}
        self._asimov = {first.mu_test: first.asimov}

    @property
    def mu_hat(self) -> float:
        """Fitted signal strength."""
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
        # At the background fit every term has its own minimum, which is 0.
        return math.sqrt(max(0.0, 2.0 * found.nll))

    def t(self, mu: float) -> float:
        """Return t of the data."""
        a = self.a(mu)
        signal = self._fit(self._signal, mu, None)
        least = self.free.nll - _LOWER - _LOWER_RELATIVE * abs(self.free.nll)
        if self._others is not None and signal.nll < least:
            self.free = fit(self.model, signal.pars)
            self.fits += 1
        if self._failed(f"fit at mu = {mu:g}", signal) or self._failed("free fit", self.free):
            return math.nan
        q = max(0.0, 2.0 * (signal.nll - self.free.nll)) if self.mu_hat <= mu else 0.0
        return t_of_data(q, a * a, test_stat=self.test_stat)

    def slope_of_a(self, mu: float) -> float:
        """Return the derivative of a; NaN or 0 where it is not known."""
        a = self.a(mu)
        return self._asimov[mu].slope / a if a > 0.0 else math.nan

    def slope_of_t(self, mu: float) -> float:
        """Return the derivative of t; NaN where it is not known."""
        if mu not in self._signal or mu not in self._asimov:
            return math.nan
        signal, asimov = self._signal[mu], self._asimov[mu]
        return slope_of_t(
            max(0.0, 2.0 * (signal.nll - self.free.nll)) if self.mu_hat <= mu else 0.0,
            max(0.0, 2.0 * asimov.nll),
            signal.slope,
            asimov.slope,
            test_stat=self.test_stat,
        )

    def known_a(self) -> dict[float, float]:
        """Return the points of a that there are."""
        return {mu: a for mu in (0.0, *self._asimov) if not math.isnan(a := self.a(mu))}

    def known_t(self) -> dict[float, float]:
        """Return the points of t that there are."""
        return {mu: t for mu in list(self._signal) if not math.isnan(t := self.t(mu))}

    def _fit(self, made: dict[float, Minimum], mu: float, data: Data | None) -> Minimum:
        """Fit at a mu, unless that has been done, or too much has been done already."""
        if mu not in made:
            if self._steps > _MOST_STEPS:
                return self.free._replace(status=TOO_MANY_STEPS)
            others: Sequence[FloatArray] = ()
            if self._others is not None:
                others = self._others.signal if data is None else self._others.asimov
            first = default_fit(self.model, mu=mu, data=data)
            made[mu] = lowest_fit(self.model, others, first=first, mu=mu, data=data)
            self.fits += 1 + len(others)
            self._steps += first.steps
        return made[mu]

    def _failed(self, name: str, found: Minimum) -> bool:
        """Tell whether a fit has not converged, and keep why."""
        if found.status != CONVERGED:
            self.problem = f"{name}: {MESSAGES[found.status]}"
        return found.status != CONVERGED
