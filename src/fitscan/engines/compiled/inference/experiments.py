"""Toys that are treated as the data are: experiments, of which each is tested by itself.

Takes a model and drawn data; gives of each of these what a test is made of: q as any toy has it,
q of its own Asimov data for the asymptotic formulae, and its own conditional fits, where toys that
are compared with it are thrown. Of data with empty bins all fits are made by a barrier where they
fail without; see ``inference.toys``.
"""

from dataclasses import dataclass

import numpy as np

from fitscan.engines.compiled.fits.fits import lowest_fit
from fitscan.engines.compiled.inference.toy_starts import ToyStarts
from fitscan.engines.compiled.inference.toys import fit_toys
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.engines.compiled.kernels.minimum import CONVERGED
from fitscan.model.arrays import Data, FloatArray, Model

__all__ = ["Experiment", "fit_experiments"]


@dataclass(frozen=True)
class Experiment:
    """The test of one experiment; the numbers are NaN where a fit failed.

    Attributes:
        q: Test statistic.
        mu_hat: Fitted signal strength.
        q_asimov: Test statistic of the Asimov data of its background.
        signal: Parameters of the fit at the tested strength, (parameters,).
        background: Those of the fit at mu = 0.
    """

    q: float
    mu_hat: float
    q_asimov: float
    signal: FloatArray
    background: FloatArray

    @property
    def failed(self) -> bool:
        """Whether a fit failed."""
        return bool(np.isnan(self.q + self.q_asimov))


def fit_experiments(
    model: Model,
    pars: FloatArray,
    main: FloatArray,
    auxiliary: FloatArray,
    *,
    mu_test: float,
    starts: ToyStarts | None = None,
) -> list[Experiment]:
    """Test a signal strength with each of some data.

    Args:
        model: The hypothesis.
        pars: Where the data were drawn and fits start, (parameters,).
        main: Events, (experiments, bins).
        auxiliary: Auxiliary measurements, (experiments, parameters).
        mu_test: Signal strength that is tested.
        starts: Local minima of the data; None where they have one.
    """
    toys = fit_toys(model, pars, main, auxiliary, mu_test=mu_test, starts=starts)
    others = [] if starts is None else list(starts.signal)
    experiments = []
    for q, mu_hat, data in zip(toys.q, toys.mu_hat, map(Data, main, auxiliary), strict=True):
        signal = lowest_fit(model, [pars, *others], mu=mu_test, data=data)
        background = lowest_fit(model, [pars, *others], mu=0.0, data=data)
        expected = asimov_data(model.arrays, background.pars)
        # With a signal, a rate that the background puts next to 0 may be below it.
        asimov = lowest_fit(
            model, [background.pars, signal.pars, *others], mu=mu_test, data=expected
        )
        converged = all(found.status == CONVERGED for found in (signal, background, asimov))
        experiments.append(
            Experiment(
                q=float(q) if converged else np.nan,
                mu_hat=float(mu_hat) if converged else np.nan,
                q_asimov=max(0.0, 2.0 * asimov.nll) if converged else np.nan,
                signal=signal.pars,
                background=background.pars,
            )
        )
    return experiments
