"""The hypothesis test of one point: q of the data and of the Asimov data, and CLs from both.

    q(mu) = 2 (NLL(mu, theta-hat-hat) - NLL(mu-hat, theta-hat)), 0 where mu-hat > mu

(arXiv:1007.1727, Eqs. 14 and 16; with mu bounded at 0 this is qtilde.) The Asimov data are those of
the background fit, mu = 0. Of the five fits that pyhf makes the free one to Asimov data is not
needed: at the generating parameters every term of the NLL has its own minimum, which is 0.
"""

from dataclasses import dataclass

from fitscan.engines.compiled.fits.fits import FitsOfTest, fits_of_test
from fitscan.engines.compiled.kernels.minimum import Minimum
from fitscan.model.arrays import Model
from fitscan.statistics.asymptotics import CLsValues, asymptotic_CLs

__all__ = ["Hypotest", "hypotest", "of_fits"]


@dataclass(frozen=True)
class Hypotest:
    """A hypothesis test.

    Attributes:
        mu_test: Signal strength that was tested.
        background: Fit at mu = 0.
        signal: Fit at mu_test.
        free: Fit of all parameters.
        asimov: Fit of the Asimov data at mu_test.
        q: Test statistic of the data.
        q_asimov: Test statistic of the Asimov data.
        CLs: CLs observed and expected.
        mu_hat: Fitted signal strength.
        test_stat: ``qtilde`` or ``q``.
    """

    mu_test: float
    background: Minimum
    signal: Minimum
    free: Minimum
    asimov: Minimum
    q: float
    q_asimov: float
    CLs: CLsValues
    mu_hat: float
    test_stat: str = "qtilde"

    @property
    def fits(self) -> dict[str, Minimum]:
        """The fits by name."""
        return {
            "background": self.background,
            "signal": self.signal,
            "free": self.free,
            "asimov": self.asimov,
        }


def hypotest(model: Model, *, mu_test: float = 1.0, test_stat: str = "qtilde") -> Hypotest:
    """Test a hypothesis, with fits that start at the initial values of the model, as in pyhf.

    Args:
        model: The hypothesis.
        mu_test: Signal strength that is tested.
        test_stat: ``qtilde`` or ``q``.
    """
    return of_fits(model, mu_test, fits_of_test(model, mu_test), test_stat=test_stat)


def of_fits(
    model: Model, mu_test: float, fits: FitsOfTest, *, test_stat: str = "qtilde"
) -> Hypotest:
    """Make a hypothesis test of its four fits.

    Args:
        model: The hypothesis.
        mu_test: Signal strength that is tested.
        fits: The fits.
        test_stat: ``qtilde`` or ``q``.
    """
    mu_hat = float(fits.free.pars[model.poi])
    q = max(0.0, 2.0 * (fits.signal.nll - fits.free.nll)) if mu_hat <= mu_test else 0.0
    q_asimov = max(0.0, 2.0 * fits.asimov.nll)
    return Hypotest(
        mu_test=mu_test,
        **fits._asdict(),
        q=q,
        q_asimov=q_asimov,
        CLs=asymptotic_CLs(q, q_asimov, test_stat=test_stat),
        mu_hat=mu_hat,
        test_stat=test_stat,
    )
