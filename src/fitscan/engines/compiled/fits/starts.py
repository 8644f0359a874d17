"""Starts from which other minima are reached, as far as the background alone tells them.

Takes a background; gives what all hypotheses with this background share. Other minima are reached
by starts of two kinds, both found by extreme yields (``kernels.extreme_yields``): a sample whose
yield is far from what it is takes the place of a signal, or of another sample.

- *Pulls*: those that make the yield of a cell negative, by length.
- *Shifts*: differences between the minima of the background with some events more in one bin,
  where the other minima are those that extreme yields lead to.

Numbers: ``thresholds``. What is found with them, and what it costs:
docs/decisions/0005-local-minima.md.
"""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled import thresholds
from fitscan.engines.compiled.fits.fits import default_fit
from fitscan.engines.compiled.fits.recovery import with_events
from fitscan.engines.compiled.kernels.batch import fit_batch
from fitscan.engines.compiled.kernels.extreme_yields import (
    ExtremeYield,
    extreme_yields,
    grown_yields,
    reachable_yields,
)
from fitscan.engines.compiled.kernels.minimum import CONVERGED, Minimum
from fitscan.model.arrays import FREE, POISSON, Arrays, BoolArray, FloatArray, IntArray, Model

__all__ = ["BackgroundStarts", "background_starts", "widths"]


@dataclass(frozen=True)
class BackgroundStarts:
    """What a background tells about starts; parameters are those of the background.

    Attributes:
        pulls: Parameters with a pull to an extreme yield, NaN for those that it hardly moves,
            (pulls, parameters).
        bins: Bin of the cell with this yield, (pulls,).
        events: The yield, negative, (pulls,).
        shifts: Differences between minima, (shifts, parameters).
        own: Which shifts are between minima of the background with nothing added, (shifts,).
    """

    pulls: FloatArray
    bins: IntArray
    events: FloatArray
    shifts: FloatArray
    own: BoolArray


class _Shift(NamedTuple):
    """The way from a minimum to another one of the same data.

    Attributes:
        rise: By how much the NLL of the other one is higher.
        pars: Difference of the parameters, (parameters,).
        own: Whether the data are those of the background with nothing added.
    """

    rise: float
    pars: FloatArray
    own: bool


def background_starts(model: Model) -> BackgroundStarts:
    """Find the starts that all hypotheses with a background share; some tenths of a second.

    Args:
        model: The background; see ``fitscan.model.Model.background``.
    """
    arrays, width = model.arrays, widths(model)
    alone = default_fit(model)
    base = alone.pars if alone.status == CONVERGED else model.init
    negative: list[list[ExtremeYield]] = [[] for _ in range(arrays.bins)]
    grown: list[FloatArray] = []
    least, most = grown_yields(arrays), 2.0 * model.data.main + 5.0
    reachable = reachable_yields(model, width)
    for cell in np.flatnonzero(reachable.negative).tolist():
        extremes = extreme_yields(model, base, width, cell, -1.0)
        negative[arrays.bin[cell]] += [y for y in extremes if y.events < thresholds.NEGATIVE]
    for cell in np.flatnonzero(reachable.grown).tolist():
        extremes = extreme_yields(model, base, width, cell, 1.0)
        within = [y.pars for y in extremes if least[cell] < y.events < most[arrays.bin[cell]]]
        grown += within[len(within) // 2 : len(within) // 2 + 1]
    shifts = _shifts(model, base, width, negative, grown)
    pulls = [
        np.where(_moved(model, base, width, extreme.pars), extreme.pars, np.nan)
        for extremes in negative
        for extreme in extremes
    ]
    return BackgroundStarts(
        pulls=np.array(pulls).reshape(len(pulls), len(base)),
        bins=np.repeat(np.arange(arrays.bins), [len(extremes) for extremes in negative]),
        events=np.array([extreme.events for extremes in negative for extreme in extremes]),
        shifts=np.array([shift.pars for shift in shifts]).reshape(len(shifts), len(base)),
        own=np.array([shift.own for shift in shifts], dtype=bool),
    )


def widths(model: Model) -> FloatArray:
    """Return the widths of the constraints, 0 for free and for fixed parameters."""
    arrays = model.arrays
    width = np.where(arrays.constraint == POISSON, 1.0 / np.sqrt(arrays.tau), arrays.sigma)
    return np.where((arrays.constraint == FREE) | model.fixed, 0.0, width)


def _moved(model: Model, base: FloatArray, width: FloatArray, pars: FloatArray) -> BoolArray:
    """Tell which parameters belong to a pull: those it moves by more than 0.15 sigma."""
    centre = np.where(np.arange(len(base)) < model.arrays.alphas, model.data.auxiliary, base)
    return np.asarray(np.abs(pars - centre) > 0.15 * np.where(width > 0.0, width, np.inf))


def _shifts(
    model: Model,
    base: FloatArray,
    width: FloatArray,
    negative: list[list[ExtremeYield]],
    grown: list[FloatArray],
) -> list[_Shift]:
    """Find minima with events added to each bin, and return how they differ."""
    known: list[_Shift] = []

    def explore(arrays: Arrays, starts: list[FloatArray]) -> list[Minimum]:
        found: list[Minimum] = []
        if not starts:
            return found
        with_more = replace(model, arrays=arrays)
        for minimum in fit_batch(with_more, starts, [None] * len(starts), model.data):
            apart = [
                _distance(minimum.pars - other.pars, width) > thresholds.SAME for other in found
            ]
            if minimum.status == CONVERGED and all(apart):
                found.append(minimum)
        first = found[0] if found else None
        known.extend(
            _Shift(
                rise=other.nll - first.nll,
                pars=other.pars - first.pars,
                own=arrays is model.arrays,
            )
            for other in found[1:]
            if first is not None
        )
        return found

    own = explore(model.arrays, [base, *grown[: thresholds.MOST_GROWN]])
    # With one start alone there is one minimum, and nothing to compare.
    several = len(own) + len(grown) > 1
    bins = [b for b in range(model.arrays.bins) if several or negative[b]]
    if len(bins) > thresholds.MOST_BINS:
        deepest = {b: min((y.events for y in negative[b]), default=0.0) for b in bins}
        bins = sorted(sorted(bins, key=deepest.__getitem__)[: thresholds.FEW_BINS])
    for b in bins:
        root = math.sqrt(model.data.main[b] + 1.0)
        starts = [minimum.pars for minimum in own] + grown[: thresholds.MOST_GROWN]
        for number, added in enumerate(thresholds.ADDED):
            events = added * root
            if number == 0 and negative[b]:
                starts.append(min(negative[b], key=lambda y: abs(y.events + events)).pars)
            found = explore(
                with_events(model.arrays, events * (np.arange(model.arrays.bins) == b)), starts
            )
            if number == 0:
                starts = [minimum.pars for minimum in found]
    chosen: list[_Shift] = []
    for shift in sorted(known, key=lambda shift: (not shift.own, shift.rise)):
        apart = [_distance(shift.pars - other.pars, width) > thresholds.SAME for other in chosen]
        if all(apart):
            chosen.append(shift)
    return chosen


def _distance(shift: FloatArray, width: FloatArray) -> float:
    """Return the length of a shift in standard deviations."""
    return float(np.linalg.norm(shift[width > 0.0] / width[width > 0.0]))
