import math

import numpy as np
import pyhf
import pytest
from scipy import special

from fitscan.statistics.asymptotics import (
    asymptotic_CLs,
    discovery_p_value,
    log_normal_cdf,
    slope_of_sqrt_q_asimov_at,
    sqrt_q_asimov_at,
)


def test_log_normal_cdf_is_that_of_scipy_in_both_tails():
    x = np.concatenate([np.linspace(-60.0, 8.0, 500), [-29.999999, -30.0, -30.000001, -1e4, 40.0]])
    ours = np.array([log_normal_cdf(value) for value in x])
    np.testing.assert_allclose(ours, special.log_ndtr(x), rtol=1e-13, atol=0.0)


@pytest.mark.parametrize("test_stat", ["qtilde", "q"])
@pytest.mark.parametrize("q", [0.0, 1e-6, 0.3, 2.0, 25.0])
@pytest.mark.parametrize("q_asimov", [1e-8, 0.2, 3.0, 40.0])
def test_values_are_those_of_pyhfs_distributions(q, q_asimov, test_stat):
    # pyhf.infer.calculators.AsymptoticCalculator.teststatistic and .pvalues, 0.7.6
    s, a = math.sqrt(q), math.sqrt(q_asimov)
    t = s - a if test_stat == "q" or s <= a else (q - q_asimov) / (2 * a)
    signal = pyhf.infer.calculators.AsymptoticTestStatDistribution(-a)
    background = pyhf.infer.calculators.AsymptoticTestStatDistribution(0.0)
    found = asymptotic_CLs(q, q_asimov, test_stat=test_stat)
    if background.pvalue(t) > 1e-300:
        assert found.observed == pytest.approx(signal.pvalue(t) / background.pvalue(t), rel=1e-9)
    band = [signal.pvalue(n) / background.pvalue(n) for n in (2.0, 1.0, 0.0, -1.0, -2.0)]
    np.testing.assert_allclose(found[1:], band, rtol=1e-9)


def test_values_are_exact_where_both_tails_underflow():
    found = asymptotic_CLs(3000.0, 1000.0)
    t, a = 2000.0 / (2 * math.sqrt(1000.0)), math.sqrt(1000.0)
    expected = math.exp(special.log_ndtr(-(t + a)) - special.log_ndtr(-t))
    assert 0.0 <= found.observed == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("q", [0.0, 1e-9, 4.0])
@pytest.mark.parametrize("test_stat", ["qtilde", "q"])
def test_nothing_is_excluded_where_nothing_distinguishes_the_hypotheses(q, test_stat):
    assert asymptotic_CLs(q, 0.0, test_stat=test_stat) == (1.0,) * 6


def test_observed_value_is_continuous_where_the_formula_changes():
    below, above = (asymptotic_CLs(2.0 + d, 2.0).observed for d in (-1e-9, 1e-9))
    assert below == pytest.approx(above, rel=1e-8)


def test_p_value_of_a_discovery_is_that_of_the_normal_distribution():
    assert discovery_p_value(0.0) == pytest.approx(0.5)
    assert discovery_p_value(25.0) == pytest.approx(special.ndtr(-5.0), rel=1e-12)
    assert discovery_p_value(1600.0) == pytest.approx(0.0, abs=1e-300)


@pytest.mark.parametrize("t", [-3.0, 0.0, 2.0])
@pytest.mark.parametrize("test_size", [0.05, 0.32])
def test_slope_of_the_root_of_q_asimov_is_its_derivative(t, test_size):
    above, below = sqrt_q_asimov_at(t + 1e-4, test_size), sqrt_q_asimov_at(t - 1e-4, test_size)
    found = slope_of_sqrt_q_asimov_at(t, test_size)
    assert found == pytest.approx((above - below) / 2e-4, rel=1e-6)
