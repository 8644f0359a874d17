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

from fitscan.engine.asymptotics import log_normal_cdf
from fitscan.model.arrays import FloatArray

__all__ = ["Answer", "answer"]

# Toys with the same data, or with data that say the same, tie; from different starts their test
# statistics differ by up to 3e-9.
_TIE = 1e-7

_SIGMAS = (-2.0, -1.0, 0.0, 1.0, 2.0)


class Answer(NamedTuple):
    """What toys say of a point.

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


def answer(signal: FloatArray, background: FloatArray, q_obs: float) -> Answer:
    """Return CLs from toys.

    Args:
        signal: Test statistic of signal toys, NaN where a fit failed.
        background: The same of background toys.
        q_obs: Test statistic of the data.
    """
    signal = np.sort(signal[np.isfinite(signal)])
    background = np.sort(background[np.isfinite(background)])
    if not len(signal) or not len(background):
        unknown = (math.nan,) * 6
        return Answer(math.nan, math.nan, unknown, unknown)
    CLsb = float(_p_values(signal, np.array([q_obs]))[0])
    CLb = float(_p_values(background, np.array([q_obs]))[0])
    observed = CLsb / CLb if CLb > 0.0 else math.nan
    error = observed_error(CLsb, len(signal), CLb, len(background))
    # All three sorted: the largest q is the smallest p-value.
    CLsb_each, CLb_each = (np.sort(_p_values(toys, background)) for toys in (signal, background))
    CLs_each = np.sort(CLsb_each / CLb_each)
    band = [np.quantile(CLs_each, share) for share in _PERCENTILES]
    errors = [_band_error(CLsb_each, CLb_each, share, len(signal)) for share in _PERCENTILES]
    return Answer(
        CLsb,
        CLb,
        (observed, *map(float, band)),
        (error, *errors),
    )


def observed_error(CLsb: float, signal: int, CLb: float, background: int) -> float:
    """Return the uncertainty of the observed CLs from so many toys of each hypothesis."""
    a, b = _shrunk(CLsb, signal), _shrunk(CLb, background)
    return a / b * math.sqrt((1.0 - a) / (a * signal) + (1.0 - b) / (b * background))


_PERCENTILES = tuple(math.exp(log_normal_cdf(sigmas)) for sigmas in _SIGMAS)


def _p_values(sorted_q: FloatArray, q: FloatArray) -> FloatArray:
    """Return the share of toys whose test statistic is at least ``q``, ties included."""
    return 1.0 - np.searchsorted(sorted_q, q - _TIE, side="left") / len(sorted_q)


def _shrunk(p: float, n: int) -> float:
    return (p * n + 1.0) / (n + 2.0)


def _band_error(CLsb: FloatArray, CLb: FloatArray, share: float, signal: int) -> float:
    """Return the uncertainty of a percentile of CLs.

    Args:
        CLsb: That of each background toy, in rising order, (toys,).
        CLb: The same.
        share: The percentile, as a number from 0 to 1.
        signal: Number of signal toys.
    """
    n = len(CLb)
    width = math.sqrt(share * (1.0 - share) / n)
    low, high = np.quantile(CLsb, [max(0.0, share - width), min(1.0, share + width)])
    a, b = _shrunk(float(np.quantile(CLsb, share)), signal), _shrunk(np.quantile(CLb, share), n)
    tied = a * math.sqrt((1.0 - b) / (b * n))
    from_background = max(0.5 * float(high - low), tied)
    return math.hypot(math.sqrt(a * (1.0 - a) / signal), from_background) / b
