"""Projected Newton minimisation within bounds, from many starts at a time.

Each step solves with the exact Hessian, whose pivots are made positive where they are not, so that
it goes downhill, and is cut at the bounds (D. P. Bertsekas, SIAM J. Control Optim. 20 (1982) 221).
Rates of 0 in bins without events are an obstacle that is lowered in stages (interior point).
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["Ends", "polish", "solve"]

# The last penalty of rates of 0, and those before it.
STAGES = (1e-3, 1e-5, 1e-7, 1e-9, 1e-11)

# A predicted fall of the NLL below this ends a descent.
ENOUGH = 1e-12

LONGEST_STEP = 4.0

# How near a bound a parameter is moved to it, if the slope says so.
NEAR = 1e-8


@dataclass(frozen=True)
class Ends:
    """Where descents ended.

    Attributes:
        theta: Parameters, (B, P).
        nll: NLL, (B,).
        minimum: Whether a descent ended in a minimum, and neither on the way nor in a saddle.
    """

    theta: np.ndarray
    nll: np.ndarray
    minimum: np.ndarray

    def __getitem__(self, rows):
        return Ends(self.theta[rows], self.nll[rows], self.minimum[rows])


def polish(likelihood, data, theta, bounds, stages=STAGES):
    """Descend to a minimum through all stages; see ``solve``."""
    closed = (data.main <= 0) & likelihood.open_bins
    for stage in stages if closed.any() else (0.0,):
        ends = solve(likelihood, data, theta, *bounds, penalty=stage)
        theta = ends.theta
    return Ends(theta, likelihood.nll(theta, data), ends.minimum)


def solve(likelihood, data, theta, lower, upper, *, penalty=0.0, steps=80):
    """Descend from every start.

    Args:
        likelihood: The model.
        data: What is fitted to.
        theta: Starts, (B, P); bounds have the same shape, or (P,).
        lower: Lower bounds.
        upper: Upper bounds, at the lower ones where a parameter is held.
        penalty: See ``Likelihood.nll``.
        steps: The most Newton steps.
    """
    theta = np.clip(theta, lower, upper)
    lower, upper = (np.broadcast_to(bound, theta.shape) for bound in (lower, upper))
    nll = likelihood.nll(theta, data, penalty)
    minimum = np.zeros(len(theta), dtype=bool)
    going = np.flatnonzero(np.isfinite(nll))
    for step in range(steps):
        if not len(going):
            break
        low, high, at = lower[going], upper[going], theta[going]
        value, g, h = likelihood.derivatives(at, data, penalty)
        d, convex, predicted = _direction(at, g, h, low, high)
        done = predicted < ENOUGH * np.maximum(1.0, value)
        # A point without slope that is no minimum is left towards a side.
        saddle = done & ~convex & (step < steps - 10)
        if saddle.any():
            signs = np.where(np.arange(at.shape[1]) % 2, -1.0, 1.0)
            d[saddle] = np.where(high[saddle] > low[saddle], 0.05 * signs, 0.0)
        done &= ~saddle
        reached, lower_nll, moved = _search(
            likelihood,
            data,
            penalty,
            (at, value, g, d),
            (low, high),
            force=saddle,
            tries=np.where(done, 0, 25),
        )
        stuck = ~moved & ~saddle
        minimum[going] = convex & (done | (stuck & (predicted < 1e-9)))
        theta[going], nll[going] = reached, lower_nll
        going = going[~(done | stuck)]
    return Ends(theta, nll, minimum)


def _direction(at, g, h, low, high):
    """Return a step that goes downhill, whether the Hessian is positive, and the predicted fall."""
    at_low, at_high = (at <= low + NEAR) & (g > 0), (at >= high - NEAR) & (g < 0)
    held = at_low | at_high | (high <= low)
    slope, g = g, np.where(held, 0.0, g)
    h = np.where(held[:, :, None] | held[:, None, :], 0.0, h)
    points, pars = g.shape
    every = np.arange(pars)
    diagonal = h[:, every, every]
    h[:, every, every] = np.where(held, 1.0, diagonal)
    # Scaled to a diagonal of 1, L D L^T with pivots of at least a small number.
    scale = 1 / np.sqrt(np.maximum(np.abs(h[:, every, every]), 1e-8))
    a = h * scale[:, :, None] * scale[:, None, :]
    x = g * scale
    convex = np.ones(points, dtype=bool)
    pivots = np.empty((points, pars))
    for j in range(pars):
        pivot = a[:, j, j]
        convex &= pivot > -1e-7
        pivot = np.maximum(np.abs(pivot), 1e-9)
        pivots[:, j] = pivot
        column = a[:, j + 1 :, j] / pivot[:, None]
        a[:, j + 1 :, j + 1 :] -= column[:, :, None] * a[:, None, j + 1 :, j]
        a[:, j + 1 :, j] = column
        x[:, j + 1 :] -= column * x[:, j : j + 1]
    x /= pivots
    for j in reversed(range(pars)):
        x[:, j] -= np.einsum("bk,bk->b", a[:, j + 1 :, j], x[:, j + 1 :])
    d = -x * scale
    d *= np.minimum(1.0, LONGEST_STEP / np.maximum(np.abs(d).max(axis=1), 1e-300))[:, None]
    d = np.where(at_low, low - at, np.where(at_high, high - at, np.where(held, 0.0, d)))
    return d, convex, -np.einsum("bp,bp->b", slope, d)


def _search(likelihood, data, penalty, fro, bounds, *, force, tries):
    """Halve steps until the NLL falls enough; return points, NLLs, and which have moved."""
    (at, value, g, d), (low, high) = fro, bounds
    reached, nll = at.copy(), value.copy()
    moved = np.zeros(len(at), dtype=bool)
    pending = np.arange(len(at))
    length = np.ones(len(at))
    first_bound = _first_bound(at, d, low, high)
    for attempt in range(25):
        trial = at[pending] + length[pending, None] * d[pending]
        trial = np.clip(trial, low[pending], high[pending])
        new = likelihood.nll(trial, data, penalty)
        slope = np.einsum("bp,bp->b", g[pending], trial - at[pending])
        good = new <= value[pending] + 1e-4 * np.minimum(slope, 0.0)
        good &= (new < value[pending]) | force[pending]
        rows = pending[good]
        reached[rows], nll[rows], moved[rows] = trial[good], new[good], True
        pending = pending[~good & (attempt < tries[pending])]
        if not len(pending):
            break
        length *= 0.5 if attempt < 7 else 0.1
        if attempt == 0:
            length = np.where(first_bound > 1e-9, np.minimum(first_bound, 0.5), 0.5)
    return reached, nll, moved


def _first_bound(at, d, low, high):
    """Return after which part of a step the first bound is met."""
    room = np.where(d > 0, high - at, low - at)
    return np.where(d != 0, room / np.where(d != 0, d, 1.0), np.inf).min(axis=1)
