"""The memory that a fit works in, made by NumPy and known to kernels by its address."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from fitscan.engine.derivatives import Derivatives
from fitscan.engine.linear import Preconditioner, Work
from fitscan.engine.rates import Rates
from fitscan.engine.references import Reference
from fitscan.model.arrays import Arrays, BoolArray, Data, FloatArray, IntArray

__all__ = ["Room", "room_for"]


class Room(NamedTuple):
    """Memory for fits of one model, made one after the other."""

    rates: Rates
    trial_rates: Rates
    derivatives: Derivatives
    preconditioner: Preconditioner
    work: Work
    asimov: Data
    hessian: FloatArray
    factor: FloatArray
    free: BoolArray
    held: BoolArray
    index: IntArray
    pars: FloatArray
    trial: FloatArray
    found: FloatArray
    begin: FloatArray
    near: FloatArray
    signal: FloatArray
    side: FloatArray
    lower: FloatArray
    upper: FloatArray
    direction: FloatArray
    residual: FloatArray
    scaled: FloatArray
    search: FloatArray
    product: FloatArray
    expected: FloatArray
    floored: FloatArray


def room_for(arrays: Arrays) -> Reference:
    """Return memory for fits of a model."""
    return _room(
        arrays.bins,
        len(arrays.nominal),
        len(arrays.cell_start) - 1,
        arrays.alphas,
        len(arrays.entry_alpha),
        len(arrays.constraint),
    )


@lru_cache(maxsize=32)
def _new(bins: int, cells: int, groups: int, alphas: int, entries: int, count: int) -> Reference:
    def rates() -> Rates:
        a, e = lambda: np.empty(alphas), lambda: np.empty(entries)
        return Rates(
            np.empty(bins),
            np.empty(cells),
            np.empty(cells),
            np.empty(groups),
            np.ones(1 + count - alphas),
            np.zeros((groups, alphas)),
            np.zeros(entries),
            a(),
            a(),
            a(),
            a(),
            e(),
            e(),
            e(),
        )

    v = lambda: np.empty(count)
    derivatives = Derivatives(
        v(),
        np.empty((bins, count)),
        np.empty(bins),
        np.empty(bins),
        v(),
        np.empty((groups, alphas)),
        np.empty((count - alphas, count)),
        v(),
        v(),
        np.zeros(alphas),
        np.empty(cells),
    )
    most = max(bins, groups, count) + 3
    room = Room(
        rates(),
        rates(),
        derivatives,
        Preconditioner(v(), np.empty((bins, count)), np.empty((bins, bins)), np.empty(bins)),
        Work(np.zeros(most, np.int64), np.zeros((most, 2)), v(), np.empty(alphas)),
        Data(np.empty(bins), v()),
        np.empty((count, count)),
        np.empty((count, count)),
        np.empty(count, np.bool_),
        np.empty(count, np.bool_),
        np.zeros(count, np.int64),
        v(),
        v(),
        v(),
        v(),
        v(),
        v(),
        v(),
        v(),
        v(),
        v(),
        v(),
        v(),
        v(),
        v(),
        np.empty(bins),
        np.empty(bins),
    )
    return Reference(room)


def _room(*dimensions: int) -> Reference:
    room = _new(*dimensions)
    for rates in (room.value.rates, room.value.trial_rates):
        # Only entries of the model at hand are written.
        rates.slope.fill(0.0)
        rates.entry_change.fill(0.0)
    room.value.derivatives.kink.fill(0.0)
    return room
