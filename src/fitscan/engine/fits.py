"""The fits of which hypothesis tests are made: free, at a fixed signal strength, to Asimov data.

The fits of a test are made in one call: entering compiled code takes as long as a small fit.
"""

import math

import numpy as np

from fitscan.engine.jit import entry, kernel
from fitscan.engine.linear import copy, fill
from fitscan.engine.minimise import CONVERGED, ENDLESS, MOST_STEPS, TOLERANCE, Minimum, minimise
from fitscan.engine.objective import evaluate_nll
from fitscan.engine.rates import Rates, evaluate_rates
from fitscan.engine.room import Room, room_for
from fitscan.model.arrays import POISSON, Arrays, BoolArray, Data, FloatArray, IntArray, Model

__all__ = ["asimov_data", "background_start", "extended_start", "fit", "fits_of_test", "nll_at"]


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
    return _in_turn(model, data or model.data, start, [math.nan if mu is None else mu])[0]


def fits_of_test(model: Model, start: FloatArray, mu_test: float) -> list[Minimum]:
    """Make the fits of a hypothesis test.

    They are the fit at mu = 0, from ``start``; at ``mu_test`` from there; the free fit from the
    lower of these two; and at ``mu_test``, again from the first, the fit of its Asimov data.
    """
    return _in_turn(model, model.data, start, [0.0, mu_test, math.nan, mu_test])


def _in_turn(model: Model, data: Data, start: FloatArray, strengths: list[float]) -> list[Minimum]:
    """Make fits at these signal strengths, NaN for a free one; see ``_fit_in_turn``."""
    count = len(strengths)
    pars, values = np.empty((count, len(start))), np.empty((count, 3))
    counts = np.empty((count, 5), np.int64)
    _fit_in_turn(
        model.arrays,
        data,
        start,
        model.lower,
        model.upper,
        model.fixed,
        model.poi,
        np.array(strengths),
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
    start: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    fixed: BoolArray,
    poi: int,
    strengths: FloatArray,
    pars: FloatArray,
    values: FloatArray,
    counts: IntArray,
    room: Room,
) -> None:
    _fits(arrays, data, start, lower, upper, fixed, poi, strengths, pars, values, counts, room)


@kernel
def _fits(
    arrays: Arrays,
    data: Data,
    start: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    fixed: BoolArray,
    poi: int,
    strengths: FloatArray,
    pars: FloatArray,
    values: FloatArray,
    counts: IntArray,
    room: Room,
) -> None:
    """Make one fit, or the four of a test; see ``fits_of_test``."""
    held, begin = room.held, room.begin
    for number in range(len(strengths)):
        copy(start, begin)
        mu = strengths[number]
        if number > 0:
            lowest = 1 if math.isnan(mu) and values[1, 0] < values[0, 0] else 0
            copy(pars[lowest], begin)
        for p in range(len(fixed)):
            held[p] = fixed[p]
        if not math.isnan(mu):
            begin[poi] = mu
        if poi >= 0:
            held[poi] = fixed[poi] or not math.isnan(mu)
        found = minimise(
            arrays,
            room.asimov if number == 3 else data,
            begin,
            lower,
            upper,
            held,
            TOLERANCE,
            MOST_STEPS,
            ENDLESS,
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
    """Fill the data in which everything is as expected."""
    copy(rate, out.main)
    for p in range(len(pars)):
        out.auxiliary[p] = pars[p] * arrays.tau[p] if arrays.constraint[p] == POISSON else pars[p]


def background_start(model: Model) -> FloatArray:
    """Return where the fits of all hypotheses with this background start.

    It is the fit of the background alone from the suggested initial values, and these for
    parameters that only the signal has. So a fit does not depend on which was made before it.

    Args:
        model: The background; see ``fitscan.model.Model.background``.
    """
    found = fit(model, model.init)
    return found.pars if found.status == CONVERGED else model.init


def extended_start(model: Model, start: FloatArray) -> FloatArray:
    """Return a start of the background with the initial values of what only the signal has."""
    if model.background is None:
        return model.init
    alphas, known = model.arrays.alphas, model.background.arrays.alphas
    extended = model.init.copy()
    extended[:known] = start[:known]
    extended[alphas : alphas + len(start) - known] = start[known:]
    return extended


def nll_of_each(arrays: Arrays, data: Data, candidates: FloatArray) -> FloatArray:
    """Return the NLL at each of several sets of parameters, (n, parameters)."""
    nll = np.empty(len(candidates))
    _nll_of_each(arrays, data, np.ascontiguousarray(candidates), nll, room_for(arrays))
    return nll


@entry
def _nll_of_each(
    arrays: Arrays, data: Data, candidates: FloatArray, nll: FloatArray, room: Room
) -> None:
    _evaluate_each(arrays, data, candidates, nll, room)


@kernel
def _evaluate_each(
    arrays: Arrays, data: Data, candidates: FloatArray, nll: FloatArray, room: Room
) -> None:
    fill(room.side, 1.0)
    for n in range(len(candidates)):
        evaluate_rates(candidates[n], room.side, arrays, room.rates)
        nll[n] = evaluate_nll(room.rates.rate, candidates[n], arrays, data)


def nll_at(arrays: Arrays, data: Data, pars: FloatArray) -> float:
    """Return the NLL of ``data`` at ``pars``."""
    return nll_of_each(arrays, data, pars[np.newaxis])[0]


def rates_at(arrays: Arrays, pars: FloatArray) -> Rates:
    """Return the rates at ``pars``, in memory that the next fit overwrites."""
    room = room_for(arrays)
    nothing = room.value.asimov
    _nll_of_each(arrays, nothing, pars[np.newaxis], np.empty(1), room)
    return room.value.rates


def asimov_data(arrays: Arrays, pars: FloatArray) -> Data:
    """Return the data in which everything is as expected at ``pars`` (arXiv:1007.1727, sec. 3.2).

    Auxiliary measurements are at their expectations too, as in pyhf.
    """
    auxiliary = np.where(arrays.constraint == POISSON, pars * arrays.tau, pars)
    return Data(rates_at(arrays, pars).rate.copy(), auxiliary)
