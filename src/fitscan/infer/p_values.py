"""p-values of a hypothesis test as ``pyhf.infer`` has them.

Fits start at the initial values, as pyhf's do. Of a series of tests of the same data, as for a
limit, the fits that do not depend on the strength are made once.
"""

import math
from typing import NamedTuple

from fitscan.engines.compiled.data_tests import tested_row
from fitscan.engines.compiled.fits.fits import FitsOfTest, default_fit, fits_of_test
from fitscan.engines.compiled.inference.hypotest import of_fits
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.engines.compiled.kernels.minimum import CONVERGED, MESSAGES, Minimum
from fitscan.errors import FitError
from fitscan.infer.arguments import checked_strength
from fitscan.model import Model
from fitscan.statistics.asymptotics import log_normal_cdf, p_values

__all__ = ["AsymptoticTests", "PValues", "discovery_test"]

_SIGMAS = (2.0, 1.0, 0.0, -1.0, -2.0)


class PValues(NamedTuple):
    """What a hypothesis test gives.

    Attributes:
        CLsb: p-value of the signal hypothesis; of discovery that of the background.
        CLb: p-value of the background hypothesis; of discovery that of mu = 1.
        band: Expected CLs, of discovery CLsb, at -2, -1, 0, 1, 2 standard deviations.
    """

    CLsb: float
    CLb: float
    band: tuple[float, ...]

    @property
    def CLs(self) -> float:
        """Their ratio; NaN where CLb is 0 in double precision."""
        return self.CLsb / self.CLb if self.CLb > 0.0 else math.nan


class AsymptoticTests:
    """Tests of strengths with one set of data by the asymptotic formulae of arXiv:1007.1727.

    Args:
        model: The model with its data.
        test_stat: ``qtilde`` or ``q``: how p-values are made of the test statistic, whose bounds
            are those of the model.
        clipped: Whether expected test statistics below 0 are 0.
    """

    def __init__(self, model: Model, *, test_stat: str, clipped: bool) -> None:
        self._model, self._test_stat, self._clipped = model, test_stat, clipped
        self._first: FitsOfTest | None = None

    def at(self, mu: float) -> PValues:
        """Test a strength.

        Raises:
            ConfigError: It lies outside of its bounds.
            FitError: A fit has not converged.
        """
        for held in (0.0, mu):
            checked_strength(self._model, held)
        test = of_fits(self._model, mu, self._fits(mu), test_stat=self._test_stat)
        row = tested_row(self._model, test)
        if row["status"] != "ok":
            raise FitError(f"the test of {mu:g} has failed: {row['message']}")
        # Asimov data are those of 0, which of a lower strength say nothing.
        q_asimov = test.q_asimov if mu >= 0.0 else 0.0
        CLsb, CLb = p_values(test.q, q_asimov, test_stat=self._test_stat)
        return PValues(CLsb, CLb, expected(q_asimov, clipped=self._clipped))

    def _fits(self, mu: float) -> FitsOfTest:
        """Return the fits of a test."""
        if self._first is not None:
            expected_data = asimov_data(self._model.arrays, self._first.background.pars)
            fits = self._first._replace(
                signal=default_fit(self._model, mu=mu),
                asimov=default_fit(self._model, mu=mu, data=expected_data),
            )
            if _converged(*fits):
                return fits
        fits = fits_of_test(self._model, mu)
        if _converged(*fits):
            self._first = fits
        return fits


def discovery_test(model: Model, *, clipped: bool) -> PValues:
    """Test the background hypothesis with q0 (arXiv:1007.1727, Eqs. 12 and 53).

    Raises:
        ConfigError: 0 or 1 lies outside of the bounds of the strength.
        FitError: A fit has not converged.
    """
    for held in (0.0, 1.0):
        checked_strength(model, held)
    background, free = default_fit(model, mu=0.0), default_fit(model)
    signal = default_fit(model, mu=1.0)
    asimov = default_fit(model, mu=0.0, data=asimov_data(model.arrays, signal.pars))
    for name, fit in {
        "background": background,
        "free": free,
        "signal": signal,
        "asimov": asimov,
    }.items():
        if fit.status != CONVERGED:
            raise FitError(f"the test of discovery has failed: {name}: {MESSAGES[fit.status]}")
    q = max(0.0, 2.0 * (background.nll - free.nll)) if free.pars[model.poi] >= 0.0 else 0.0
    q_asimov = max(0.0, 2.0 * asimov.nll)
    p0, CLb = p_values(q, q_asimov, test_stat="q")
    return PValues(p0, CLb, expected(q_asimov, clipped=clipped, of_CLsb=True))


def expected(q_asimov: float, *, clipped: bool, of_CLsb: bool = False) -> tuple[float, ...]:
    """Return expected CLs, or CLs+b, from the test statistic of the Asimov data.

    Args:
        q_asimov: Test statistic of the Asimov data.
        clipped: Whether a test statistic below 0 is taken as 0.
        of_CLsb: Whether CLs+b is asked for.
    """
    a = math.sqrt(q_asimov)
    at = [max(t, -a) if clipped else t for t in _SIGMAS]
    return tuple(
        math.exp(log_normal_cdf(-(t + a)) - (0.0 if of_CLsb else log_normal_cdf(-t))) for t in at
    )


def _converged(*fits: Minimum) -> bool:
    return all(fit.status == CONVERGED for fit in fits)
