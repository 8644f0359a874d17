"""The fits of which hypothesis tests are made: free, at a fixed signal strength, to Asimov data.

A fit that does not converge at first is made with more patience (``fits.recovery``).
"""

from collections.abc import Sequence
from typing import NamedTuple

from fitscan.engines.compiled.fits.recovery import recovered
from fitscan.engines.compiled.kernels.batch import asimov_data, fit_batch
from fitscan.engines.compiled.kernels.minimum import CONVERGED, Minimum
from fitscan.engines.compiled.kernels.problem import ENDURANCE
from fitscan.model.arrays import Data, FloatArray, Model

__all__ = ["FitsOfTest", "default_fit", "fit", "fit_others", "fits_of_test", "lowest_fit"]

# What a fit from one of many other starts may take along a valley; all together hundreds of them.
_OTHERS_ENDURANCE = 5_000


class FitsOfTest(NamedTuple):
    """The fits of a hypothesis test.

    Attributes:
        background: Fit at mu = 0.
        signal: Fit at the tested strength.
        free: Fit of all parameters.
        asimov: Fit of the Asimov data of the background at the tested strength.
    """

    background: Minimum
    signal: Minimum
    free: Minimum
    asimov: Minimum


def fit(
    model: Model, start: FloatArray, *, mu: float | None = None, data: Data | None = None
) -> Minimum:
    """Fit from a start.

    Args:
        model: The hypothesis.
        start: Initial values, (parameters,).
        mu: Signal strength that is held; None fits it.
        data: What is fitted to; None takes what was observed.
    """
    return _fit_each(model, [start], mu, data or model.data)[0]


def fit_others(
    model: Model,
    starts: Sequence[FloatArray],
    known: Sequence[Minimum],
    *,
    mu: float | None,
    data: Data,
) -> list[Minimum]:
    """Fit from other starts than those of minima that are known; see ``fit``.

    A fit that comes next to one of these ends there, with the status ``KNOWN``, and none is made
    with more patience; but where bins are empty all are made to the end, since next to a rate of 0
    many fits need that.

    Args:
        model: The hypothesis.
        starts: Initial values, (parameters,) each.
        known: Where other fits of the same data ended.
        mu: Signal strength that is held; None fits it.
        data: What is fitted to.
    """
    if (data.main > 0.0).all() and all(minimum.status == CONVERGED for minimum in known):
        return fit_batch(model, starts, [mu] * len(starts), data, known=known)
    return _fit_each(model, starts, mu, data, endurance=_OTHERS_ENDURANCE)


def _fit_each(
    model: Model,
    starts: Sequence[FloatArray],
    mu: float | None,
    data: Data,
    *,
    endurance: int = ENDURANCE,
) -> list[Minimum]:
    """Fit from each start, and once more with more patience where that fails."""
    found = fit_batch(model, starts, [mu] * len(starts), data)
    return [
        minimum
        if minimum.status == CONVERGED
        else recovered(model, data, start, mu, minimum, endurance=endurance)
        for start, minimum in zip(starts, found, strict=True)
    ]


def default_fit(model: Model, *, mu: float | None = None, data: Data | None = None) -> Minimum:
    """Fit from the initial values of the model, as pyhf does; see ``fit``."""
    seen = data or model.data
    (found,) = fit_batch(model, [model.init], [mu], seen, steepest=True)
    return found if found.status == CONVERGED else recovered(model, seen, model.init, mu, found)


def lowest_fit(
    model: Model,
    starts: Sequence[FloatArray],
    *,
    first: Minimum | None = None,
    mu: float | None = None,
    data: Data | None = None,
) -> Minimum:
    """Return the lowest minimum that the starts lead to; see ``fit``.

    Args:
        model: The hypothesis.
        starts: Initial values, (parameters,) each.
        first: A minimum that is known; None takes that of the first start.
        mu: Signal strength that is held; None fits it.
        data: What is fitted to; None takes what was observed.
    """
    others = list(starts)
    if first is None:
        first = fit(model, others.pop(0), mu=mu, data=data)
    if not others:
        return first
    found = fit_others(model, others, [first], mu=mu, data=data or model.data)
    return min(
        [first, *(minimum for minimum in found if minimum.status == CONVERGED)],
        key=lambda minimum: (minimum.status != CONVERGED, minimum.nll),
    )


def fits_of_test(model: Model, mu_test: float) -> FitsOfTest:
    """Make the fits of a hypothesis test from the initial values of the model, as pyhf does.

    A fit that leads nowhere from there starts at the ends of others.
    """
    strengths = (0.0, mu_test, None, mu_test)
    fits = FitsOfTest(
        *fit_batch(model, [model.init] * 4, strengths, model.data, asimov_from=3, steepest=True)
    )
    if all(minimum.status == CONVERGED for minimum in fits):
        return fits
    background, asimov = fits.background, fits.asimov
    if background.status != CONVERGED:
        background = recovered(model, model.data, model.init, 0.0, background)
        expected = asimov_data(model.arrays, background.pars)
        asimov = default_fit(model, mu=mu_test, data=expected)
    expected = asimov_data(model.arrays, background.pars)
    signal = _resolved(model, model.data, mu_test, fits.signal, [background.pars])
    free = _resolved(model, model.data, None, fits.free, [signal.pars, background.pars])
    asimov = _resolved(model, expected, mu_test, asimov, [background.pars, signal.pars])
    return FitsOfTest(background=background, signal=signal, free=free, asimov=asimov)


def _resolved(
    model: Model, data: Data, mu: float | None, found: Minimum, starts: Sequence[FloatArray]
) -> Minimum:
    """Return a fit from the initial values, or where that leads nowhere from another start."""
    tried = [found]
    if found.status != CONVERGED:
        tried.append(recovered(model, data, model.init, mu, found))
    for start in starts:
        if tried[-1].status == CONVERGED:
            break
        tried.append(fit(model, start, mu=mu, data=data))
    return min(tried, key=lambda minimum: (minimum.status != CONVERGED, minimum.nll))
