"""Fits of one model, made one after the other in one call.

Entering compiled code takes as long as a small fit, so the fits of a test, or those from several
starts, are made together. Nothing is retried here; see ``fits.fits``.
"""

import math
from collections.abc import Sequence

import numpy as np

from fitscan.engines.compiled.kernels.buffers import Room, room_for
from fitscan.engines.compiled.kernels.descent import descend
from fitscan.engines.compiled.kernels.linear import copy
from fitscan.engines.compiled.kernels.minimise import ENDLESS, MOST_STEPS, Minimum, minimise
from fitscan.engines.compiled.kernels.objective import (
    LEAST_RATE,
    evaluate_constraints,
    evaluate_nll,
)
from fitscan.engines.compiled.kernels.rates import Rates, evaluate_rates
from fitscan.engines.compiled.machine_code.jit import entry, kernel
from fitscan.model.arrays import POISSON, Arrays, BoolArray, Data, FloatArray, IntArray, Model

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
    count = len(starts)
    pars, values = np.empty((count, len(model.init))), np.empty((count, 3))
    counts = np.empty((count, 5), np.int64)
    _fit_in_turn(
        model.arrays,
        data,
        np.array(starts, dtype=float),
        model.lower,
        model.upper,
        model.fixed,
        model.poi,
        np.array([math.nan if mu is None else mu for mu in strengths]),
        count if asimov_from is None else asimov_from,
        most_steps,
        steepest,
        np.array([minimum.pars for minimum in known]).reshape(len(known), len(model.init)),
        np.array([minimum.nll for minimum in known]),
        pars,
        values,
        counts,
        room_for(model.arrays),
    )
    return [
        Minimum(at, nll, status, edm, gradient, *others)
        for at, (nll, edm, gradient), (status, *others) in zip(
            pars, values.tolist(), counts.tolist(), strict=True
        )
    ]


@entry
def _fit_in_turn(
    arrays: Arrays,
    data: Data,
    starts: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    fixed: BoolArray,
    poi: int,
    strengths: FloatArray,
    asimov_from: int,
    most_steps: int,
    steepest: bool,
    known: FloatArray,
    known_nll: FloatArray,
    pars: FloatArray,
    values: FloatArray,
    counts: IntArray,
    room: Room,
) -> None:
    """Fill the parameters, (fits, parameters), NLL, EDM and largest gradient, (fits, 3), of fits.

    And what else ``Minimum`` counts, (fits, 5).
    """
    held, begin = room.held, room.begin
    for number in range(len(strengths)):
        copy(starts[number], begin)
        mu = strengths[number]
        for p in range(len(fixed)):
            held[p] = fixed[p]
        if poi >= 0 and not math.isnan(mu):
            begin[poi], held[poi] = mu, True
        seen = room.asimov if number >= asimov_from else data
        if steepest:
            descend(begin, seen, lower, upper, held, arrays, room)
        found = minimise(
            arrays,
            seen,
            lower,
            upper,
            most_steps,
            ENDLESS,
            known,
            known_nll,
            room,
        )
        if number == 0:
            _expect(room.expected, room.found, arrays, room.asimov)
        copy(room.found, pars[number])
        values[number, 0], values[number, 1] = found.nll, found.edm
        values[number, 2] = found.gradient
        counts[number, 0], counts[number, 1] = found.status, found.flat
        counts[number, 2], counts[number, 3] = found.steps, found.evaluations
        counts[number, 4] = found.products


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
    _nll_of_each(arrays, data, np.ascontiguousarray(candidates), below, nll, room_for(arrays))
    return nll


@entry
def _nll_of_each(
    arrays: Arrays,
    data: Data,
    candidates: FloatArray,
    below: float,
    nll: FloatArray,
    room: Room,
) -> None:
    """Fill the NLL at each of several sets of parameters."""
    for n in range(len(candidates)):
        nll[n] = np.inf
        if evaluate_constraints(candidates[n], arrays, data) > below:
            continue
        evaluate_rates(candidates[n], arrays, room.rates)
        nll[n] = evaluate_nll(room.rates.rate, candidates[n], arrays, data)


def nll_at(arrays: Arrays, data: Data, pars: FloatArray) -> float:
    """Return the NLL of ``data`` at ``pars``."""
    return float(nll_of_each(arrays, data, pars[np.newaxis])[0])


def rates_at(arrays: Arrays, pars: FloatArray) -> Rates:
    """Return the rates at ``pars``, in memory that the next fit overwrites."""
    room = room_for(arrays)
    nothing = room.asimov
    _nll_of_each(arrays, nothing, pars[np.newaxis], math.inf, np.empty(1), room)
    return room.rates


def asimov_data(arrays: Arrays, pars: FloatArray) -> Data:
    """Return the data in which everything is as expected at ``pars`` (arXiv:1007.1727, sec. 3.2).

    Auxiliary measurements are at their expectations too, as in pyhf.
    """
    auxiliary = np.where(arrays.constraint == POISSON, pars * arrays.tau, pars)
    rate = rates_at(arrays, pars).rate
    # A rate that is 0 but for rounding: so few events would forbid a rate of 0.
    return Data(np.where(np.abs(rate) <= -LEAST_RATE, 0.0, rate), auxiliary)
