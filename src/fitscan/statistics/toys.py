"""CLs and the expected band from the test statistic of toys, with statistical uncertainties.

    CLs+b = share of signal toys with q >= q_obs,  CLb = the same of background toys
    CLs = CLs+b / CLb

The band is that of pyhf's ToyCalculator: each background toy is taken for the data, and the
percentiles of the CLs so found are those of a normal distribution at -2 ... +2. Toys without a test
statistic, of failed fits, count nowhere.

Uncertainties, from the binomial distribution, with (k + 1) / (n + 2) for p so that none is 0:

    sigma_p^2 = p (1 - p) / n
    (sigma_CLs / CLs)^2 = (sigma_p / p)^2 of CLs+b + (sigma_p / p)^2 of CLb

For the band, CLb is given by the percentile, and what fluctuates is where the percentile lies. Then
CLs+b / CLb changes by half the difference of CLs+b at the ranks a standard deviation
sqrt(n p (1 - p)) above and below. That is 0 where many toys are tied; there CLb fluctuates as it
does for the data, so the larger of the two terms is taken.
"""

import math
from typing import NamedTuple

import numpy as np

from fitscan.model.arrays import FloatArray, IntArray
from fitscan.statistics.asymptotics import log_normal_cdf
from fitscan.statistics.counts import Sample
from fitscan.statistics.extremes import TIE

__all__ = ["ToyCLs", "observed_error", "toy_CLs"]

_SIGMAS = (-2.0, -1.0, 0.0, 1.0, 2.0)
_PERCENTILES = tuple(math.exp(log_normal_cdf(sigmas)) for sigmas in _SIGMAS)


class ToyCLs(NamedTuple):
    """CLs of a point from toys.

    Attributes:
        CLsb: p-value of the signal hypothesis.
        CLb: p-value of the background.
        CLs: Observed CLs, and expected at -2, -1, 0, 1, 2 standard deviations; NaN without toys.
        errors: Their uncertainties.
    """

    CLsb: float
    CLb: float
    CLs: tuple[float, ...]
    errors: tuple[float, ...]


def toy_CLs(signal: Sample, background: Sample, *, n_extreme: tuple[int, int]) -> ToyCLs:
    """Return CLs from toys.

    Args:
        signal: Test statistic of signal toys.
        background: The same of background toys.
        n_extreme: How many of each have q >= q_obs; see ``fitscan.statistics.extremes``.
    """
    if not signal.size or not background.size:
        unknown = (math.nan,) * 6
        return ToyCLs(math.nan, math.nan, unknown, unknown)
    CLsb, CLb = n_extreme[0] / signal.size, n_extreme[1] / background.size
    observed = CLsb / CLb if CLb > 0.0 else math.nan
    error = observed_error(CLsb, signal.size, CLb, background.size)
    # From the largest q on, so that p-values rise.
    counts = background.counts[::-1]
    CLsb_each, CLb_each = (
        _p_values(toys, background.values[::-1]) for toys in (signal, background)
    )
    CLs_each = CLsb_each / CLb_each
    order = np.argsort(CLs_each, kind="stable")
    band = _quantiles(CLs_each[order], counts[order], _PERCENTILES)
    errors = [
        _band_error(CLsb_each, CLb_each, counts, share, signal.size) for share in _PERCENTILES
    ]
    return ToyCLs(CLsb, CLb, (observed, *map(float, band)), (error, *errors))


def observed_error(CLsb: float, signal: int, CLb: float, background: int) -> float:
    """Return the uncertainty of the observed CLs, given the number of toys of each hypothesis."""
    a, b = _shrunk(CLsb, signal), _shrunk(CLb, background)
    return a / b * math.sqrt((1.0 - a) / (a * signal) + (1.0 - b) / (b * background))


def _p_values(toys: Sample, q: FloatArray) -> FloatArray:
    """Return the share of toys whose test statistic is at least ``q``, ties included."""
    below = np.append(0, np.cumsum(toys.counts))
    p: FloatArray = 1.0 - below[np.searchsorted(toys.values, q - TIE, side="left")] / below[-1]
    return p


def _quantiles(values: FloatArray, counts: IntArray, shares: tuple[float, ...]) -> FloatArray:
    """Return quantiles of numbers that rise and occur several times, as ``numpy.quantile`` does."""
    last = np.cumsum(counts) - 1
    at = np.asarray(shares) * last[-1]
    low, high = (
        values[np.searchsorted(last, np.minimum(place, last[-1]))]
        for place in (np.floor(at), np.floor(at) + 1.0)
    )
    found: FloatArray = low + (high - low) * (at - np.floor(at))
    return found


def _shrunk(p: float, n: int) -> float:
    return (p * n + 1.0) / (n + 2.0)


def _band_error(
    CLsb: FloatArray, CLb: FloatArray, counts: IntArray, share: float, signal: int
) -> float:
    """Return the uncertainty of a percentile of CLs.

    Args:
        CLsb: That of each background toy, in rising order.
        CLb: The same.
        counts: How many toys have them, the same.
        share: The percentile, as a number from 0 to 1.
        signal: Number of signal toys.
    """
    n = int(counts.sum())
    width = math.sqrt(share * (1.0 - share) / n)
    around = (max(0.0, share - width), share, min(1.0, share + width))
    low, middle, high = map(float, _quantiles(CLsb, counts, around))
    a = _shrunk(middle, signal)
    b = _shrunk(float(_quantiles(CLb, counts, (share,))[0]), n)
    tied = a * math.sqrt((1.0 - b) / (b * n))
    from_background = max(0.5 * (high - low), tied)
    return math.hypot(math.sqrt(a * (1.0 - a) / signal), from_background) / b
