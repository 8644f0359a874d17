"""Experiments whose distribution of q is a sum over all data that there may be."""

import math
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from scipy import optimize, stats
from small import MU, modifier, one_channel, sample

# More than q of data that tie differs by; see TOLERANCE of the minimiser.
SAME = 1e-7


def poisson(n, rate):
    """Return -ln P(n | rate) without what does not depend on the rate."""
    return rate - (n * math.log(rate) if n > 0 else 0.0)


@dataclass(frozen=True)
class Counting:
    """Bins without uncertainties. What is seen: events of each bin."""

    signal: tuple[float, ...]
    background: tuple[float, ...]
    observed: tuple[int, ...]

    def document(self):
        return one_channel(
            sample("signal", list(self.signal), MU),
            sample("background", list(self.background)),
            observed=[float(n) for n in self.observed],
        )

    def expected(self, mu):
        return [mu * s + b for s, b in zip(self.signal, self.background, strict=True)]

    def seen(self, model, main, auxiliary):
        return main

    def q(self, seen):
        """Return q of mu = 1 by its definition; the NLL is convex in mu."""

        def slope(mu):
            parts = zip(seen, self.signal, self.expected(mu), strict=True)
            return sum(s - (n * s / rate if n > 0 else 0.0) for n, s, rate in parts)

        def nll(mu):
            return sum(poisson(n, rate) for n, rate in zip(seen, self.expected(mu), strict=True))

        if slope(1.0) <= 0.0:
            return 0.0
        impossible = any(n > 0 and b == 0.0 for n, b in zip(seen, self.background, strict=True))
        low = 1e-9 if impossible else 0.0
        mu_hat = low if slope(low) >= 0.0 else optimize.brentq(slope, low, 1.0, xtol=1e-14)
        return 2.0 * (nll(1.0) - nll(mu_hat))


@dataclass(frozen=True)
class Uncertain:
    """One bin, whose background has an uncertainty. What is seen: events, and auxiliary events."""

    signal: float
    background: float
    uncertainty: float
    observed: tuple[int, int]

    @property
    def tau(self):
        return (self.background / self.uncertainty) ** 2

    def document(self):
        return one_channel(
            sample("signal", [self.signal], MU),
            sample("background", [self.background], modifier("u", "shapesys", [self.uncertainty])),
            observed=[float(self.observed[0])],
        )

    def gamma(self, mu, seen):
        """Return gamma at its minimum: the root of a quadratic equation."""
        s, b, (n, a) = mu * self.signal, self.background, seen
        square, linear, rest = (b + self.tau) * b, (b + self.tau) * s - (n + a) * b, -a * s
        root = (math.sqrt(linear**2 - 4.0 * square * rest) - linear) / (2.0 * square)
        return min(max(root, 1e-10), 10.0)

    def expected(self, mu):
        gamma = self.gamma(mu, self.observed)
        return [mu * self.signal + gamma * self.background, gamma * self.tau]

    def seen(self, model, main, auxiliary):
        return np.column_stack([main, auxiliary[:, model.names.index("u[0]")]])

    def nll(self, mu, gamma, seen):
        rate = mu * self.signal + gamma * self.background
        return poisson(seen[0], rate) + poisson(seen[1], gamma * self.tau)

    def q(self, seen):
        gamma = min(max(seen[1] / self.tau, 1e-10), 10.0)
        mu_hat = (seen[0] - gamma * self.background) / self.signal
        if mu_hat > 1.0:
            return 0.0
        if mu_hat < 0.0:
            mu_hat, gamma = 0.0, self.gamma(0.0, seen)
        return 2.0 * (self.nll(1.0, self.gamma(1.0, seen), seen) - self.nll(mu_hat, gamma, seen))


CASES = {
    "one bin": Counting((6.0,), (9.0,), (9,)),
    "two bins": Counting((4.0, 1.0), (5.0, 3.0), (4, 4)),
    "two bins that are the same": Counting((3.0, 3.0), (4.0, 4.0), (3, 5)),
    "no background": Counting((3.0,), (0.0,), (1,)),
    "a bin without background": Counting((2.0, 3.0), (0.0, 4.0), (1, 4)),
    "uncertain background": Uncertain(6.0, 9.0, 3.0, (9, 9)),
}


@cache
def spectrum(case):
    """Return q of all data, and how probable they are at mu = 1 and at mu = 0."""
    rates = [case.expected(mu) for mu in (1.0, 0.0)]
    ends = [int(stats.poisson.isf(1e-13, max(pair))) + 2 for pair in zip(*rates, strict=True)]
    every = np.array(list(product(*map(range, ends))))
    probable = np.array([stats.poisson.pmf(every, at).prod(axis=1) for at in rates])
    kept = probable.max(axis=0) > 1e-13
    q = np.array([case.q(tuple(map(int, seen))) for seen in every[kept]])
    return q, dict(zip((1.0, 0.0), probable[:, kept], strict=True))


def exact(case, mu):
    """Return P(q >= q of what was observed) of toys thrown at ``mu``."""
    q, probable = spectrum(case)
    return float(probable[mu][q >= case.q(case.observed) - SAME].sum())


def exact_percentile(case, share):
    """Return the CLs that a share of background data does not exceed, (from 0 to 1)."""
    q, probable = spectrum(case)
    each = np.array([[at[q >= value - SAME].sum() for at in probable.values()] for value in q])
    with np.errstate(divide="ignore", invalid="ignore"):
        CLs = each[:, 0] / each[:, 1]
    order = np.argsort(CLs)
    reached = np.cumsum(probable[0.0][order])
    return float(CLs[order][min(np.searchsorted(reached, share), len(order) - 1)])
