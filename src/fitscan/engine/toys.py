"""The test statistic of toys: two fits of each, at the tested strength and free.

    q(mu) = 2 (NLL(mu, theta-hat-hat) - NLL(mu-hat, theta-hat)), 0 where mu-hat > mu

(arXiv:1007.1727, Eqs. 14 and 16), as for the data; see ``fitscan.engine.hypotest``.

The first fit starts one Newton step from where toys are thrown, with the Hessian of what is
expected there, which is the same for all of them; that saves up to half of its steps.

Toys have empty bins, whose NLL is the rate itself: nothing keeps a minimum from where a rate, that
of a sample with large shape variations, is 0. There no step leads down and the Hessian
proves nothing. Such a fit is made once more by a barrier: empty bins get n = 1e-2, ..., 1e-8 events
in turn, whose term -n ln(rate) keeps the rate positive (Nocedal and Wright, Numerical Optimization,
2nd ed., section 19.6). At the last minimum, which has the certificate of any other, the NLL is by n
for each of these bins, at most, above the lowest one with rates that are not negative.
"""

from dataclasses import dataclass

import numpy as np

from fitscan.engine.derivatives import evaluate_derivatives, evaluate_hessian
from fitscan.engine.fits import asimov_data
from fitscan.engine.jit import jit
from fitscan.engine.linear import copy, factorise, solve_factorised
from fitscan.engine.minimise import CONVERGED, ENDLESS, TOLERANCE, minimise
from fitscan.engine.objective import evaluate_nll
from fitscan.engine.rates import Rates, evaluate_rates, new_rates
from fitscan.engine.room import Room, new_room
from fitscan.engine.streams import draw_toys
from fitscan.model.arrays import Arrays, BoolArray, Data, FloatArray, IntArray, Model

__all__ = ["Toys", "fit_toys", "throw_toys"]

# Events that empty bins get in turn, and the evaluations that a fit without these may take: nearly
# all take less, and one that creeps along a rate of 0 takes thousands.
_BARRIERS = np.array([0.0, 1e-2, 1e-4, 1e-6, 1e-8])
_PATIENCE = 60

# Lengths that are tried of a Newton step.
_CUTS = 3

# Toys whose data are in memory at a time.
_CHUNK = 500


@dataclass(frozen=True)
class Toys:
    """The test statistic of toys.

    Attributes:
        q: Test statistic, NaN where a fit failed, (toys,).
        mu_hat: Fitted signal strength, the same.
        again: Whether a fit was made once more, by a barrier.
    """

    q: FloatArray
    mu_hat: FloatArray
    again: BoolArray


def throw_toys(
    model: Model, pars: FloatArray, stream: str, *, mu_test: float, first: int, count: int
) -> Toys:
    """Throw toys at some parameters and test a signal strength with each.

    Args:
        model: The hypothesis.
        pars: Parameters at which they are thrown, (parameters,); fits start there.
        stream: Whose toys they are; see ``fitscan.engine.streams.draw_toys``.
        mu_test: Signal strength that is tested.
        first: Index of the first toy.
        count: Number of toys.
    """
    expected = asimov_data(model.arrays, pars)
    parts = []
    for begin in range(first, first + count, _CHUNK):
        size = min(_CHUNK, first + count - begin)
        main, auxiliary = draw_toys(model.arrays, expected, stream, first=begin, count=size)
        parts.append(fit_toys(model, pars, main, auxiliary, mu_test=mu_test))
    return Toys(
        np.concatenate([part.q for part in parts]),
        np.concatenate([part.mu_hat for part in parts]),
        np.concatenate([part.again for part in parts]),
    )


def fit_toys(
    model: Model, pars: FloatArray, main: FloatArray, auxiliary: FloatArray, *, mu_test: float
) -> Toys:
    """Test a signal strength with each of some data.

    Args:
        model: The hypothesis.
        pars: Where fits start, (parameters,).
        main: Events, (toys, bins).
        auxiliary: Auxiliary measurements, (toys, parameters).
        mu_test: Signal strength that is tested.
    """
    nll, mu_hat, status, again = _fit_toys(
        model.arrays,
        main,
        auxiliary,
        pars,
        model.lower,
        model.upper,
        model.fixed,
        model.poi,
        mu_test,
        _BARRIERS,
    )
    failed = (status != CONVERGED).any(axis=1)
    q = np.where(mu_hat <= mu_test, np.maximum(0.0, 2.0 * (nll[:, 0] - nll[:, 1])), 0.0)
    q[failed] = mu_hat[failed] = np.nan
    return Toys(q, mu_hat, np.any(again, axis=1))


@jit
def _fit_toys(
    arrays: Arrays,
    main: FloatArray,
    auxiliary: FloatArray,
    pars: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    fixed: BoolArray,
    poi: int,
    mu_test: float,
    barriers: FloatArray,
) -> tuple[FloatArray, FloatArray, IntArray, BoolArray]:
    """Make both fits of each toy.

    Returns:
        The NLL of both, (toys, 2), mu-hat, (toys,), and of both their status and whether a barrier
        was needed, (toys, 2).
    """
    count = len(main)
    nll, mu_hat = np.empty((count, 2)), np.empty(count)
    status, again = np.empty((count, 2), np.int64), np.zeros((count, 2), np.bool_)
    room, held, floored = new_room(arrays), fixed.copy(), np.empty(main.shape[1])
    tested = pars.copy()
    tested[poi] = mu_test
    home, factor = new_rates(arrays), np.empty_like(room.factor)
    held[poi] = True
    index = np.nonzero(~held & (lower < upper))[0]
    predicts = _factorise_expectation(tested, index, arrays, home, room, factor)
    begin, signal, sides = pars.copy(), pars.copy(), np.ones(len(pars))
    for toy in range(count):
        data = Data(main[toy], auxiliary[toy])
        for number in range(2):
            held[poi] = fixed[poi] or number == 0
            copy(signal if number == 1 else tested, begin)
            if number == 0 and predicts:
                _predict(tested, index, lower, upper, data, arrays, home, factor, room, begin)
            elif number == 1:
                # Where the toy was thrown at may be nearer than the fit at the tested strength.
                evaluate_rates(pars, sides, arrays, room.rates)
                if evaluate_nll(room.rates.rate, pars, arrays, data) < nll[toy, 0]:
                    copy(pars, begin)
            for stage in range(len(barriers)):
                for b in range(len(floored)):
                    floored[b] = max(data.main[b], barriers[stage])
                found = minimise(
                    arrays,
                    Data(floored, data.auxiliary),
                    begin,
                    lower,
                    upper,
                    held,
                    TOLERANCE,
                    _PATIENCE if stage == 0 else ENDLESS,
                    room,
                )
                if stage == 0 and found.status == CONVERGED:
                    break
                if stage > 0:
                    copy(found.pars, begin)
                else:
                    again[toy, number] = True
                    copy(tested if number == 0 else pars, begin)
            status[toy, number] = found.status
            nll[toy, number] = found.nll
            if again[toy, number]:
                nll[toy, number] = evaluate_nll(room.expected, found.pars, arrays, data)
            if number == 0:
                copy(found.pars, signal)
            else:
                mu_hat[toy] = found.pars[poi]
    return nll, mu_hat, status, again


@jit
def _factorise_expectation(
    at: FloatArray, index: IntArray, arrays: Arrays, rates: Rates, room: Room, factor: FloatArray
) -> bool:
    """Factorise the Hessian of the expected data in some parameters; tell whether it is possible.

    Args:
        at: Where, (parameters,).
        index: The parameters that are not held.
        arrays: The model.
        rates: Filled with the model there.
        room: Memory.
        factor: Filled with the Cholesky factor.
    """
    expected = asimov_data(arrays, at)
    evaluate_rates(at, np.ones(len(at)), arrays, rates)
    evaluate_derivatives(at, rates, arrays, expected, room.derivatives)
    evaluate_hessian(rates, arrays, room.derivatives, room.hessian)
    return factorise(room.hessian, index, factor) < 0


@jit
def _predict(
    at: FloatArray,
    index: IntArray,
    lower: FloatArray,
    upper: FloatArray,
    data: Data,
    arrays: Arrays,
    rates: Rates,
    factor: FloatArray,
    room: Room,
    begin: FloatArray,
) -> None:
    """Put a Newton step for these data into ``begin``, or a part of it, where the NLL is lower."""
    nll = evaluate_nll(rates.rate, at, arrays, data)
    evaluate_derivatives(at, rates, arrays, data, room.derivatives)
    solve_factorised(factor, index, room.derivatives.gradient, room.direction)
    room.side[:] = 1.0
    length = 1.0
    for _ in range(_CUTS):
        for p in index:
            moved = at[p] - length * room.direction[p]
            begin[p] = min(max(moved, lower[p]), upper[p])
        evaluate_rates(begin, room.side, arrays, room.rates)
        if evaluate_nll(room.rates.rate, begin, arrays, data) < nll:
            return
        length *= 0.5
    copy(at, begin)
