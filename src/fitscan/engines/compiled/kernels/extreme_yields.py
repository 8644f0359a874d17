"""Driving a cell: of all pulls of a given length, the one that makes its yield largest.

Takes a model and one of its cells; gives pulls of several lengths and the yields to which they
drive the cell, negative or positive. A sample of a few hundredths of an event whose shape
variations take it below zero while its normalisation variations multiply it by hundreds is so
driven to tens of events by a pull of two or three standard deviations.
"""

import math

import numpy as np

from fitscan.engines.compiled import thresholds
from fitscan.engines.compiled.kernels.buffers import Room, room_for
from fitscan.engines.compiled.kernels.linear import copy, dot, fill
from fitscan.engines.compiled.kernels.rates import evaluate_rates
from fitscan.engines.compiled.kernels.slopes import evaluate_slopes
from fitscan.engines.compiled.machine_code.jit import entry
from fitscan.model.arrays import NO_FACTOR, Arrays, BoolArray, FloatArray, Model

__all__ = ["drivable", "driven_cell", "grown_yields"]


def drivable(model: Model, width: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Tell which cells pulls can make negative at all, and which grow, (cells,) each.

    Both are bounds that cost little: the shape variations of a cell all in one direction, and its
    normalisations as well.

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
    return (
        np.asarray(arrays.nominal < fall),
        np.asarray(largest > grown_yields(arrays)),
    )


def grown_yields(arrays: Arrays) -> FloatArray:
    """Return above which yield a cell has grown: tenfold, and by enough to be seen, (cells,)."""
    return np.asarray(np.maximum(thresholds.GROWTH * np.abs(arrays.nominal), thresholds.GROWN))


def driven_cell(
    model: Model, base: FloatArray, width: FloatArray, cell: int, sign: float
) -> list[tuple[float, FloatArray]]:
    """Return the yields of a driven cell and the parameters, for each length that drives it.

    Args:
        model: The background.
        base: Its fit, (parameters,); alphas are at their auxiliary measurements instead.
        width: Units of the pulls, 0 for parameters that stay.
        cell: The cell.
        sign: Of the yield that is sought, the largest of this sign.
    """
    arrays = _single_cell(model.arrays, cell)
    pars, yields = np.empty((len(thresholds.PULLS), len(base))), np.empty(len(thresholds.PULLS))
    centre = base.copy()
    centre[: arrays.alphas] = model.data.auxiliary[: arrays.alphas]
    memory = np.zeros((3, len(base)))
    _drive(
        arrays,
        centre,
        width,
        model.lower,
        model.upper,
        sign,
        thresholds.PULLS,
        pars,
        yields,
        memory,
        room_for(arrays),
    )
    return [(float(y), found) for y, found in zip(yields, pars, strict=True) if sign * y > 0.0]


def _single_cell(arrays: Arrays, cell: int) -> Arrays:
    """Return the model of one cell alone, which is quick to evaluate."""
    group = int(np.searchsorted(arrays.cell_start, cell, side="right")) - 1
    entries = slice(arrays.entry_start[group], arrays.entry_start[group + 1])
    one = slice(cell, cell + 1)
    return arrays._replace(
        nominal=arrays.nominal[one],
        bin=np.zeros(1, dtype=np.int64),
        cell_start=np.array([0, 1]),
        half_difference=arrays.half_difference[one],
        bend=arrays.bend[one],
        shaped=arrays.shaped[one],
        factors=arrays.factors[one],
        entry_start=np.array([0, entries.stop - entries.start]),
        entry_alpha=arrays.entry_alpha[entries],
        entry_poly=np.ascontiguousarray(arrays.entry_poly[:, entries]),
        entry_log_hi=arrays.entry_log_hi[entries],
        entry_log_lo=arrays.entry_log_lo[entries],
        bins=1,
    )


@entry
def _drive(
    arrays: Arrays,
    centre: FloatArray,
    width: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    sign: float,
    lengths: FloatArray,
    pars: FloatArray,
    yields: FloatArray,
    memory: FloatArray,
    room: Room,
) -> None:
    """Make ln |N F| of a single cell largest on spheres of pulls, N having the given sign.

    A pull u is replaced by the mean of itself and of the gradient, scaled to the length, again and
    again; at a maximum both are parallel.

    Args:
        arrays: The model of the cell.
        centre: Parameters without pulls.
        width: Units of the pulls, 0 for parameters that stay.
        lower: Lower bounds.
        upper: Upper bounds.
        sign: Of the yield.
        lengths: Lengths of the pulls, ascending.
        pars: Filled with parameters, (lengths, parameters).
        yields: Filled with yields, 0 where none of this sign was found.
        memory: Memory of the ascent.
        room: Memory of the model.
    """
    alphas = arrays.alphas
    rates, slopes = room.rates, room.derivatives.slopes
    fill(room.side, 1.0)
    pull, gradient, trial = memory[0], memory[1], memory[2]
    copy(centre, trial)
    for p in range(alphas):
        half, even = arrays.half_difference[0, p], 8.0 * arrays.bend[0, p]
        up, down = sign * (even + half), sign * (even - half)
        pull[p] = max(up, 0.0) if up >= down else -max(down, 0.0)
        pull[p] *= width[p]
    for n in range(len(lengths)):
        yields[n] = 0.0
        for _ in range(thresholds.ASCENTS):
            norm = math.sqrt(dot(pull, pull))
            if norm > 0.0:
                for p in range(len(pull)):
                    pull[p] *= lengths[n] / norm
                    trial[p] = min(max(centre[p] + pull[p] * width[p], lower[p]), upper[p])
            evaluate_rates(trial, arrays, rates)
            evaluate_slopes(trial, room.side, rates, arrays, slopes)
            events, factor = rates.cell_yield[0], rates.cell_factor[0]
            if events * sign > 0.0 and events * factor * sign > yields[n] * sign:
                yields[n] = events * factor
                copy(trial, pars[n])
            for p in range(alphas):
                first = arrays.half_difference[0, p] + arrays.bend[0, p] * slopes.even_slope[p]
                # Before the yield has its sign, it is brought there.
                right = events * sign > 0.0
                gradient[p] = first / events + slopes.slope[0, p] if right else sign * first
                gradient[p] *= width[p]
            for k in range(arrays.factors.shape[1]):
                p = alphas + arrays.factors[0, k]
                if p >= alphas and events * sign > 0.0:
                    gradient[p] = width[p] / trial[p]
            steepness = math.sqrt(dot(gradient, gradient))
            if steepness == 0.0:
                break
            for p in range(len(pull)):
                pull[p] = 0.5 * pull[p] + 0.5 * lengths[n] * gradient[p] / steepness
