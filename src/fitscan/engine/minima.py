"""The lowest minimum of each fit of a hypothesis test, by a short or by an exhaustive search.

Published likelihoods have several minima, and the one that pyhf's start leads to is often not the
lowest. Takes a hypothesis test from that start; gives one from the lowest minima found. The short
search fits from a few starts for each fit of the test:

- the minimum found, with the pulls that drive the sample of some bin negative, and with the shifts
  between minima of the background (``fitscan.engine.starts``): those few of them at which the NLL
  is lowest already;
- its mirror images: where a shape variation moves a yield the same way up and down, the NLL has
  two valleys in its alpha, and the rise to -alpha is small for so long a way;
- what was found for the other fits of the test.

The Asimov data are made again where the lowest background fit is another. A search depends on
nothing but its hypothesis and the background.
"""

from dataclasses import dataclass, replace

import numpy as np

from fitscan.engine.asymptotics import asymptotic_CLs
from fitscan.engine.fits import asimov_data, fit, nll_at
from fitscan.engine.hypotest import Hypotest
from fitscan.engine.jit import jit
from fitscan.engine.minimise import CONVERGED, Minimum
from fitscan.engine.objective import evaluate_nll
from fitscan.engine.rates import evaluate_rates, new_rates
from fitscan.engine.starts import BackgroundStarts, widths
from fitscan.model.arrays import FREE, Arrays, BoolArray, Data, FloatArray, Model

__all__ = ["LowestHypotest", "search_minima"]

# An NLL is lower than another when it is so by more than this.
_GAP = 1e-6

# A start is worth a fit when its NLL lies above that of the minimum by no more than this.
_DRIVEN_RISE, _SHIFTED_RISE = 1.5, 4.0

# A pull is of use when it takes from a bin between these parts of the signal in it.
_LEAST_PART, _MOST_PART = 0.25, 1.5

# An alpha beyond the first number is mirrored when the rise of the NLL is less than this part of
# what it would be if only its constraint were there, 2 alpha^2.
_LEAST_ALPHA, _MIRRORED, _MIRRORED_STARTS = 0.2, 0.35, 2
# Where so many nearly qualify, all are mirrored together up to the last number.
_NEARLY_MIRRORED, _TOGETHER, _MOST_ASYMMETRIC = 0.45, 3, 5.0

# The exhaustive search: starts of a fit, how many parameters a kick moves (all, at most), how far
# in standard deviations, and the same for starts about the initial values.
_EXHAUSTIVE_STARTS = 320
_SUBSETS = (1, 2, 3, 5, 8, 15, 1000)
_KICKS = (1.0, 2.0, 4.0)
_WIDTHS = (0.5, 1.0, 2.0, 3.0)

# The hints: a yield below the first number, or grown more than tenfold and above the other.
_NEGATIVE_YIELD, _GROWTH, _GROWN_YIELD = -0.5, 10.0, 0.5


@dataclass(frozen=True)
class LowestHypotest:
    """A hypothesis test from the lowest minima.

    Attributes:
        test: The test; the one that was given, if nothing lower was found.
        nll_gap: The largest difference of NLLs of the four fits, pyhf's start less lowest. That
            of the Asimov data is for the same data.
        minima: The most minima that were met for one fit: 1 where each has one. Minima are told
            apart by NLLs that differ by more than 1e-6.
        negative: Samples with a yield below -0.5 events in some bin at a lowest minimum that is not
            the one from pyhf's start, as ``sample (channel)``.
        grown: The same for yields more than ten times the nominal one, and above 0.5 events.
    """

    test: Hypotest
    nll_gap: float
    minima: int
    negative: tuple[str, ...]
    grown: tuple[str, ...]


@dataclass(frozen=True)
class _Fit:
    """A fit whose minima are looked for: data, signal strength, and the minima met, lowest first.

    ``default`` is the minimum from pyhf's start.
    """

    model: Model
    data: Data
    mu: float | None
    default: Minimum
    met: tuple[Minimum, ...]

    @property
    def lowest(self) -> Minimum:
        return self.met[0]

    @property
    def gap(self) -> float:
        return 0.0 if self.lowest is self.default else self.default.nll - self.lowest.nll


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
        test: Its test from pyhf's start.
        starts: Those of ``model.background``; None if it has none.
        test_stat: ``qtilde`` or ``q``, as in ``test``.
        exhaustive: Whether each fit is started at least 300 times, at random but the same way each
            time, after the short search.
    """
    own, shifts, pulled = _placed(model, starts)
    of_use = pulled[_of_use(model, starts, test)]

    def explored(search: _Fit) -> _Fit:
        return _shifted(_driven(_mirrored(search), of_use), shifts)

    def finished(search: _Fit) -> _Fit:
        return _exhausted(search, pulled, shifts) if exhaustive else search

    def begun(data: Data, mu: float | None, default: Minimum) -> _Fit:
        return _Fit(model, data, mu, default, (default,))

    background = finished(_shifted(begun(model.data, 0.0, test.background), own))
    signal = finished(explored(begun(model.data, test.mu_test, test.signal)))
    free = _shifted(begun(model.data, None, test.free), own)
    lower = min(background.lowest, signal.lowest, key=lambda minimum: minimum.nll)
    if lower.nll < free.lowest.nll - _GAP:
        free = _started(free, [lower.pars])
    free = finished(free)
    data, default = Data(*asimov_data(model.arrays, background.lowest.pars)), test.asimov
    if background.gap > _GAP:
        default = fit(model, background.lowest.pars, mu=test.mu_test, data=data)
    asimov = begun(data, test.mu_test, default)
    if signal.gap > _GAP:
        asimov = _shifted(asimov, (signal.lowest.pars - test.signal.pars)[np.newaxis])
    asimov = explored(asimov)
    return _tested(test, (background, signal, free, finished(asimov)), test_stat)


def _tested(test: Hypotest, fits: tuple[_Fit, _Fit, _Fit, _Fit], test_stat: str) -> LowestHypotest:
    """Make a hypothesis test of the lowest minima."""
    background, signal, free, asimov = fits
    gap, minima = max(search.gap for search in fits), max(len(search.met) for search in fits)
    if not gap > _GAP:
        return LowestHypotest(test, 0.0, minima, (), ())
    model = asimov.model
    mu_hat = float(free.lowest.pars[model.poi])
    q = max(0.0, 2.0 * (signal.lowest.nll - free.lowest.nll)) if mu_hat <= test.mu_test else 0.0
    at_background = nll_at(model.arrays, asimov.data, background.lowest.pars)
    q_asimov = max(0.0, 2.0 * (asimov.lowest.nll - at_background))
    lowest = replace(
        test,
        background=background.lowest,
        signal=signal.lowest,
        free=free.lowest,
        asimov=asimov.lowest,
        q=q,
        q_asimov=q_asimov,
        CLs=asymptotic_CLs(q, q_asimov, test_stat=test_stat),
        mu_hat=mu_hat,
    )
    return LowestHypotest(lowest, gap, minima, *_hints(model, fits))


def _hints(model: Model, fits: tuple[_Fit, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the samples whose yields are negative or grown at the minima that were found."""
    arrays = model.arrays
    negative = np.zeros(len(arrays.nominal), dtype=bool)
    grown = negative.copy()
    for search in fits:
        if search.gap > _GAP:
            rates = new_rates(arrays)
            evaluate_rates(search.lowest.pars, np.ones(len(model.names)), arrays, rates)
            events = rates.cell_yield * rates.cell_factor
            negative |= events < _NEGATIVE_YIELD
            grown |= (events > _GROWN_YIELD) & (events > _GROWTH * np.abs(arrays.nominal))
    cells = np.repeat(np.arange(len(model.samples)), np.diff(arrays.cell_start))

    def named(mask: BoolArray) -> tuple[str, ...]:
        groups = [model.samples[group] for group in np.unique(cells[mask])]
        return tuple(f"{sample} ({channel})" for channel, sample in groups)

    return named(negative), named(grown)


def _placed(
    model: Model, starts: BackgroundStarts | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return shifts of the background itself, all shifts, and pulls, (n, parameters) each."""
    count = len(model.names)
    if starts is None or model.background is None:
        nothing = np.empty((0, count))
        return nothing, nothing, nothing
    alphas, known = model.arrays.alphas, model.background.arrays.alphas
    factors = len(model.background.names) - known
    places = np.concatenate([np.arange(known), np.arange(alphas, alphas + factors)])
    shifts = np.zeros((len(starts.shifts), count))
    shifts[:, places] = starts.shifts
    pulled = np.full((len(starts.pulled), count), np.nan)
    pulled[:, places] = starts.pulled
    return shifts[starts.own], shifts, pulled


def _of_use(model: Model, starts: BackgroundStarts | None, test: Hypotest) -> BoolArray:
    """Tell which pulls take from a bin about as much as the signal brings, (pulls,)."""
    if starts is None or model.background is None:
        return np.empty(0, dtype=bool)
    rates = new_rates(model.arrays)
    evaluate_rates(test.signal.pars, np.ones(len(model.names)), model.arrays, rates)
    own = slice(len(model.background.arrays.nominal), None)
    brought = np.bincount(
        model.arrays.bin[own],
        (rates.cell_yield * rates.cell_factor)[own],
        minlength=model.arrays.bins,
    )[starts.bins]
    taken = -starts.events
    return np.asarray((taken > _LEAST_PART * brought) & (taken < _MOST_PART * brought))


def _shifted(search: _Fit, shifts: FloatArray) -> _Fit:
    """Fit from where shifts lead from the default minimum."""
    model = search.model
    candidates = np.clip(search.default.pars + shifts, model.lower, model.upper)
    return _screened(search, candidates, _SHIFTED_RISE)


def _driven(search: _Fit, pulled: FloatArray) -> _Fit:
    """Fit from the default minimum with driven pulls."""
    candidates = np.where(np.isnan(pulled), search.default.pars, pulled)
    return _screened(search, candidates, _DRIVEN_RISE)


def _screened(search: _Fit, candidates: FloatArray, rise: float) -> _Fit:
    """Fit from the candidate, of (n, parameters), at which the NLL is lowest.

    Candidates nearer to another minimum that was met than to the default one are left out.
    """
    width = widths(search.model)
    for met in search.met:
        if met is not search.default:
            far = _distances(candidates, met.pars, width) > _distances(
                candidates, search.default.pars, width
            )
            candidates = candidates[far]
    if not len(candidates):
        return search
    nll = _nll_of_each(search.model.arrays, search.data, candidates)
    best = int(np.argmin(nll))
    return _started(search, [candidates[best]] if nll[best] < search.default.nll + rise else [])


def _distances(candidates: FloatArray, pars: FloatArray, width: FloatArray) -> FloatArray:
    """Return the squared distance of each candidate from ``pars`` in standard deviations."""
    some = width > 0.0
    return np.asarray((((candidates - pars)[:, some] / width[some]) ** 2).sum(axis=1))


def _mirrored(search: _Fit) -> _Fit:
    """Fit from the default minimum with alphas mirrored: the most symmetric ones, then many."""
    pars = search.default.pars
    rise = _mirror_rises(search.model.arrays, search.data, pars, search.model.fixed)
    rise -= search.default.nll
    part = rise / (2.0 * pars[: len(rise)] ** 2 + 1e-300)
    best = [p for p in np.argsort(part, kind="stable")[:_MIRRORED_STARTS] if part[p] < _MIRRORED]
    groups = [[p] for p in best]
    if np.count_nonzero(part < _NEARLY_MIRRORED) >= _TOGETHER:
        groups.append(list(np.flatnonzero(part < _MOST_ASYMMETRIC)))
    starts = []
    for group in groups:
        starts.append(pars.copy())
        starts[-1][group] *= -1.0
    return _started(search, starts)


def _started(search: _Fit, starts: list[FloatArray]) -> _Fit:
    """Fit from starts and keep what minima are new."""
    met = list(search.met)
    for start in starts:
        found = fit(search.model, start, mu=search.mu, data=search.data)
        if found.status == CONVERGED and all(abs(found.nll - m.nll) > _GAP for m in met):
            met.append(found)
    met.sort(key=lambda minimum: minimum.nll)
    return replace(search, met=tuple(met))


def _exhausted(search: _Fit, pulled: FloatArray, shifts: FloatArray) -> _Fit:
    """Fit from all pulls and shifts, and from many starts at random."""
    model, pars = search.model, search.default.pars
    search = _started(search, list(np.where(np.isnan(pulled), pars, pulled)))
    search = _started(search, list(np.clip(pars + shifts, model.lower, model.upper)))
    free = np.flatnonzero(~model.fixed)
    width = np.where(model.arrays.constraint == FREE, 1.0, widths(model))
    random = np.random.default_rng(0)
    for number in range(_EXHAUSTIVE_STARTS):
        base = search.lowest.pars if number % 2 else pars
        some = random.choice(free, min(len(free), _SUBSETS[number % len(_SUBSETS)]), replace=False)
        start = base.copy()
        start[some] += random.choice(_KICKS) * width[some] * random.standard_normal(len(some))
        if number % 4 == 3:
            start = model.init + random.choice(_WIDTHS) * width * random.standard_normal(len(width))
        search = _started(search, [start])
    return search


@jit
def _nll_of_each(arrays: Arrays, data: Data, candidates: FloatArray) -> FloatArray:
    """Return the NLL at each of several sets of parameters, (n, parameters)."""
    rates, side = new_rates(arrays), np.ones(candidates.shape[1])
    nll = np.empty(len(candidates))
    for n in range(len(candidates)):
        evaluate_rates(candidates[n], side, arrays, rates)
        nll[n] = evaluate_nll(rates.rate, candidates[n], arrays, data)
    return nll


@jit
def _mirror_rises(arrays: Arrays, data: Data, pars: FloatArray, fixed: BoolArray) -> FloatArray:
    """Return the NLL with each alpha mirrored alone, infinite where it is no use, (alphas,)."""
    rates, side, trial = new_rates(arrays), np.ones(len(pars)), pars.copy()
    nll = np.full(arrays.alphas, np.inf)
    for p in range(arrays.alphas):
        if fixed[p] or abs(pars[p]) < _LEAST_ALPHA or not np.any(arrays.bend[:, p] != 0.0):
            continue
        trial[p] = -pars[p]
        evaluate_rates(trial, side, arrays, rates)
        nll[p] = evaluate_nll(rates.rate, trial, arrays, data)
        trial[p] = pars[p]
    return nll
