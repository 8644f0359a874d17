"""The right CLs of a likelihood: at the lowest minima, and where pyhf's initial values lead.

The fits of a test are those at mu = 0, at mu_test, of all parameters, and at mu_test of the Asimov
data that the first gives; the NLL of the free fit to Asimov data is 0. The lowest minima are those
of many starts: pyhf's, Sobol points, the minima of the other fits, and each with pulls mirrored.
Where a shape leaves a bin without events at a rate of 0 for all pulls beyond +-1, but lets it be
negative before, an interior point does not exist there, and fits are made with such pulls bounded.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy.stats import qmc

from random_models.descents import DESCENTS
from random_models.likelihood import FREE, GAUSSIAN, POISSON
from random_models.newton import STAGES, Ends, polish, solve

__all__ = ["Right", "asymptotic_CLs", "right_values"]

SOBOL = 32  # points of each fit
KEPT = 6  # minima of each fit
ROUNDS = 4
SAME = 1e-6  # of NLLs
TELLS = 1e-3  # of CLs: what minima of one NLL may differ by


@dataclass(frozen=True)
class Right:
    """The right values of one likelihood.

    Attributes:
        lowest: CLs observed and expected (m2, m1, 0, p1, p2) at the lowest minima.
        main: The same at the minima where pyhf's initial values lead, None where that is unclear.
        lowest_unclear: Why ``lowest`` is not unique, or nothing.
        main_unclear: Why ``main`` is unclear, or nothing.
        nll: Lowest NLLs, by fit.
        main_nll: NLLs where pyhf's initial values lead, by fit.
        pars: Parameters at the lowest minima, by fit.
        minima: How many minima each fit has, counted up to KEPT.
    """

    lowest: list[float]
    main: list[float] | None
    lowest_unclear: str
    main_unclear: str
    nll: dict[str, float]
    main_nll: dict[str, float]
    pars: dict[str, dict[str, float]]
    minima: dict[str, int]


def right_values(likelihood, seed, mu_test=1.0):
    """Return the right values; ``seed`` says where the Sobol points are."""
    fits = {"background": 0.0, "signal": mu_test, "free": None}
    data = likelihood.data
    found = _lowest(likelihood, data, fits, seed)
    asimov = likelihood.asimov(found["background"].theta[0])
    more = [each.theta[0] for each in found.values()]
    found |= _lowest(likelihood, asimov, {"asimov": mu_test}, seed, more)
    lowest = _CLs(likelihood, {name: (e.theta[0], e.nll[0]) for name, e in found.items()}, mu_test)
    unclear = _unclear(likelihood, found, lowest, mu_test, seed)
    main, why = _from_start(likelihood, fits, mu_test)
    return Right(
        lowest,
        None if why else _CLs(likelihood, main, mu_test),
        unclear,
        why,
        {name: float(each.nll[0]) for name, each in found.items()},
        {name: float(nll) for name, (_, nll) in main.items()},
        {
            name: dict(zip(likelihood.names, each.theta[0].tolist(), strict=True))
            for name, each in found.items()
        },
        {name: len(each.nll) for name, each in found.items()},
    )


def asymptotic_CLs(q, q_asimov):
    """Return CLs observed and expected of qtilde (arXiv:1007.1727, Eqs. 62 to 66)."""
    s, a = math.sqrt(q), math.sqrt(q_asimov)
    observed = s - a if s <= a or a == 0 else (q - q_asimov) / (2 * a)
    t = np.array([observed, 2.0, 1.0, 0.0, -1.0, -2.0])
    return np.exp(special.log_ndtr(-(t + a)) - special.log_ndtr(-t)).tolist()


def _CLs(likelihood, fits, mu_test):
    """Return CLs from parameters and NLL of each fit."""
    (free, lowest), (_, signal), (_, asimov) = fits["free"], fits["signal"], fits["asimov"]
    above = free[likelihood.poi] > mu_test
    q = 0.0 if above else max(0.0, 2 * (signal - lowest))
    return asymptotic_CLs(q, max(0.0, 2 * asimov))


def _bounds(likelihood, mu):
    """Return the bounds of a fit."""
    lower, upper = likelihood.lower.copy(), likelihood.upper.copy()
    if mu is not None:
        lower[likelihood.poi] = upper[likelihood.poi] = mu
    return lower, upper


def _lowest(likelihood, data, fits, seed, more=()):
    """Return the minima of fits, distinct, the lowest first."""
    bounds = {name: _bounds(likelihood, mu) for name, mu in fits.items()}
    starts = np.vstack([likelihood.init, *more, _sobol(likelihood, data, seed)])
    found = dict.fromkeys(fits)
    for turn in range(ROUNDS):
        before = {name: ends.nll[0] if ends else math.inf for name, ends in found.items()}
        batch = dict.fromkeys(fits, starts)
        ends = _descend(likelihood, data, batch, bounds)
        for name, new in ends.items():
            old = found[name]
            found[name] = _distinct(likelihood, new if old is None else _both(old, new))
        better = [before[name] - ends.nll[0] > SAME for name, ends in found.items()]
        if turn > 0 and not any(better):
            break
        starts = _mirrored(likelihood, found)
    for bounded in _beyond_dips(likelihood, data, bounds):
        ends = _descend(likelihood, data, dict.fromkeys(fits, starts), bounded)
        for name, new in ends.items():
            # One that is higher may be none: other parameters can make the pull go on.
            if new.nll[0] < found[name].nll[0] + 10 * SAME:
                found[name] = _distinct(likelihood, _both(found[name], new))
    return found


def _beyond_dips(likelihood, data, bounds):
    """Return bounds with pulls beyond where they do nothing to a bin, one by one and together."""
    closed = (data.main <= 0)[likelihood.bin_of]
    odd, bend = likelihood.odd[:, closed], likelihood.bend[:, closed]
    sides = []
    for side in (-1.0, 1.0):
        idle = (odd != 0) & (np.abs(side * odd + 8 * bend) <= 1e-9 * np.abs(odd))
        sides += [(pull, side) for pull in np.flatnonzero(idle.any(axis=1))]
    result = []
    for count in range(1, len(sides) + 1):
        for some in itertools.combinations(sides, count):
            if len({pull for pull, _ in some}) < count:
                continue  # of one pull to both sides
            narrow = {name: (low.copy(), high.copy()) for name, (low, high) in bounds.items()}
            for (low, high), (pull, side) in itertools.product(narrow.values(), some):
                (low if side > 0 else high)[pull] = side
            result.append(narrow)
    return result


def _descend(likelihood, data, starts, bounds):
    """Descend in all fits from all starts, and to the end from the lowest."""
    closed = ((data.main <= 0) & likelihood.open_bins).any()
    theta = np.vstack(list(starts.values()))
    lower, upper = (
        np.vstack([np.tile(bounds[name][side], (len(rows), 1)) for name, rows in starts.items()])
        for side in (0, 1)
    )
    ends = solve(
        likelihood, data, theta, lower, upper, penalty=STAGES[0] if closed else 0.0, steps=60
    )
    result, first = {}, 0
    for name, rows in starts.items():
        mine = _distinct(likelihood, ends[first : first + len(rows)])
        first += len(rows)
        if closed:
            mine = polish(likelihood, data, mine.theta, bounds[name])
        result[name] = mine
    return result


def _both(one, other):
    return Ends(
        np.vstack([one.theta, other.theta]),
        np.concatenate([one.nll, other.nll]),
        np.concatenate([one.minimum, other.minimum]),
    )


def _distinct(likelihood, ends):
    """Return the lowest ends that differ in NLL or in pulls."""
    pulls = ends.theta[:, likelihood.kind == GAUSSIAN]
    pulls = pulls / likelihood.width[likelihood.kind == GAUSSIAN]
    kept = []
    for row in np.argsort(ends.nll, kind="stable"):
        if not np.isfinite(ends.nll[row]) and kept:
            break
        if any(
            abs(ends.nll[row] - ends.nll[other]) < SAME
            and np.abs(pulls[row] - pulls[other]).max(initial=0.0) < 0.1
            for other in kept
        ):
            continue
        kept.append(row)
        if len(kept) == KEPT:
            break
    return ends[np.array(kept)]


def _sobol(likelihood, data, seed):
    """Return points spread over the parameters, where there is a likelihood if possible."""
    kind, count = likelihood.kind, 4 * SOBOL
    unit = qmc.Sobol(len(kind), rng=np.random.default_rng(seed)).random(count)
    # Pulls: a third of the starts near, a third further, a third anywhere.
    spread = np.array([1.5, 3.0, 5.0])[np.arange(count) % 3][:, None]
    gauss = likelihood.init + likelihood.width * spread * (2 * unit - 1)
    gammas = np.exp((2 * unit - 1) * np.minimum(3 / np.sqrt(likelihood.width), 1.0))
    norms = np.exp(np.log(0.05) + unit * np.log(200))
    theta = np.where(kind == GAUSSIAN, gauss, np.where(kind == POISSON, gammas, norms))
    theta[:, kind == FREE] = np.where(
        np.arange(count)[:, None] % 2, theta[:, kind == FREE], likelihood.init[kind == FREE]
    )
    theta = np.clip(theta, likelihood.lower, likelihood.upper)
    order = np.argsort(~np.isfinite(likelihood.nll(theta, data, STAGES[0])), kind="stable")
    return theta[order[:SOBOL]]


def _mirrored(likelihood, found):
    """Return the minima of all fits, as they are, with each pull mirrored, and with all."""
    alphas = np.flatnonzero((likelihood.kind == GAUSSIAN) & (likelihood.init == 0))
    starts = []
    for ends in found.values():
        starts += list(ends.theta)
        for theta in ends.theta[:2]:
            for flipped in [*([alpha] for alpha in alphas), alphas]:
                other = theta.copy()
                other[flipped] *= -1
                starts.append(other)
    return np.array(starts)


def _unclear(likelihood, found, lowest, mu_test, seed):
    """Say which minima of one NLL give another CLs."""
    chosen = {name: (ends.theta[0], ends.nll[0]) for name, ends in found.items()}
    for name in ("background", "free"):
        ends = found[name]
        for theta, nll in zip(ends.theta[1:], ends.nll[1:], strict=True):
            if nll - ends.nll[0] > 10 * SAME:
                continue
            other = chosen | {name: (theta, nll)}
            if name == "background":
                asimov = likelihood.asimov(theta)
                again = _lowest(likelihood, asimov, {"asimov": mu_test}, seed, [theta])["asimov"]
                other["asimov"] = again.theta[0], again.nll[0]
            change = np.subtract(_CLs(likelihood, other, mu_test), lowest)
            if np.abs(change).max() > TELLS:
                return f"two lowest minima of the {name} fit"
    return ""


def _from_start(likelihood, fits, mu_test):
    """Return where pyhf's initial values lead in each fit, and why that is unclear."""
    reached = {}
    for name, mu in fits.items():
        reached[name], why = _agreed_end(likelihood, likelihood.data, mu)
        if why:
            return reached, f"{name}: {why}"
    asimov = likelihood.asimov(reached["background"][0])
    reached["asimov"], why = _agreed_end(likelihood, asimov, mu_test)
    return reached, f"asimov: {why}" if why else ""


def _agreed_end(likelihood, data, mu):
    """Return where the descents from pyhf's initial values end, if they agree."""
    bounds = _bounds(likelihood, mu)
    ends = {name: go(likelihood, data, bounds) for name, go in DESCENTS.items()}
    points = np.array([theta for theta, _ in ends.values()])
    exact = polish(likelihood, data, points, bounds, stages=STAGES[2:])
    at = exact.theta[0], exact.nll[0]
    failed = [name for name, (_, converged) in ends.items() if not converged]
    if failed:
        return at, f"{' and '.join(failed)} failed"
    moved = likelihood.nll(points, data, 1e-4) - likelihood.nll(exact.theta, data, 1e-4)
    if not np.isfinite(exact.nll).all() or (moved > 0.05).any() or not exact.minimum.all():
        return at, "no end in a minimum"
    if abs(exact.nll[0] - exact.nll[1]) > 10 * SAME:
        return at, "the descents disagree"
    return at, ""
