"""The test statistic of toys: two fits of each, at the tested strength and free.

    q(mu) = 2 (NLL(mu, theta-hat-hat) - NLL(mu-hat, theta-hat)), 0 where mu-hat > mu

(arXiv:1007.1727, Eqs. 14 and 16), as for the data; see ``inference.hypotest``.

Fits start where toys are thrown, but factors with auxiliary events where these say: a factor of
which next to nothing is seen takes many steps to come down. A start that is nearer in the other
parameters too, a Newton step for the data, saves up to a third of the time and leads into other
minima now and then.

Where the data have met several minima a toy is fitted from the others as well: from its own minimum
moved as these lie to one another, if the NLL there is not far above.

Toys have empty bins, whose NLL is the rate itself. Such a fit, where it does not converge, is made
once more by a barrier; see ``fits.recovery``. Without empty bins a fit may creep along a
curved valley, one in a few thousand for more steps than the fits of a test get: it gets them here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled.fits.recovery import BARRIERS
from fitscan.engines.compiled.fits.starts import widths
from fitscan.engines.compiled.inference.minima import LowestHypotest
from fitscan.engines.compiled.inference.streams import draw_toys
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.engines.compiled.kernels.buffers import Room, room_for
from fitscan.engines.compiled.kernels.linear import copy
from fitscan.engines.compiled.kernels.minimise import (
    CONVERGED,
    ENDURANCE,
    NOT_DESCENDING,
    Outcome,
    minimise,
)
from fitscan.engines.compiled.kernels.objective import evaluate_nll
from fitscan.engines.compiled.kernels.rates import evaluate_rates
from fitscan.engines.compiled.machine_code.jit import entry, kernel
from fitscan.model.arrays import POISSON, Arrays, BoolArray, Data, FloatArray, IntArray, Model

__all__ = ["ToyStarts", "Toys", "fit_toys", "throw_toys", "toy_starts"]

# Events that empty bins get in turn, and the evaluations that a fit without these may take: nearly
# all take less, and one that creeps along a rate of 0 takes thousands.
_STAGES = np.array([0.0, *BARRIERS])
_PATIENCE = 40

# Where a fit fails it is made from other starts, so many times in all.
_ATTEMPTS = 3

# By so much the NLL of the free fit may lie above that of the other, where both end at one place.
_NOISE = 1e-6

# Another valley is worth a fit when the NLL there is no more than this above the minimum.
_RISE = 2.0

# Minima nearer than this in each parameter are one; so many are used at the most.
_SAME, _MOST_VALLEYS = 0.1, 4

# Toys whose data are in memory at a time.
_CHUNK = 500


class ToyStarts(NamedTuple):
    """Minima that the data have met, which tell how the valleys of a toy lie to one another.

    Attributes:
        signal: Of the fit at the tested strength, (minima, parameters).
        free: Of the free fit, (minima, parameters).
    """

    signal: FloatArray
    free: FloatArray


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


def toy_starts(found: LowestHypotest) -> ToyStarts:
    """Return the minima that a search has met, as many as toys are tried from."""
    signal = [*found.met["signal"], *found.met["asimov"]]
    return ToyStarts(_apart(signal), _apart([*found.met["free"], *found.met["background"]]))


def _apart(minima: Sequence[FloatArray]) -> FloatArray:
    """Return minima that are not the same, the first of them, (minima, parameters)."""
    chosen: list[FloatArray] = []
    for pars in minima:
        if all(np.abs(pars - other).max() > _SAME for other in chosen):
            chosen.append(pars)
    return np.array(chosen[:_MOST_VALLEYS])


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
        starts: Minima that the data have met; None where they have met one.
    """
    expected = asimov_data(model.arrays, pars)
    parts = []
    for begin in range(first, first + count, _CHUNK):
        size = min(_CHUNK, first + count - begin)
        main, auxiliary = draw_toys(model.arrays, expected, stream, first=begin, count=size)
        parts.append(fit_toys(model, pars, main, auxiliary, mu_test=mu_test, starts=starts))
    return Toys(
        np.concatenate([part.q for part in parts]),
        np.concatenate([part.mu_hat for part in parts]),
        np.concatenate([part.again for part in parts]),
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
        starts: Minima that the data have met; None where they have met one.
    """
    count = len(main)
    none = np.empty((0, len(pars)))
    starts = starts or ToyStarts(none, none)
    width = widths(model)
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
        _STAGES,
        starts.signal,
        starts.free,
        np.divide(1.0, width, out=np.zeros(len(width)), where=width > 0.0),
        nll,
        mu_hat,
        status,
        again,
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
    stages: FloatArray,
    valleys_signal: FloatArray,
    valleys_free: FloatArray,
    inverse_width: FloatArray,
    nll: FloatArray,
    mu_hat: FloatArray,
    status: IntArray,
    again: BoolArray,
    room: Room,
) -> None:
    """Make both fits of each toy.

    Fills the NLL of both, (toys, 2), mu-hat, (toys,), and of both their status and whether they
    were made once more, (toys, 2).
    """
    held, near, signal, best = room.held, room.near, room.signal, room.best[0]
    copy(pars, near)
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
            status[toy, number], nll[toy, number], again[toy, number] = _fit_toy(
                number,
                pars,
                mu_test,
                poi,
                nll[toy, 0],
                stages,
                empty,
                arrays,
                data,
                lower,
                upper,
                room,
            )
            copy(room.found, best)
            valleys = valleys_signal if number == 0 else valleys_free
            if status[toy, number] == CONVERGED and len(valleys) > 1:
                nll[toy, number] = _fit_from_valleys(
                    nll[toy, number],
                    valleys,
                    inverse_width,
                    stages,
                    empty,
                    arrays,
                    data,
                    lower,
                    upper,
                    room,
                )
            if number == 0:
                copy(best, signal)
            else:
                mu_hat[toy] = best[poi]


@kernel
def _fit_toy(
    number: int,
    pars: FloatArray,
    mu_test: float,
    poi: int,
    signal_nll: float,
    stages: FloatArray,
    empty: bool,
    arrays: Arrays,
    data: Data,
    lower: FloatArray,
    upper: FloatArray,
    room: Room,
) -> tuple[int, float, bool]:
    """Make the first fit of a toy, or the free one, from other starts where it fails.

    Returns:
        Status, NLL, and whether it was made once more.
    """
    status, nll, again = NOT_DESCENDING, np.inf, False
    for attempt in range(_ATTEMPTS):
        _begin_toy(attempt, number, pars, mu_test, poi, signal_nll, arrays, data, room)
        # From the other fit the smallest barrier alone leads nowhere but down.
        stage = 0 if attempt < 2 else len(stages) - 1
        found, staged = _fit_in_stages(stage, stages, empty, arrays, data, lower, upper, 0, room)
        again = again or attempt > 0 or staged
        status, nll = found.status, found.nll
        if empty:
            nll = evaluate_nll(room.expected, room.found, arrays, data)
        above = number == 1 and not nll <= signal_nll + _NOISE
        if above and status == CONVERGED:
            status = NOT_DESCENDING
        if status == CONVERGED:
            break
    return status, nll, again


@kernel
def _begin_toy(
    attempt: int,
    number: int,
    pars: FloatArray,
    mu_test: float,
    poi: int,
    signal_nll: float,
    arrays: Arrays,
    data: Data,
    room: Room,
) -> None:
    """Put the start of an attempt into the room: of the first fit, or of the free one."""
    if number == 0:
        copy(room.near if attempt == 0 else pars, room.begin)
        room.begin[poi] = mu_test
        return
    copy(room.signal, room.begin)
    if attempt == 0:
        # Where toys are thrown may be nearer than the fit at the tested strength.
        evaluate_rates(room.near, arrays, room.rates)
        if evaluate_nll(room.rates.rate, room.near, arrays, data) < signal_nll:
            copy(room.near, room.begin)


@kernel
def _fit_in_stages(
    first: int,
    stages: FloatArray,
    empty: bool,
    arrays: Arrays,
    data: Data,
    lower: FloatArray,
    upper: FloatArray,
    known: int,
    room: Room,
) -> tuple[Outcome, bool]:
    """Fit from the start in the room, and behind barriers where that fails.

    With ``known`` 1 and not 0 a fit ends where it comes next to the best minimum in the room.

    Returns:
        How the last fit ended, and whether it was behind a barrier.
    """
    floored, last = room.floored, first
    for stage in range(first, len(stages)):
        for b in range(len(floored)):
            floored[b] = max(data.main[b], stages[stage])
        found = minimise(
            arrays,
            Data(floored, data.auxiliary),
            lower,
            upper,
            ENDURANCE,
            _PATIENCE if empty and stage == 0 else ENDURANCE,
            room.best[:known],
            room.best_nll[:known],
            room,
        )
        last = stage
        if stage == 0 and (found.status == CONVERGED or not empty):
            break
        if stage > 0:
            copy(room.found, room.begin)
    return found, last > 0


@kernel
def _fit_from_valleys(
    nll: float,
    valleys: FloatArray,
    inverse_width: FloatArray,
    stages: FloatArray,
    empty: bool,
    arrays: Arrays,
    data: Data,
    lower: FloatArray,
    upper: FloatArray,
    room: Room,
) -> float:
    """Look for a minimum lower than the best one in the room in other valleys; return its NLL."""
    best, begin, rates = room.best[0], room.begin, room.rates
    nearest, least = 0, np.inf
    for k in range(len(valleys)):
        distance = 0.0
        for p in range(len(best)):
            pull = (best[p] - valleys[k, p]) * inverse_width[p]
            distance += pull * pull
        if distance < least:
            nearest, least = k, distance
    copy(best, room.origin)
    for k in range(len(valleys)):
        if k == nearest:
            continue
        for p in range(len(best)):
            moved = room.origin[p] + valleys[k, p] - valleys[nearest, p]
            begin[p] = room.origin[p] if room.held[p] else min(max(moved, lower[p]), upper[p])
        evaluate_rates(begin, arrays, rates)
        if evaluate_nll(rates.rate, begin, arrays, data) > nll + _RISE:
            continue
        room.best_nll[0] = nll
        found, _ = _fit_in_stages(0, stages, empty, arrays, data, lower, upper, 1, room)
        lowest = found.nll
        if empty:
            lowest = evaluate_nll(room.expected, room.found, arrays, data)
        if found.status == CONVERGED and lowest < nll - _NOISE:
            nll = lowest
            copy(room.found, best)
    return nll
