"""Fits of one model, made one after the other in one call.

Entering compiled code takes as long as a small fit, so the fits of a test, or those from several
starts, are made together. Nothing is retried here; see ``fits.fits``.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled.kernels.buffers import FitBuffers, buffers_for
from fitscan.engines.compiled.kernels.descent import descend
from fitscan.engines.compiled.kernels.linear import copy
from fitscan.engines.compiled.kernels.minimise import minimise
from fitscan.engines.compiled.kernels.minimum import CONVERGED, RECORD, Minimum, Records, keep
from fitscan.engines.compiled.kernels.objective import (
    LEAST_RATE,
    evaluate_constraints,
    evaluate_nll,
)
from fitscan.engines.compiled.kernels.problem import (
    ENDLESS,
    MOST_STEPS,
    Budget,
    KnownMinima,
    Problem,
)
from fitscan.engines.compiled.kernels.rates import Rates, evaluate_rates
from fitscan.engines.compiled.machine_code.jit import entry, kernel
from fitscan.model.arrays import FREE, POISSON, Arrays, BoolArray, Data, FloatArray, Model

__all__ = ["asimov_data", "fit_batch", "nll_at", "nll_of_each", "rates_at"]


def fit_batch(
    model: Model,
    starts: Sequence[FloatArray],
    strengths: Sequence[float | None],
    data: Data,
    *,
    asimov_from: int | None = None,
    most_steps: int = MOST_STEPS,
    steepest: bool = False,
    known: Sequence[Minimum] = (),
) -> list[Minimum]:
    """Fit from each start.

    Args:
        model: The hypothesis.
        starts: Initial values of each fit, (parameters,) each.
        strengths: Signal strength that each fit holds; None fits it.
        data: What is fitted to.
        asimov_from: This fit and all after it are to the Asimov data of the first one instead;
            None fits all to ``data``.
        most_steps: Newton steps after which a fit gives up.
        steepest: Whether a fit begins with a step down the gradient, as SLSQP does; see
            ``kernels.descent``.
        known: Minima of the same data; a fit that comes next to one ends there, with the status
            ``KNOWN``.
    """
    count, parameters = len(starts), len(model.init)
    pars, records = np.empty((count, parameters)), np.empty(count, RECORD)
    batch = _Batch(
        starts=np.array(starts, dtype=float),
        strengths=np.array([math.nan if mu is None else mu for mu in strengths]),
        lower=model.lower,
        upper=model.upper,
        fixed=model.fixed,
        poi=model.poi,
        asimov_from=count if asimov_from is None else asimov_from,
        most_steps=most_steps,
        steepest=steepest,
        known=KnownMinima(
            pars=np.array([minimum.pars for minimum in known]).reshape(len(known), parameters),
            nll=np.array([minimum.nll for minimum in known]),
        ),
    )
    _fit_in_turn(model.arrays, data, batch, pars, records, buffers_for(model.arrays))
    return [Minimum(at, *record) for at, record in zip(pars, records.tolist(), strict=True)]


class _Batch(NamedTuple):
    """Fits that are made one after the other.

    By value, since a reference takes longer to make than a small fit.

    Attributes:
        starts: Initial values, (fits, parameters).
        strengths: Signal strength that each holds, NaN where it is fitted, (fits,).
        lower: Lower bounds, (parameters,).
        upper: Upper bounds, (parameters,).
        fixed: Parameters that all fits hold, (parameters,).
        poi: Index of the parameter of interest; -1 in a background.
        asimov_from: This fit and all after it are to the Asimov data of the first one.
        most_steps: Newton steps after which a fit gives up.
        steepest: Whether fits begin with a step down the gradient.
        known: Minima of the same data, at which fits end.
    """

    starts: FloatArray
    strengths: FloatArray
    lower: FloatArray
    upper: FloatArray
    fixed: BoolArray
    poi: int
    asimov_from: int
    most_steps: int
    steepest: bool
    known: KnownMinima


@entry
def _fit_in_turn(
    arrays: Arrays,
    data: Data,
    batch: _Batch,
    pars: FloatArray,
    records: Records,
    buffers: FitBuffers,
) -> None:
    """Make the fits of a batch.

    Args:
        arrays: The model.
        data: What is fitted to.
        batch: The fits.
        pars: Filled with where they ended, (fits, parameters).
        records: Filled with how they ended, (fits,).
        buffers: Memory.
    """
    held, begin, poi = buffers.held, buffers.begin, batch.poi
    for number in range(len(batch.strengths)):
        copy(batch.starts[number], begin)
        mu = batch.strengths[number]
        for p in range(len(batch.fixed)):
            held[p] = batch.fixed[p]
        if poi >= 0 and not math.isnan(mu):
            begin[poi], held[poi] = mu, True
        seen = buffers.asimov if number >= batch.asimov_from else data
        problem = Problem(arrays, seen, batch.lower, batch.upper)
        if batch.steepest:
            descend(begin, problem, buffers)
        found = minimise(problem, Budget(batch.most_steps, ENDLESS), batch.known, buffers)
        if number == 0:
            _expect(buffers.expected, buffers.found, arrays, buffers.asimov)
        keep(found, number, pars, records)
        if poi >= 0 and not math.isnan(mu) and found.status == CONVERGED:
            records[number].slope = _slope(poi, arrays, buffers)


@kernel
def _slope(poi: int, arrays: Arrays, buffers: FitBuffers) -> float:
    """Return the derivative of the NLL, at a minimum, with respect to a parameter that is held.

    The others have none there, so it is also that of the minimum.
    """
    if arrays.constraint[poi] != FREE:
        return 0.0  # a constraint adds to it, which is rare
    derivatives, slope = buffers.derivatives, 0.0
    for b in range(arrays.bins):
        slope += derivatives.jacobian[b, poi] * derivatives.residual[b]
    return slope


@kernel
def _expect(rate: FloatArray, pars: FloatArray, arrays: Arrays, out: Data) -> None:
    """Fill the data in which everything is as expected; rates of 0 are so without rounding."""
    for b in range(len(rate)):
        out.main[b] = 0.0 if abs(rate[b]) <= -LEAST_RATE else rate[b]
    for p in range(len(pars)):
        out.auxiliary[p] = pars[p] * arrays.tau[p] if arrays.constraint[p] == POISSON else pars[p]


def nll_of_each(
    arrays: Arrays, data: Data, candidates: FloatArray, *, below: float = math.inf
) -> FloatArray:
    """Return the NLL at each of several sets of parameters, (n, parameters).

    Args:
        arrays: The model.
        data: The data.
        candidates: The sets.
        below: An NLL that is not below this may be infinite instead, which is quick where the
            constraint terms alone are higher.
    """
    nll = np.empty(len(candidates))
    _nll_of_each(arrays, data, np.ascontiguousarray(candidates), below, nll, buffers_for(arrays))
    return nll


@entry
def _nll_of_each(
    arrays: Arrays,
    data: Data,
    candidates: FloatArray,
    below: float,
    nll: FloatArray,
    buffers: FitBuffers,
) -> None:
    """Fill the NLL at each of several sets of parameters."""
    for n in range(len(candidates)):
        nll[n] = np.inf
        if evaluate_constraints(candidates[n], arrays, data) > below:
            continue
        evaluate_rates(candidates[n], arrays, buffers.here.rates)
        nll[n] = evaluate_nll(buffers.here.rates.rate, candidates[n], arrays, data)


def nll_at(arrays: Arrays, data: Data, pars: FloatArray) -> float:
    """Return the NLL of ``data`` at ``pars``."""
    return float(nll_of_each(arrays, data, pars[np.newaxis])[0])


def rates_at(arrays: Arrays, pars: FloatArray) -> Rates:
    """Return the rates at ``pars``, in memory that the next fit overwrites."""
    buffers = buffers_for(arrays)
    nothing = buffers.asimov
    _nll_of_each(arrays, nothing, pars[np.newaxis], math.inf, np.empty(1), buffers)
    return buffers.here.rates


def asimov_data(arrays: Arrays, pars: FloatArray) -> Data:
    """Return the data in which everything is as expected at ``pars`` (arXiv:1007.1727, sec. 3.2).

    Auxiliary measurements are at their expectations too, as in pyhf.
    """
    auxiliary = np.where(arrays.constraint == POISSON, pars * arrays.tau, pars)
    rate = rates_at(arrays, pars).rate
    # A rate that is 0 but for rounding: so few events would forbid a rate of 0.
    return Data(np.where(np.abs(rate) <= -LEAST_RATE, 0.0, rate), auxiliary)
