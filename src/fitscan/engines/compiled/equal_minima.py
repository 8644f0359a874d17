"""Background minima of one NLL, of which each has Asimov data, and so CLs, of its own.

At mu = 0 a variation that moves the backgrounds to one side only, and the signal both ways, has no
sign: where its pull is a minimum, minus the pull is one as well, exactly as low. The Asimov data
differ, since the signal tells the signs apart, and so does CLs by what is expected. Nothing in the
likelihood prefers one of them. Takes a hypothesis test; gives that test at each of them.
"""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from fitscan.engines.compiled.fits.fits import default_fit, fit, lowest_fit
from fitscan.engines.compiled.inference.hypotest import Hypotest
from fitscan.engines.compiled.kernels.batch import asimov_data, nll_of_each
from fitscan.engines.compiled.kernels.minimum import CONVERGED, Minimum
from fitscan.model import Model
from fitscan.model.arrays import BoolArray, FloatArray
from fitscan.statistics.asymptotics import asymptotic_CLs

__all__ = ["Twins", "find_twins"]

# NLLs that differ by less are the same; so are minima whose pulls differ by less than the second
# number. Of more signs than the third number each is changed alone.
_SAME_NLL, _LEAST_PULL, _MOST_TOGETHER = 1e-6, 0.05, 3

# A variation is even when its odd part is smaller than this part of the even one.
_ODD_PART = 1e-3


@dataclass(frozen=True)
class Twins:
    """Minima of the background fit that are equally low.

    Attributes:
        names: Parameters whose sign is undecided.
        tests: The hypothesis test with each of them, the one that was given first.
    """

    names: tuple[str, ...]
    tests: tuple[Hypotest, ...]


def find_twins(model: Model, test: Hypotest, *, test_stat: str = "qtilde") -> Twins | None:
    """Look for minima as low as that of the background fit.

    Args:
        model: The hypothesis.
        test: Its test at the lowest minima.
        test_stat: ``qtilde`` or ``q``, as in ``test``.

    Returns:
        None where there is one minimum.
    """
    arrays, background = model.arrays, test.background
    alphas, pulls = arrays.alphas, background.pars[: arrays.alphas]
    bent = _even_alphas(model) & ~model.fixed[:alphas] & (np.abs(pulls) > _LEAST_PULL)
    chosen = np.flatnonzero(bent).tolist()
    if not chosen:
        return None
    nll = nll_of_each(arrays, model.data, np.array([_mirrored(background, [p]) for p in chosen]))
    even = [p for p, n in zip(chosen, nll, strict=True) if abs(n - background.nll) < _SAME_NLL]
    most = len(even) if len(even) <= _MOST_TOGETHER else 1
    signs = [list(some) for size in range(1, most + 1) for some in combinations(even, size)]
    tests = [test]
    for some in signs:
        found = fit(model, _mirrored(background, some), mu=0.0)
        moved = np.abs(found.pars - background.pars)[some].min() > _LEAST_PULL
        if found.status != CONVERGED or abs(found.nll - background.nll) > _SAME_NLL or not moved:
            continue
        others = [turned for each in (test.signal, test.asimov) for turned in _both(each, some)]
        data = asimov_data(arrays, found.pars)
        first = default_fit(model, mu=test.mu_test, data=data)
        starts = [found.pars, *others]
        asimov = lowest_fit(model, starts, first=first, mu=test.mu_test, data=data)
        if asimov.status == CONVERGED:
            q_asimov = max(0.0, 2.0 * asimov.nll)
            CLs = asymptotic_CLs(test.q, q_asimov, test_stat=test_stat)
            tests.append(replace(test, background=found, asimov=asimov, q_asimov=q_asimov, CLs=CLs))
    if len(tests) == 1:
        return None
    return Twins(tuple(model.names[p] for p in even), tuple(tests))


def _even_alphas(model: Model) -> BoolArray:
    """Tell which alphas move yields of the background the same way up and down, (alphas,)."""
    arrays = model.arrays
    cells = ~(arrays.factors == model.poi - arrays.alphas).any(axis=1)
    odd = np.abs(arrays.half_difference[cells]).max(axis=0, initial=0.0)
    even = 8.0 * np.abs(arrays.bend[cells]).max(axis=0, initial=0.0)
    return np.asarray((even > 0.0) & (odd <= _ODD_PART * even))


def _both(minimum: Minimum, alphas: list[int]) -> tuple[FloatArray, FloatArray]:
    return minimum.pars, _mirrored(minimum, alphas)


def _mirrored(minimum: Minimum, alphas: list[int]) -> FloatArray:
    pars = minimum.pars.copy()
    pars[alphas] *= -1.0
    return pars
