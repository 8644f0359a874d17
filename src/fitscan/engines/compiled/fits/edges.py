"""Edges of negative rates to which no barrier leads: beyond them an empty bin expects nothing.

A variation may fill a bin to one side only: nominal 0, up 1, down 0. By interpolation code 4 the
yield is below 0 from alpha = -1 to 0, and 0 for all alpha <= -1. So there is a likelihood beyond
the edge at -1, but no positive rate that a barrier could hold, and at the edge the first two
derivatives of the rate are 0, so that nothing tells a fit of it. Takes where such a fit is;
gives the model with this alpha bounded to its side, where a minimum is one like any other. Tells
also which alphas may be beyond an edge, for searches.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled.kernels.batch import rates_at
from fitscan.model.arrays import Arrays, BoolArray, Data, FloatArray, Model

__all__ = ["BeyondEdge", "beyond_edge", "edged_alphas"]

# How far within an edge a fit ends (the rate falls with the third power of it), which rate is 0,
# and what a variation may do, relative to its other side, to do nothing: rounding.
_WITHIN, _NOTHING, _ROUNDING = 0.01, 1e-9, 1e-9

# A rate behind the last barrier is below this.
_NEARLY = 1e-6

# By how much a parameter is moved to see whether it raises a rate.
_MOVED = 0.01


class BeyondEdge(NamedTuple):
    """The likelihood beyond an edge.

    Attributes:
        model: The model with alphas bounded to their side.
        nothing: Bins that expect nothing for it, (bins,).
    """

    model: Model
    nothing: BoolArray


def beyond_edge(model: Model, data: Data, pars: FloatArray, mu: float | None) -> BeyondEdge | None:
    """Bound the alphas that are beyond an edge, or next to it, to their side.

    Args:
        model: The hypothesis.
        data: What is fitted to.
        pars: Where a fit starts that does not converge, or where it ended, (parameters,).
        mu: Signal strength that is held; None fits it.

    Returns:
        None where no alpha is beyond an edge, and where another parameter raises such a rate: the
        alpha can then go on.
    """
    arrays, at = model.arrays, pars[: model.arrays.alphas]
    if arrays.histosys_code != 4:
        return None
    outside = pars.copy()
    if mu is not None and model.poi >= 0:
        outside[model.poi] = mu
    rate = rates_at(arrays, outside).rate.copy()
    opened = ((data.main <= 0.0) & (np.abs(rate) < _NOTHING))[arrays.bin, np.newaxis]
    below = opened & _idle(arrays, -1.0) & (at < _WITHIN - 1.0)
    above = opened & _idle(arrays, 1.0) & (at > 1.0 - _WITHIN)
    if not (below | above).any():
        return None
    nothing = np.zeros(arrays.bins, dtype=bool)
    nothing[arrays.bin[(below | above).any(axis=1)]] = True
    lower, upper = model.lower.copy(), model.upper.copy()
    upper[: arrays.alphas][below.any(axis=0)] = -1.0
    lower[: arrays.alphas][above.any(axis=0)] = 1.0
    bounded = replace(model, lower=lower, upper=upper)
    outside = np.clip(outside, lower, upper)
    return None if _raised(bounded, outside, nothing, mu) else BeyondEdge(bounded, nothing)


def edged_alphas(arrays: Arrays, data: Data, pars: FloatArray) -> BoolArray:
    """Tell which alphas have an edge in an empty bin that expects nearly nothing, (alphas,)."""
    empty = data.main <= 0.0
    if arrays.histosys_code != 4 or not empty.any():
        return np.zeros(arrays.alphas, dtype=bool)
    nearly = (empty & (rates_at(arrays, pars).rate < _NEARLY))[arrays.bin, np.newaxis]
    return np.asarray((nearly & (_idle(arrays, -1.0) | _idle(arrays, 1.0))).any(axis=0))


def _idle(arrays: Arrays, side: float) -> BoolArray:
    """Tell which alphas do nothing to which cells beyond this side, but before, (cells, alphas)."""
    half, even = arrays.half_difference, 8.0 * arrays.bend
    return np.asarray((half != 0.0) & (np.abs(side * half + even) <= _ROUNDING * np.abs(half)))


def _raised(model: Model, pars: FloatArray, nothing: BoolArray, mu: float | None) -> bool:
    """Tell whether some other parameter raises a rate of 0."""
    held = model.fixed.copy()
    if mu is not None and model.poi >= 0:
        held[model.poi] = True
    for p in np.flatnonzero(~held):
        for step in (_MOVED, -_MOVED):
            moved = pars.copy()
            moved[p] = min(max(pars[p] + step, model.lower[p]), model.upper[p])
            if (rates_at(model.arrays, moved).rate[nothing] > _NOTHING).any():
                return True
    return False
