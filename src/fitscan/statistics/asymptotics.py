"""CLs by the asymptotic formulae of arXiv:1007.1727, in pyhf's conventions.

With s = sqrt(q), a = sqrt(q_A), Phi the normal distribution function:

    qtilde   t = s - a where s <= a, else (q - q_A) / (2 a)          (Eqs. 62 to 66)
    q        t = s - a                                              (Eqs. 57 to 59)
    CLs+b = Phi(-(t + a)),  CLb = Phi(-t),  CLs = CLs+b / CLb

The expected band has t = n for a background n standard deviations away, n = 2, 1, 0, -1, -2.
"""

import math
from typing import NamedTuple

__all__ = [
    "CLsValues",
    "asymptotic_CLs",
    "discovery_p_value",
    "log_normal_cdf",
    "p_values",
    "significance",
    "slope_of_sqrt_q_asimov_at",
    "slope_of_t",
    "sqrt_q_asimov_at",
    "t_of_data",
]


class CLsValues(NamedTuple):
    """Observed CLs and the expected band.

    ``m2`` is what is expected when the background fluctuates down by two standard deviations: the
    smallest CLs.
    """

    observed: float
    m2: float
    m1: float
    median: float
    p1: float
    p2: float


def asymptotic_CLs(q: float, q_asimov: float, *, test_stat: str = "qtilde") -> CLsValues:
    """Return CLs from the test statistic of the data and of the Asimov data.

    Where q_A is 0 nothing distinguishes the hypotheses and CLs is 1.

    Args:
        q: Test statistic of the data, 0 or more.
        q_asimov: The same of the background's Asimov data.
        test_stat: ``qtilde`` or ``q``.
    """
    a = math.sqrt(q_asimov)
    t = t_of_data(q, q_asimov, test_stat=test_stat)
    return CLsValues(*(_ratio(n, a) for n in (t, 2.0, 1.0, 0.0, -1.0, -2.0)))


def p_values(q: float, q_asimov: float, *, test_stat: str = "qtilde") -> tuple[float, float]:
    """Return CLs+b and CLb of the data; see ``asymptotic_CLs``.

    >>> CLsb, CLb = p_values(0.0, 4.0)
    >>> round(CLsb, 6), round(CLb, 6)
    (0.5, 0.97725)
    """
    t = t_of_data(q, q_asimov, test_stat=test_stat)
    return math.exp(log_normal_cdf(-(t + math.sqrt(q_asimov)))), math.exp(log_normal_cdf(-t))


def t_of_data(q: float, q_asimov: float, *, test_stat: str = "qtilde") -> float:
    """Return t; where q_A is 0 CLs is 1 whatever it is, and it is taken as sqrt(q)."""
    s, a = math.sqrt(q), math.sqrt(q_asimov)
    if test_stat == "q" or s <= a or a == 0.0:
        return s - a
    return (q - q_asimov) / (2.0 * a)


def slope_of_t(
    q: float, q_asimov: float, slope: float, slope_asimov: float, *, test_stat: str = "qtilde"
) -> float:
    """Return the derivative of t, given those of the NLLs, half of q and half of q_A.

    Where q is 0 it is taken to stay so. NaN where q_A is 0.
    """
    if q_asimov <= 0.0:
        return math.nan
    s, a = math.sqrt(q), math.sqrt(q_asimov)
    if q <= 0.0:
        return -slope_asimov / a
    if test_stat == "q" or s <= a:
        return slope / s - slope_asimov / a
    return (slope - slope_asimov) / a - (q - q_asimov) * slope_asimov / (2.0 * a**3)


def discovery_p_value(q0: float) -> float:
    """Return the p-value of the background hypothesis, 1 - Phi(sqrt(q0)) (Eq. 53)."""
    return math.exp(log_normal_cdf(-math.sqrt(q0)))


def significance(q0: float) -> float:
    """Return the significance of a discovery in standard deviations, sqrt(q0) (Eq. 53)."""
    return math.sqrt(q0)


def sqrt_q_asimov_at(t: float, test_size: float) -> float:
    """Return sqrt(q_A) at which CLs is the test size, for a given t.

    Solves ln Phi(-x) = ln(test_size) + ln Phi(-t) for x = t + sqrt(q_A) by Newton's method. The
    left side falls and is concave, so that after one step all others come from the right.

    >>> round(sqrt_q_asimov_at(0.0, 0.05), 6)
    1.959964
    """
    target = math.log(test_size) + log_normal_cdf(-t)
    x = max(t, 0.0)
    for _ in range(100):
        log_tail = log_normal_cdf(-x)
        slope = math.exp(-0.5 * x * x - 0.5 * math.log(2.0 * math.pi) - log_tail)
        step = (log_tail - target) / slope
        x += step
        if abs(step) <= 1e-14 * max(1.0, abs(x)):
            break
    return x - t


def slope_of_sqrt_q_asimov_at(t: float, test_size: float) -> float:
    """Return the derivative of ``sqrt_q_asimov_at`` with respect to t.

    With x = t + sqrt(q_A) that of Phi(-x) = test_size Phi(-t) is phi(x) dx = test_size phi(t) dt.
    """
    x = t + sqrt_q_asimov_at(t, test_size)
    return test_size * math.exp(0.5 * (x - t) * (x + t)) - 1.0


def _ratio(t: float, a: float) -> float:
    """Return Phi(-(t + a)) / Phi(-t), also where both are too small to be numbers."""
    return math.exp(log_normal_cdf(-(t + a)) - log_normal_cdf(-t))


def log_normal_cdf(x: float) -> float:
    """Return ln Phi(x), to 1e-13 relative.

    Far below 0 the complementary error function underflows; there the asymptotic series takes its
    place (Abramowitz and Stegun, Eq. 7.1.23), written out here since ``scipy.special`` takes
    longer to import than a grid to fit.
    """
    if x > 0.0:
        return math.log1p(-0.5 * math.erfc(x / math.sqrt(2.0)))
    if x > -30.0:
        return math.log(0.5 * math.erfc(-x / math.sqrt(2.0)))
    inverse = 1.0 / (x * x)
    series = 1.0 - inverse * (1.0 - 3.0 * inverse * (1.0 - 5.0 * inverse * (1.0 - 7.0 * inverse)))
    return -0.5 * x * x - math.log(-x * math.sqrt(2.0 * math.pi)) + math.log(series)
