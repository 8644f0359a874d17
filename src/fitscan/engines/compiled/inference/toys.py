"""The test statistic of toys: two fits of each, at the tested strength and free.

    q(mu) = 2 (NLL(mu, theta-hat-hat) - NLL(mu-hat, theta-hat)), 0 where mu-hat > mu

(arXiv:1007.1727, Eqs. 14 and 16), as for the data; see ``inference.hypotest``. The fits:
``kernels.toy_fits``. Where the data have several local minima a toy is fitted from the others as
well (``inference.toy_starts``).
"""

from dataclasses import dataclass

import numpy as np

from fitscan.engines.compiled.fits.recovery import BARRIERS
from fitscan.engines.compiled.fits.starts import widths
from fitscan.engines.compiled.inference.streams import draw_toys
from fitscan.engines.compiled.inference.toy_starts import ToyStarts
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.engines.compiled.kernels.buffers import buffers_for
from fitscan.engines.compiled.kernels.minimum import CONVERGED
from fitscan.engines.compiled.kernels.toy import ToySetup, new_fitted_toys
from fitscan.engines.compiled.kernels.toy_fits import fit_each_toy
from fitscan.engines.compiled.machine_code.references import by_reference
from fitscan.model.arrays import BoolArray, FloatArray, Model

__all__ = ["Toys", "fit_toys", "throw_toys"]

# Events that empty bins get in turn, none at first.
_BARRIERS = np.array([0.0, *BARRIERS])

# Toys whose data are in memory at a time.
_CHUNK = 500


@dataclass(frozen=True)
class Toys:
    """The test statistic of toys.

    Attributes:
        q: Test statistic, NaN where a fit failed, (toys,).
        mu_hat: Fitted signal strength, the same.
        again: Whether a fit was made once more: by a barrier, or from another start.
    """

    q: FloatArray
    mu_hat: FloatArray
    again: BoolArray


def throw_toys(
    model: Model,
    pars: FloatArray,
    stream: str,
    *,
    mu_test: float,
    first: int,
    count: int,
    starts: ToyStarts | None = None,
) -> Toys:
    """Throw toys at some parameters and test a signal strength with each.

    Args:
        model: The hypothesis.
        pars: Parameters at which they are thrown, (parameters,); fits start there.
        stream: Whose toys they are; see ``inference.streams.draw_toys``.
        mu_test: Signal strength that is tested.
        first: Index of the first toy.
        count: Number of toys, 1 or more.
        starts: Local minima of the data; None where they have one.
    """
    expected = asimov_data(model.arrays, pars)
    parts = []
    for begin in range(first, first + count, _CHUNK):
        size = min(_CHUNK, first + count - begin)
        main, auxiliary = draw_toys(model.arrays, expected, stream, first=begin, count=size)
        parts.append(fit_toys(model, pars, main, auxiliary, mu_test=mu_test, starts=starts))
    return Toys(
        q=np.concatenate([part.q for part in parts]),
        mu_hat=np.concatenate([part.mu_hat for part in parts]),
        again=np.concatenate([part.again for part in parts]),
    )


def fit_toys(
    model: Model,
    pars: FloatArray,
    main: FloatArray,
    auxiliary: FloatArray,
    *,
    mu_test: float,
    starts: ToyStarts | None = None,
) -> Toys:
    """Test a signal strength with each of some data.

    Args:
        model: The hypothesis.
        pars: Where fits start, (parameters,).
        main: Events, (toys, bins).
        auxiliary: Auxiliary measurements, (toys, parameters).
        mu_test: Signal strength that is tested.
        starts: Local minima of the data; None where they have one.
    """
    setup, out = _setup(model, pars, mu_test, starts), new_fitted_toys(len(main))
    fit_each_toy(
        model.arrays,
        by_reference(setup),
        main,
        auxiliary,
        by_reference(out),
        buffers_for(model.arrays),
    )
    failed = (out.signal.status != CONVERGED) | (out.free.status != CONVERGED)
    out.signal.nll[failed] = np.nan  # it may be infinite
    fall = np.maximum(0.0, 2.0 * (out.signal.nll - out.free.nll))
    q = np.where(out.mu_hat <= mu_test, fall, 0.0)
    q[failed] = out.mu_hat[failed] = np.nan
    return Toys(q=q, mu_hat=out.mu_hat, again=out.signal.again | out.free.again)


def _setup(model: Model, pars: FloatArray, mu_test: float, starts: ToyStarts | None) -> ToySetup:
    """Return what toys have in common."""
    none = np.empty((0, len(pars)))
    signal_minima, free_minima = starts or ToyStarts(none, none)
    tested, width = pars.copy(), widths(model)
    tested[model.poi] = mu_test
    return ToySetup(
        thrown=pars,
        tested=tested,
        lower=model.lower,
        upper=model.upper,
        fixed=model.fixed,
        poi=model.poi,
        barriers=_BARRIERS,
        signal_minima=signal_minima,
        free_minima=free_minima,
        inverse_width=np.divide(1.0, width, out=np.zeros(len(width)), where=width > 0.0),
    )
