"""The test statistic of toys: two fits of each, at the tested strength and free.

    q(mu) = 2 (NLL(mu, theta-hat-hat) - NLL(mu-hat, theta-hat)), 0 where mu-hat > mu

(arXiv:1007.1727, Eqs. 14 and 16), as for the data; see ``fitscan.engine.hypotest``.

Fits start where toys are thrown, but factors with auxiliary events where these say: a factor of
which next to nothing is seen takes many steps to come down. A start that is nearer in the other
parameters too, a Newton step for the data, saves up to a third of the time and leads into other
minima now and then.

Toys have empty bins, whose NLL is the rate itself: nothing keeps a minimum from where a rate, that
of a sample with large shape variations, is 0. There no step leads down and the Hessian
proves nothing. Such a fit is made once more by a barrier: empty bins get n = 1e-2, ..., 1e-8 events
in turn, whose term -n ln(rate) keeps the rate positive (Nocedal and Wright, Numerical Optimization,
2nd ed., section 19.6). At the last minimum, which has the certificate of any other, the NLL is by
1.5e-8 for each of these bins, at most, above the lowest one with rates that are not negative.

Without empty bins a fit may creep along a curved valley, one in a few thousand for more steps than
the fits of a test get: it gets them here.
"""

from dataclasses import dataclass

import numpy as np

from fitscan.engine.batch import asimov_data
from fitscan.engine.jit import entry
from fitscan.engine.linear import copy, fill
from fitscan.engine.minimise import CONVERGED, NOT_DESCENDING, TOLERANCE, minimise
from fitscan.engine.objective import evaluate_nll
from fitscan.engine.rates import evaluate_rates
from fitscan.engine.room import Room, room_for
from fitscan.engine.streams import draw_toys
from fitscan.model.arrays import POISSON, Arrays, BoolArray, Data, FloatArray, IntArray, Model

__all__ = ["BARRIERS", "Toys", "fit_toys", "throw_toys"]

# Events that empty bins get in turn, and the evaluations that a fit without these may take: nearly
# all take less, and one that creeps along a rate of 0 takes thousands.
BARRIERS = np.array([0.0, 1e-2, 1e-4, 1e-6, 1e-8])
_PATIENCE = 40

# What any other fit may take: five times what the longest of 800,000 took.
_ENDURANCE = 100_000

# Where a fit fails it is made from other starts, so many times in all.
_ATTEMPTS = 3

# By so much the NLL of the free fit may lie above that of the other, where both end at one place.
_NOISE = 1e-6

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
    model: Model, pars: FloatArray, stream: str, *, mu_test: float, first: int, count: int
) -> Toys:
    """Throw toys at some parameters and test a signal strength with each.

    Args:
        model: The hypothesis.
        pars: Parameters at which they are thrown, (parameters,); fits start there.
        stream: Whose toys they are; see ``fitscan.engine.streams.draw_toys``.
        mu_test: Signal strength that is tested.
        first: Index of the first toy.
        count: Number of toys, 1 or more.
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
    count = len(main)
    nll, mu_hat = np.empty((count, 2)), np.empty(count)
    status, again = np.empty((count, 2), np.int64), np.zeros((count, 2), np.bool_)
    _fit_toys(
        model.arrays,
        main,
        auxiliary,
        pars,
        model.lower,
        model.upper,
        model.fixed,
        model.poi,
        mu_test,
        BARRIERS,
        nll,
        mu_hat,
        status,
        again,
        np.empty((0, len(pars))),
        np.empty(0),
        room_for(model.arrays),
    )
    failed = (status != CONVERGED).any(axis=1)
    nll[failed] = np.nan  # it may be infinite
    q = np.where(mu_hat <= mu_test, np.maximum(0.0, 2.0 * (nll[:, 0] - nll[:, 1])), 0.0)
    q[failed] = mu_hat[failed] = np.nan
    return Toys(q, mu_hat, np.any(again, axis=1))


@entry
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
    nll: FloatArray,
    mu_hat: FloatArray,
    status: IntArray,
    again: BoolArray,
    known: FloatArray,
    known_nll: FloatArray,
    room: Room,
) -> None:
    """Make both fits of each toy.

    Returns:
        The NLL of both, (toys, 2), mu-hat, (toys,), and of both their status and whether they were
        made once more, (toys, 2).
    """
    floored = room.floored
    held, near, begin, signal, sides = room.held, room.near, room.begin, room.signal, room.side
    copy(pars, near)
    last = len(barriers) - 1
    for p in range(len(fixed)):
        held[p] = fixed[p]
    for toy in range(len(main)):
        data = Data(main[toy], auxiliary[toy])
        empty = False
        for b in range(len(data.main)):
            empty = empty or data.main[b] <= 0.0
        for p in range(len(pars)):
            if arrays.constraint[p] == POISSON and not fixed[p]:
                near[p] = data.auxiliary[p] / arrays.tau[p]
        for number in range(2):
            held[poi] = fixed[poi] or number == 0
            for attempt in range(_ATTEMPTS):
                if number == 0:
                    copy(near if attempt == 0 else pars, begin)
                    begin[poi] = mu_test
                else:
                    copy(signal, begin)
                    # Where toys are thrown may be nearer than the fit at the tested strength.
                    fill(sides, 1.0)
                    evaluate_rates(near, sides, arrays, room.rates)
                    nearer = evaluate_nll(room.rates.rate, near, arrays, data) < nll[toy, 0]
                    if attempt == 0 and nearer:
                        copy(near, begin)
                # From the other fit the smallest barrier alone leads nowhere but down.
                for stage in range(0 if attempt < 2 else last, last + 1):
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
                        _ENDURANCE,
                        _PATIENCE if empty and stage == 0 else _ENDURANCE,
                        known,
                        known_nll,
                        room,
                    )
                    again[toy, number] |= attempt + stage > 0
                    if stage == 0 and (found.status == CONVERGED or not empty):
                        break
                    if stage > 0:
                        copy(room.found, begin)
                status[toy, number] = found.status
                nll[toy, number] = found.nll
                if empty:
                    nll[toy, number] = evaluate_nll(room.expected, room.found, arrays, data)
                above = number == 1 and not nll[toy, 1] <= nll[toy, 0] + _NOISE
                if above and found.status == CONVERGED:
                    status[toy, 1] = NOT_DESCENDING
                if status[toy, number] == CONVERGED:
                    break
            if number == 0:
                copy(room.found, signal)
            else:
                mu_hat[toy] = room.found[poi]
