"""Starts from which other minima are reached, as far as the background alone tells them.

Takes a background; gives what all hypotheses with this background share. Other minima are reached
by starts of two kinds, both found by driving cells (``kernels.extreme_yields``): a sample that is
driven far from what it is takes the place of a signal, or of another sample.

- *Driven* pulls: those that make the yield of a cell negative, by length.
- *Shifts*: differences between the minima of the background with some events more in one bin,
  where the other minima are those that driven cells lead to.

Numbers: ``thresholds``. What is found with them, and what it costs:
docs/decisions/0005-local-minima.md.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from fitscan.engines.compiled import thresholds
from fitscan.engines.compiled.fits.fits import default_fit
from fitscan.engines.compiled.fits.recovery import with_events
from fitscan.engines.compiled.kernels.batch import fit_batch
from fitscan.engines.compiled.kernels.extreme_yields import drivable, driven_cell, grown_yields
from fitscan.engines.compiled.kernels.minimise import CONVERGED, Minimum
from fitscan.model.arrays import FREE, POISSON, Arrays, BoolArray, FloatArray, IntArray, Model

__all__ = ["BackgroundStarts", "background_starts", "widths"]


@dataclass(frozen=True)
class BackgroundStarts:
    """What a background tells about starts; parameters are those of the background.

    Attributes:
        pulled: Parameters with driven pulls, NaN for those that a pull hardly moves, (pulls,
            parameters).
        bins: Bin of the cell that each pull drives, (pulls,).
        events: Yield to which it drives the cell, negative, (pulls,).
        shifts: Differences between minima, (shifts, parameters).
        own: Which shifts are between minima of the background with nothing added, (shifts,).
    """

    pulled: FloatArray
    bins: IntArray
    events: FloatArray
    shifts: FloatArray
    own: BoolArray


def background_starts(model: Model) -> BackgroundStarts:
    """Find the starts that all hypotheses with a background share; some tenths of a second.

    Args:
        model: The background; see ``fitscan.model.Model.background``.
    """
    arrays, width = model.arrays, widths(model)
    alone = default_fit(model)
    base = alone.pars if alone.status == CONVERGED else model.init
    negative: list[list[tuple[float, FloatArray]]] = [[] for _ in range(arrays.bins)]
    grown: list[FloatArray] = []
    least, most = grown_yields(arrays), 2.0 * model.data.main + 5.0
    down, up = drivable(model, width)
    for cell in np.flatnonzero(down).tolist():
        pulls = driven_cell(model, base, width, cell, -1.0)
        negative[arrays.bin[cell]] += [(y, pars) for y, pars in pulls if y < thresholds.NEGATIVE]
    for cell in np.flatnonzero(up).tolist():
        pulls = driven_cell(model, base, width, cell, 1.0)
        within = [pars for y, pars in pulls if least[cell] < y < most[arrays.bin[cell]]]
        grown += within[len(within) // 2 : len(within) // 2 + 1]
    shifts = _shifts(model, base, width, negative, grown)
    pulled = [
        np.where(_moved(model, base, width, pars), pars, np.nan)
        for found in negative
        for _, pars in found
    ]
    return BackgroundStarts(
        pulled=np.array(pulled).reshape(len(pulled), len(base)),
        bins=np.repeat(np.arange(arrays.bins), [len(found) for found in negative]),
        events=np.array([events for found in negative for events, _ in found]),
        shifts=np.array([shift for shift, _ in shifts]).reshape(len(shifts), len(base)),
        own=np.array([own for _, own in shifts], dtype=bool),
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
    negative: list[list[tuple[float, FloatArray]]],
    grown: list[FloatArray],
) -> list[tuple[FloatArray, bool]]:
    """Find minima with events added to each bin, and return how they differ."""
    known: list[tuple[float, FloatArray, bool]] = []

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
            (other.nll - first.nll, other.pars - first.pars, arrays is model.arrays)
            for other in found[1:]
            if first is not None
        )
        return found

    own = explore(model.arrays, [base, *grown[: thresholds.MOST_GROWN]])
    # With one start alone there is one minimum, and nothing to compare.
    several = len(own) + len(grown) > 1
    bins = [b for b in range(model.arrays.bins) if several or negative[b]]
    if len(bins) > thresholds.MOST_BINS:
        deepest = {b: min((y for y, _ in negative[b]), default=0.0) for b in bins}
        bins = sorted(sorted(bins, key=deepest.__getitem__)[: thresholds.FEW_BINS])
    for b in bins:
        root = math.sqrt(model.data.main[b] + 1.0)
        starts = [minimum.pars for minimum in own] + grown[: thresholds.MOST_GROWN]
        for number, added in enumerate(thresholds.ADDED):
            events = added * root
            if number == 0 and negative[b]:
                starts.append(min(negative[b], key=lambda found: abs(found[0] + events))[1])
            found = explore(
                with_events(model.arrays, events * (np.arange(model.arrays.bins) == b)), starts
            )
            if number == 0:
                starts = [minimum.pars for minimum in found]
    chosen: list[tuple[FloatArray, bool]] = []
    for _, shift, is_own in sorted(known, key=lambda item: (not item[2], item[0])):
        apart = [_distance(shift - other, width) > thresholds.SAME for other, _ in chosen]
        if all(apart):
            chosen.append((shift, is_own))
    return chosen


def _distance(shift: FloatArray, width: FloatArray) -> float:
    """Return the length of a shift in standard deviations."""
    return float(np.linalg.norm(shift[width > 0.0] / width[width > 0.0]))
