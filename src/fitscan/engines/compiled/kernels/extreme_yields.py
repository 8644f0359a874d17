"""Extreme yields of a cell: of all pulls of a given length, the one that makes its yield largest.

Takes a model and one of its cells; gives pulls of several lengths and the yields that they make,
negative or positive. A sample of a few hundredths of an event whose shape variations take it below
zero while its normalisation variations multiply it by hundreds so gets a yield of tens of events by
a pull of two or three standard deviations.
"""

import math
from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled import thresholds
from fitscan.engines.compiled.kernels.buffers import FitBuffers, buffers_for
from fitscan.engines.compiled.kernels.linear import copy, dot, fill
from fitscan.engines.compiled.kernels.rates import evaluate_rates_and_slopes
from fitscan.engines.compiled.kernels.slopes import evaluate_slopes, put_slopes
from fitscan.engines.compiled.machine_code.jit import entry, kernel
from fitscan.engines.compiled.machine_code.references import by_reference
from fitscan.model.arrays import NO_FACTOR, Arrays, BoolArray, FloatArray, Model

__all__ = ["ExtremeYield", "Reachable", "extreme_yields", "grown_yields", "reachable_yields"]


class Reachable(NamedTuple):
    """Which cells pulls can make negative at all, and which they can make grow, (cells,) each."""

    negative: BoolArray
    grown: BoolArray


class ExtremeYield(NamedTuple):
    """A yield, and the parameters that make it, (parameters,)."""

    events: float
    pars: FloatArray


def reachable_yields(model: Model, width: FloatArray) -> Reachable:
    """Tell which cells can have extreme yields.

    Both answers are bounds that cost little: the shape variations of a cell all in one direction,
    and its normalisations as well.

    Args:
        model: The background.
        width: Units of the pulls, 0 for parameters that stay.
    """
    arrays, length = model.arrays, thresholds.PULLS[-1]
    free = width[: arrays.alphas] > 0.0
    even, half = 8.0 * arrays.bend[:, free], arrays.half_difference[:, free]
    reach = length * np.sqrt((np.maximum(even + half, even - half).clip(0.0) ** 2).sum(axis=1))
    fall = length * np.sqrt((np.maximum(-even - half, half - even).clip(0.0) ** 2).sum(axis=1))
    # Codes 4 and 4p are steeper inside than the line to +-1, by less than this.
    reach, fall = thresholds.STEEPER * reach, thresholds.STEEPER * fall
    logs = np.maximum(np.abs(arrays.entry_log_hi), np.abs(arrays.entry_log_lo))
    groups = np.repeat(np.arange(len(model.samples)), np.diff(arrays.entry_start))
    norms = np.bincount(
        groups, np.minimum(logs, thresholds.LARGEST_LOG) ** 2, minlength=len(model.samples)
    )
    of_group = np.repeat(thresholds.STEEPER * length * np.sqrt(norms), np.diff(arrays.cell_start))
    wide = np.append(width[arrays.alphas :], 0.0)[arrays.factors]
    factors = np.log1p(length * np.where(arrays.factors == NO_FACTOR, 0.0, wide)).sum(axis=1)
    largest = (np.abs(arrays.nominal) + reach) * np.exp(np.minimum(of_group + factors, 700.0))
    return Reachable(
        negative=np.asarray(arrays.nominal < fall),
        grown=np.asarray(largest > grown_yields(arrays)),
    )


def grown_yields(arrays: Arrays) -> FloatArray:
    """Return above which yield a cell has grown: tenfold, and by enough to be seen, (cells,)."""
    return np.asarray(np.maximum(thresholds.GROWTH * np.abs(arrays.nominal), thresholds.GROWN))


def extreme_yields(
    model: Model, base: FloatArray, width: FloatArray, cell: int, sign: float
) -> list[ExtremeYield]:
    """Return the extreme yields of a cell, for each length of the pull that has one.

    Args:
        model: The background.
        base: Its fit, (parameters,); alphas are at their auxiliary measurements instead.
        width: Units of the pulls, 0 for parameters that stay.
        cell: The cell.
        sign: Of the yield that is sought, the largest of this sign.
    """
    arrays = _single_cell(model.arrays, cell)
    centre = base.copy()
    centre[: arrays.alphas] = model.data.auxiliary[: arrays.alphas]
    count, parameters = len(thresholds.PULLS), len(base)
    ascent = _Ascent(
        centre=centre,
        width=width,
        lower=model.lower,
        upper=model.upper,
        lengths=thresholds.PULLS,
        pull=np.zeros(parameters),
        gradient=np.zeros(parameters),
        trial=np.zeros(parameters),
        events=np.empty(count),
        pars=np.empty((count, parameters)),
    )
    _climb(arrays, sign, by_reference(ascent), buffers_for(arrays))
    return [
        ExtremeYield(events=float(events), pars=pars)
        for events, pars in zip(ascent.events, ascent.pars, strict=True)
        if sign * events > 0.0
    ]


def _single_cell(arrays: Arrays, cell: int) -> Arrays:
    """Return the model of one cell alone, which is quick to evaluate."""
    group = int(np.searchsorted(arrays.cell_start, cell, side="right")) - 1
    entries = slice(arrays.entry_start[group], arrays.entry_start[group + 1])
    one = slice(cell, cell + 1)
    return arrays._replace(
        nominal=arrays.nominal[one],
        bin=np.zeros(1, dtype=np.int64),
        cell_start=np.array([0, 1]),
        half_rows=arrays.half_rows[one],
        bend_rows=arrays.bend_rows[one],
        span=arrays.span[one],
        factors=arrays.factors[one],
        entry_start=np.array([0, entries.stop - entries.start]),
        entry_alpha=arrays.entry_alpha[entries],
        entry_poly=np.ascontiguousarray(arrays.entry_poly[:, entries]),
        entry_log_hi=arrays.entry_log_hi[entries],
        entry_log_lo=arrays.entry_log_lo[entries],
        bins=1,
    )


class _Ascent(NamedTuple):
    """An ascent over the pulls of some lengths.

    Attributes:
        centre: Parameters without pulls, (parameters,).
        width: Units of the pulls, 0 for parameters that stay, (parameters,).
        lower: Lower bounds, (parameters,).
        upper: Upper bounds, (parameters,).
        lengths: Lengths of the pulls, ascending, (lengths,).
        pull: Memory for the pull, (parameters,).
        gradient: Memory for its gradient, (parameters,).
        trial: Memory for the parameters, (parameters,).
        events: Filled with the extreme yield, 0 where none of the sign was found, (lengths,).
        pars: Filled with the parameters there, (lengths, parameters).
    """

    centre: FloatArray
    width: FloatArray
    lower: FloatArray
    upper: FloatArray
    lengths: FloatArray
    pull: FloatArray
    gradient: FloatArray
    trial: FloatArray
    events: FloatArray
    pars: FloatArray


@entry
def _climb(arrays: Arrays, sign: float, ascent: _Ascent, buffers: FitBuffers) -> None:
    """Make ln |N F| of a single cell largest on spheres of pulls, N having the given sign.

    A pull u is replaced by the mean of itself and of the gradient, scaled to the length, again and
    again; at a maximum both are parallel.

    Args:
        arrays: The model of the cell.
        sign: Of the yield.
        ascent: The lengths, and what is filled for each.
        buffers: Memory of the model.
    """
    fill(buffers.side, 1.0)
    copy(ascent.centre, ascent.trial)
    _begin(arrays, sign, ascent)
    pull, gradient = ascent.pull, ascent.gradient
    for n in range(len(ascent.lengths)):
        length = ascent.lengths[n]
        ascent.events[n] = 0.0
        for _ in range(thresholds.ASCENTS):
            _move(length, ascent)
            _evaluate(arrays, sign, n, ascent, buffers)
            steepness = math.sqrt(dot(gradient, gradient))
            if steepness == 0.0:
                break
            for p in range(len(pull)):
                pull[p] = 0.5 * pull[p] + 0.5 * length * gradient[p] / steepness


@kernel
def _begin(arrays: Arrays, sign: float, ascent: _Ascent) -> None:
    """Begin with the side of each shape variation that moves the yield towards the sign."""
    for p in range(arrays.alphas):
        half, even = arrays.half_rows[0, p], 8.0 * arrays.bend_rows[0, p]
        up, down = sign * (even + half), sign * (even - half)
        ascent.pull[p] = max(up, 0.0) if up >= down else -max(down, 0.0)
        ascent.pull[p] *= ascent.width[p]


@kernel
def _move(length: float, ascent: _Ascent) -> None:
    """Scale the pull to a length and go there, as far as the bounds allow."""
    pull, centre = ascent.pull, ascent.centre
    norm = math.sqrt(dot(pull, pull))
    if norm > 0.0:
        for p in range(len(pull)):
            pull[p] *= length / norm
            moved = centre[p] + pull[p] * ascent.width[p]
            ascent.trial[p] = min(max(moved, ascent.lower[p]), ascent.upper[p])


@kernel
def _evaluate(
    arrays: Arrays, sign: float, number: int, ascent: _Ascent, buffers: FitBuffers
) -> None:
    """Evaluate the yield and its gradient, and keep the largest yield of a length."""
    trial, gradient, width, alphas = ascent.trial, ascent.gradient, ascent.width, arrays.alphas
    rates, slopes = buffers.here.rates, buffers.derivatives.slopes
    evaluate_rates_and_slopes(trial, arrays, rates)
    evaluate_slopes(trial, buffers.side, rates, arrays, slopes)
    put_slopes(0, rates, arrays, slopes.slope[0])
    events, factor = rates.cell_yield[0], rates.cell_factor[0]
    right = events * sign > 0.0
    if right and events * factor * sign > ascent.events[number] * sign:
        ascent.events[number] = events * factor
        copy(trial, ascent.pars[number])
    for p in range(alphas):
        first = arrays.half_rows[0, p] + arrays.bend_rows[0, p] * slopes.even_slope[p]
        # Before the yield has its sign, it is brought there.
        gradient[p] = first / events + slopes.slope[0, p] if right else sign * first
        gradient[p] *= width[p]
    for k in range(arrays.factors.shape[1]):
        p = alphas + arrays.factors[0, k]
        if p >= alphas and right:
            gradient[p] = width[p] / trial[p]
