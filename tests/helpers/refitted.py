"""Toys against pyhf: whether they fluctuate alike, and the fits of each by both."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from oracle import Oracle
from pyhf.infer import test_statistics

from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.inference.toys import fit_toys
from fitscan.engines.compiled.kernels.batch import nll_at
from fitscan.engines.compiled.kernels.minimum import CONVERGED, Minimum
from fitscan.model.arrays import Data

# None of some thousand z-scores lies beyond by chance.
MOST = 4.5

# Minima whose NLL differs by less are the same.
SAME = 1e-6


@dataclass(frozen=True)
class Refitted:
    """A toy.

    Attributes:
        ours: Our test statistic.
        theirs: pyhf's.
        fixed: How far our NLL at the tested strength is above pyhf's, both by pyhf; NaN where ours
            takes a barrier, of which only q is told.
        free: The same of the free fit.
        again: Whether one of our fits was made by a barrier.
        lowest: Lowest rate where one of pyhf's fits ended.
    """

    ours: float
    theirs: float
    fixed: float
    free: float
    again: bool
    lowest: float

    @property
    def same(self) -> bool:
        """Whether both are in the same minima, or have the same q where no more is known."""
        if np.isnan([self.fixed, self.free]).any():
            return abs(self.ours - self.theirs) < 1e-5
        return max(abs(self.fixed), abs(self.free)) < SAME

    @property
    def nonsense(self) -> bool:
        """Whether pyhf took a negative rate of an empty bin for a high probability."""
        return self.lowest < 0.0


def refit(oracle: Oracle, pars: np.ndarray, data: Data) -> Refitted:
    """Test mu = 1 with a toy that was thrown at ``pars``; pyhf starts at its initial values."""
    model, config = oracle.ours, oracle.theirs.config
    toys = fit_toys(model, pars, data.main[np.newaxis], data.auxiliary[np.newaxis], mu_test=1.0)
    # The fits that this made, once more for where they ended.
    signal = fit(model, pars, mu=1.0, data=data)
    lower = signal.nll <= nll_at(model.arrays, data, pars)
    free = fit(model, signal.pars if lower else pars, data=data)
    theirs, (their_signal, their_free) = test_statistics.qmu_tilde(
        1.0,
        oracle.data(data),
        oracle.theirs,
        config.suggested_init(),
        config.suggested_bounds(),
        config.suggested_fixed(),
        return_fitted_pars=True,
    )

    def excess(ours: Minimum, fitted: Any) -> float:
        if ours.status != CONVERGED:
            return float("nan")
        packed = oracle.data(data)
        return -float(
            np.asarray(oracle.theirs.logpdf(oracle.pars(ours.pars), packed))[0]
            - np.asarray(oracle.theirs.logpdf(fitted, packed))[0]
        )

    return Refitted(
        ours=float(toys.q[0]),
        theirs=float(theirs),
        fixed=excess(signal, their_signal),
        free=excess(free, their_free),
        again=bool(toys.again[0]),
        lowest=min(
            float(np.min(np.asarray(oracle.theirs.expected_actualdata(pars))))
            for pars in (their_signal, their_free)
        ),
    )


def worst_score(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Compare means and variances of toys of both, and the correlations of either with none.

    Args:
        ours: Toys, (toys, measurements).
        theirs: The same of the other.

    Returns:
        The largest absolute z-score.
    """
    count = len(ours)
    parts = [toys - toys.mean(axis=0) for toys in (ours, theirs)]
    first, second = ((part**2).mean(axis=0) for part in parts)
    still = (first == 0.0) & (second == 0.0)
    np.testing.assert_array_equal(ours[0, still], theirs[0, still])
    fourth = sum((part**4).mean(axis=0) for part in parts) - first**2 - second**2
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = [
            (ours.mean(axis=0) - theirs.mean(axis=0)) / np.sqrt((first + second) / count),
            (first - second) / np.sqrt(fourth / count),
        ]
    for part, variance in zip(parts, (first, second), strict=True):
        pulls = part[:, variance > 0.0] / np.sqrt(variance[variance > 0.0])
        correlations = pulls.T @ pulls / count
        scores.append(correlations[np.triu_indices(len(correlations), 1)] * np.sqrt(count))
    return float(np.nanmax(np.abs(np.concatenate(scores))))
