"""The lowest minimum of each fit of a hypothesis test, by a short or by an exhaustive search.

Published likelihoods have several minima, and the one to which the initial values lead is often
not the lowest. Takes a hypothesis test from the initial values; gives one at the lowest minima
found. The short search fits from a few starts for each fit of the test:

- both sides of each one-sided variation, which moves a yield the same way up and down: the NLL has
  two local minima in its alpha;
- a free normalisation at its bound in place of another that is not;
- mirror images of the minimum, where the NLL rises little for so long a way from alpha to -alpha;
- the minimum, with the pulls that make a yield of some bin negative, or with the shifts between
  minima of the background (``fits.starts``): the one at which the NLL is lowest already;
- what was found for the other fits of the test.

Numbers: ``thresholds``. What it finds with them, and what it costs:
docs/decisions/0005-local-minima.md.

The Asimov data are made again where the lowest background fit is another. A search depends on
nothing but its hypothesis and the background.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled import thresholds
from fitscan.engines.compiled.fits.fits import FitsOfTest, default_fit
from fitscan.engines.compiled.fits.local_minima import (
    GAP,
    FitSearch,
    exchanged,
    exhausted,
    mirrored,
    pulled,
    shifted,
    signed,
    started,
)
from fitscan.engines.compiled.fits.starts import BackgroundStarts, widths
from fitscan.engines.compiled.inference.curves import OtherStarts
from fitscan.engines.compiled.inference.hypotest import Hypotest, of_fits
from fitscan.engines.compiled.inference.odd_yields import OddYields, odd_yields, yields_at
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.engines.compiled.kernels.minimum import Minimum
from fitscan.model.arrays import BoolArray, Data, FloatArray, Model

__all__ = ["LowestHypotest", "search_minima"]


@dataclass(frozen=True)
class LowestHypotest:
    """A hypothesis test from the lowest minima.

    Attributes:
        test: The test; the one that was given, if nothing lower was found.
        delta_nll: By how much the NLL falls from the minimum reached from the initial values to the
            lowest one, the most of the four fits; of the Asimov data for the same data.
        minima: The most local minima found for one fit: 1 where each has one. Minima are told
            apart by NLLs that differ by more than 1e-6.
        odd: Samples with yields that tell an artefact, at lowest minima that are not those from
            the initial values.
        found: Parameters of the local minima found, lowest first, by fit as in ``Hypotest.fits``.
    """

    test: Hypotest
    delta_nll: float
    minima: int
    odd: OddYields
    found: Mapping[str, tuple[FloatArray, ...]]

    @property
    def starts(self) -> OtherStarts:
        """Where fits at another signal strength start besides the initial values."""
        background = self.test.background.pars
        return OtherStarts(
            signal=(background, *self.found["signal"][: thresholds.MOST_MINIMA]),
            asimov=(background, *self.found["asimov"][: thresholds.MOST_MINIMA]),
        )


def search_minima(
    model: Model,
    test: Hypotest,
    starts: BackgroundStarts | None,
    *,
    test_stat: str = "qtilde",
    exhaustive: bool = False,
) -> LowestHypotest:
    """Look for minima lower than those of a hypothesis test.

    Args:
        model: The hypothesis.
        test: Its test from the initial values.
        starts: Those of ``model.background``; None if it has none.
        test_stat: ``qtilde`` or ``q``, as in ``test``.
        exhaustive: Whether each fit is started at least 300 times, at random but the same way each
            time, after the short search.
    """
    width = widths(model)
    placed = _placed(model, starts)
    of_use = placed.pulls[_of_use(model, starts, test)]

    def explored(search: FitSearch) -> FitSearch:
        search = exchanged(signed(search))
        before = search.lowest
        search = mirrored(search)
        if search.lowest is not before:
            search = mirrored(search)
        search = pulled(search, of_use)
        return search if search.gap > GAP else shifted(search, placed.shifts)

    def finished(search: FitSearch) -> FitSearch:
        return exhausted(search, placed.pulls, placed.shifts) if exhaustive else search

    def begun(data: Data, mu: float | None, default: Minimum, *others: FloatArray) -> FitSearch:
        return started(FitSearch(model, width, data, mu, default, (default,)), others)

    background = begun(model.data, 0.0, test.background)
    background = finished(shifted(exchanged(signed(background)), placed.own_shifts))
    of_background = background.lowest.pars
    signal = finished(explored(begun(model.data, test.mu_test, test.signal, of_background)))
    moved = (of_background - test.background.pars)[np.newaxis]
    lower = min(background.lowest, signal.lowest, key=lambda minimum: minimum.nll)
    free = exchanged(signed(begun(model.data, None, test.free, lower.pars)))
    free = finished(shifted(free, moved if background.gap > GAP else placed.own_shifts))
    data, default = asimov_data(model.arrays, of_background), test.asimov
    if background.gap > GAP:
        default = default_fit(model, mu=test.mu_test, data=data)
    asimov = begun(data, test.mu_test, default, of_background)
    if signal.gap > GAP:
        asimov = shifted(asimov, (signal.lowest.pars - test.signal.pars)[np.newaxis])
    asimov = finished(explored(asimov))
    searches = {"background": background, "signal": signal, "free": free, "asimov": asimov}
    return _tested(model, test, searches, test_stat)


def _tested(
    model: Model, test: Hypotest, searches: Mapping[str, FitSearch], test_stat: str
) -> LowestHypotest:
    """Make a hypothesis test of the lowest minima."""
    # The Asimov data of the lowest background may have no likelihood at the initial values.
    gap = max(search.gap for search in searches.values() if search.gap < np.inf)
    lower = any(search.gap > GAP for search in searches.values())
    changed = [search.lowest for search in searches.values() if search.gap > GAP]
    if lower:
        lowest = FitsOfTest(**{name: search.lowest for name, search in searches.items()})
        test = of_fits(model, test.mu_test, lowest, test_stat=test_stat)
    return LowestHypotest(
        test=test,
        delta_nll=gap if lower else 0.0,
        minima=max(len(search.found) for search in searches.values()),
        odd=odd_yields(model, [minimum.pars for minimum in changed]),
        found={
            name: tuple(minimum.pars for minimum in search.found)
            for name, search in searches.items()
        },
    )


class _Placed(NamedTuple):
    """Starts of a background with the parameters of a hypothesis, (n, parameters) each.

    Attributes:
        own_shifts: Shifts between minima of the background itself.
        shifts: All shifts.
        pulls: Pulls to extreme yields.
    """

    own_shifts: FloatArray
    shifts: FloatArray
    pulls: FloatArray


def _placed(model: Model, starts: BackgroundStarts | None) -> _Placed:
    """Return starts of the background with the parameters of the hypothesis."""
    count = len(model.names)
    if starts is None or model.background is None:
        nothing = np.empty((0, count))
        return _Placed(nothing, nothing, nothing)
    alphas, known = model.arrays.alphas, model.background.arrays.alphas
    factors = len(model.background.names) - known
    places = np.concatenate([np.arange(known), np.arange(alphas, alphas + factors)])
    shifts = np.zeros((len(starts.shifts), count))
    shifts[:, places] = starts.shifts
    pulls = np.full((len(starts.pulls), count), np.nan)
    pulls[:, places] = starts.pulls
    return _Placed(own_shifts=shifts[starts.own], shifts=shifts, pulls=pulls)


def _of_use(model: Model, starts: BackgroundStarts | None, test: Hypotest) -> BoolArray:
    """Tell which pulls take from a bin about as much as the signal brings, (pulls,)."""
    if starts is None or model.background is None:
        return np.empty(0, dtype=bool)
    own = slice(len(model.background.arrays.nominal), None)
    events = yields_at(model.arrays, test.signal.pars)[own]
    brought = np.bincount(model.arrays.bin[own], events, minlength=model.arrays.bins)[starts.bins]
    taken = -starts.events
    return np.asarray(
        (taken > thresholds.LEAST_PART * brought) & (taken < thresholds.MOST_PART * brought)
    )
