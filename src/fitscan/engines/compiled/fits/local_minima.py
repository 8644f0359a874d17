"""The minima of one fit: the one from the initial values, and those that other starts lead to.

Each function takes a ``FitSearch`` and gives it back with the local minima found besides. Shifts
and pulls are compared by their NLL, one evaluation each, and only the best is fitted from.
Numbers: ``thresholds``; of the exhaustive search they stand here. What is found with
them, and what it costs: docs/decisions/0005-local-minima.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from fitscan.engines.compiled import thresholds
from fitscan.engines.compiled.fits.edges import edged_alphas
from fitscan.engines.compiled.fits.fits import fit_others
from fitscan.engines.compiled.kernels.batch import nll_of_each
from fitscan.engines.compiled.kernels.minimum import CONVERGED, Minimum
from fitscan.model.arrays import FREE, Arrays, BoolArray, Data, FloatArray, Model
from fitscan.model.one_sided import one_sided_alphas

__all__ = [
    "GAP",
    "FitSearch",
    "exchanged",
    "exhausted",
    "mirrored",
    "pulled",
    "shifted",
    "signed",
    "started",
]

# An NLL is lower than another when it is so by more than this, a thousand times the EDM at which a
# fit ends.
GAP = 1e-6

# The exhaustive search: starts of a fit, how many are fitted from before those after them begin at
# the lowest minimum, how many parameters a kick moves (all, at most), how far in standard
# deviations, and the same for starts about the initial values. Alone, so many kicks missed 5 of the
# 17 lower minima of 3L-RJ, so all pulls and shifts are tried first.
_EXHAUSTIVE_STARTS = 320
_AT_A_TIME = 20
_SUBSETS = (1, 2, 3, 5, 8, 15, 1000)
_KICKS = (1.0, 2.0, 4.0)
_WIDTHS = (0.5, 1.0, 2.0, 3.0)


@dataclass(frozen=True)
class FitSearch:
    """A fit whose minima are looked for.

    Attributes:
        model: The hypothesis.
        width: Units of its parameters; see ``fits.starts.widths``.
        data: What is fitted to.
        mu: Signal strength that is held; None fits it.
        default: The minimum from the initial values.
        found: The local minima found, lowest first.
    """

    model: Model
    width: FloatArray
    data: Data
    mu: float | None
    default: Minimum
    found: tuple[Minimum, ...]

    @property
    def lowest(self) -> Minimum:
        """The lowest minimum."""
        return self.found[0]

    @property
    def gap(self) -> float:
        """By how much that is lower than the default one."""
        return 0.0 if self.lowest is self.default else self.default.nll - self.lowest.nll


def shifted(search: FitSearch, shifts: FloatArray) -> FitSearch:
    """Fit from where shifts lead from the lowest minimum."""
    model = search.model
    return _screened(search, np.clip(search.lowest.pars + shifts, model.lower, model.upper))


def pulled(search: FitSearch, pulls: FloatArray) -> FitSearch:
    """Fit from the lowest minimum with pulls to extreme yields."""
    return _screened(search, np.where(np.isnan(pulls), search.lowest.pars, pulls))


def _screened(search: FitSearch, candidates: FloatArray) -> FitSearch:
    """Fit from the candidate, of (n, parameters), at which the NLL is lowest.

    Candidates nearer to another minimum found than to the lowest one are left out.
    """
    if len(candidates) and len(search.found) > 1:
        apart = [_distances(candidates, each.pars, search.width) for each in search.found]
        ours = _distances(candidates, search.lowest.pars, search.width)
        candidates = candidates[np.min(apart, axis=0) >= ours]
    if not len(candidates):
        return search
    highest = search.lowest.nll + thresholds.RISE
    nll = nll_of_each(search.model.arrays, search.data, candidates, below=highest)
    best = int(np.argmin(nll))
    return started(search, [candidates[best]] if nll[best] < highest else [])


def _distances(candidates: FloatArray, pars: FloatArray, width: FloatArray) -> FloatArray:
    """Return the squared distance of each candidate from ``pars`` in standard deviations."""
    inverse = np.divide(1.0, width, out=np.zeros_like(width), where=width > 0.0)
    return np.asarray((((candidates - pars) * inverse) ** 2).sum(axis=1))


def mirrored(search: FitSearch) -> FitSearch:
    """Fit from the lowest minimum with alphas mirrored: the most symmetric ones, then many."""
    pars, nll, model = search.lowest.pars, search.lowest.nll, search.model
    part = _mirror_parts(model.arrays, search.data, pars, nll, model.fixed)
    if not part.min(initial=np.inf) < thresholds.NEARLY_MIRRORED:
        return search
    best = [
        p
        for p in np.argsort(part, kind="stable")[: thresholds.MIRRORED_STARTS]
        if part[p] < thresholds.MIRRORED
    ]
    groups = [[p] for p in best]
    if np.count_nonzero(part < thresholds.NEARLY_MIRRORED) >= thresholds.TOGETHER:
        groups.append(list(np.flatnonzero(np.isfinite(part))))
    starts = []
    for group in groups:
        starts.append(pars.copy())
        starts[-1][group] *= -1.0
    return started(search, starts)


def signed(search: FitSearch) -> FitSearch:
    """Fit from both sides of each one-sided variation, where these are few.

    A sample that a pull moves the same way up and down gives a local minimum on either side, and
    another sample that the same pull moves both ways decides to which the initial values lead. Of
    many alphas only those that have an edge of negative rates are tried.
    """
    arrays, base = search.model.arrays, search.default.pars
    many = arrays.alphas > thresholds.MOST_ALPHAS
    tried = edged_alphas(arrays, search.data, base) if many else one_sided_alphas(arrays)
    alphas = np.flatnonzero(tried & ~search.model.fixed[: arrays.alphas])
    if many and not len(alphas):
        return search
    if len(alphas) <= thresholds.MOST_TOGETHER:
        signs = np.array(list(product((1.0, -1.0), repeat=len(alphas))))
    else:
        single = np.eye(len(alphas))
        signs = np.concatenate([single, -single])
    starts = np.repeat(base[np.newaxis], len(signs), axis=0)
    pulls = signs * np.maximum(np.abs(base[alphas]), thresholds.SIGNED_PULL)
    starts[:, alphas] = np.where(signs != 0.0, pulls, base[alphas])
    return started(search, list(np.clip(starts, search.model.lower, search.model.upper)))


def exchanged(search: FitSearch) -> FitSearch:
    """Fit with a free normalisation that is at its bound in place of another that is not.

    Where one can do without the other, the NLL has a local minimum at the bound of either.
    """
    model, pars = search.model, search.lowest.pars
    free = (model.arrays.constraint == FREE) & ~model.fixed & (np.arange(len(pars)) != model.poi)
    bound = free & (pars <= model.lower)
    starts = []
    for gone, other in product(np.flatnonzero(bound), np.flatnonzero(free & ~bound)):
        start = pars.copy()
        start[gone], start[other] = model.init[gone], model.lower[other]
        starts.append(start)
    return started(search, starts[: thresholds.MOST_EXCHANGED])


def started(search: FitSearch, starts: Sequence[FloatArray]) -> FitSearch:
    """Fit from starts and keep what minima are new."""
    if not len(starts):
        return search
    found = list(search.found)
    for fit in fit_others(search.model, starts, search.found, mu=search.mu, data=search.data):
        if fit.status == CONVERGED and all(abs(fit.nll - known.nll) > GAP for known in found):
            found.append(fit)
    found.sort(key=lambda minimum: minimum.nll)
    return replace(search, found=tuple(found))


def exhausted(search: FitSearch, pulls: FloatArray, shifts: FloatArray) -> FitSearch:
    """Fit from all pulls and shifts, and from many starts at random."""
    model, pars = search.model, search.default.pars
    search = started(search, list(np.where(np.isnan(pulls), pars, pulls)))
    search = started(search, list(np.clip(pars + shifts, model.lower, model.upper)))
    free = np.flatnonzero(~model.fixed)
    width = np.where(model.arrays.constraint == FREE, 1.0, search.width)
    random = np.random.default_rng(0)
    starts = []
    for number in range(_EXHAUSTIVE_STARTS):
        base = search.lowest.pars if number % 2 else pars
        some = random.choice(free, min(len(free), _SUBSETS[number % len(_SUBSETS)]), replace=False)
        start = base.copy()
        start[some] += random.choice(_KICKS) * width[some] * random.standard_normal(len(some))
        if number % 4 == 3:
            start = model.init + random.choice(_WIDTHS) * width * random.standard_normal(len(width))
        starts.append(start)
        if len(starts) == _AT_A_TIME:
            search, starts = started(search, starts), []
    return search


def _mirror_parts(
    arrays: Arrays, data: Data, pars: FloatArray, nll: float, fixed: BoolArray
) -> FloatArray:
    """Return the rise of the NLL with each alpha mirrored alone over 2 alpha^2, (alphas,).

    It is infinite where no shape variation bends or the alpha is too small.
    """
    alphas = arrays.alphas
    some = (
        ~fixed[:alphas]
        & (np.abs(pars[:alphas]) >= thresholds.LEAST_ALPHA)
        & (arrays.bend != 0.0).any(axis=0)
    )
    chosen = np.flatnonzero(some)
    candidates = np.tile(pars, (len(chosen), 1))
    candidates[np.arange(len(chosen)), chosen] *= -1.0
    parts = np.full(alphas, np.inf)
    parts[chosen] = (nll_of_each(arrays, data, candidates) - nll) / (2.0 * pars[chosen] ** 2)
    return parts
