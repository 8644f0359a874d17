"""The test statistics as functions of mu, against the closed forms of a counting experiment."""

import math

import numpy as np
import pytest
from scipy.special import xlogy
from small import MU, counting, histosys, model_of, one_channel, sample

from fitscan.engines.compiled.inference.curves import Curves, OtherStarts
from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.kernels.minimum import CONVERGED

SIGNAL, BACKGROUND = 6.0, 9.0
STRENGTHS = [0.3, 1.0, 2.5]


def curves(observed, test_stat="qtilde", others=None):
    model = model_of(counting(observed, signal=SIGNAL, background=BACKGROUND))
    return Curves(model, hypotest(model, test_stat=test_stat), test_stat, others)


def nll(events, mu):
    rate = BACKGROUND + mu * SIGNAL
    return rate - events + xlogy(events, events / rate)


@pytest.mark.parametrize("mu", STRENGTHS)
def test_a_is_the_root_of_q_of_the_Asimov_data(mu):
    assert curves(13.0).a(mu) == pytest.approx(math.sqrt(2.0 * nll(BACKGROUND, mu)), rel=1e-6)


@pytest.mark.parametrize("mu", STRENGTHS)
@pytest.mark.parametrize("observed", [6.0, 12.0, 21.0])
def test_t_is_that_of_its_definition(observed, mu):
    """arXiv:1007.1727, Eqs. 14, 16, 57 and 62."""
    mu_hat = max(0.0, (observed - BACKGROUND) / SIGNAL)
    q = 2.0 * (nll(observed, mu) - nll(observed, mu_hat)) if mu_hat <= mu else 0.0
    a = math.sqrt(2.0 * nll(BACKGROUND, mu))
    assert curves(observed, "q").t(mu) == pytest.approx(math.sqrt(q) - a, abs=1e-5)
    tilde = math.sqrt(q) - a if math.sqrt(q) <= a else (q - a * a) / (2.0 * a)
    assert curves(observed).t(mu) == pytest.approx(tilde, abs=1e-5)


@pytest.mark.parametrize("test_stat", ["q", "qtilde"])
@pytest.mark.parametrize("mu", STRENGTHS)
@pytest.mark.parametrize("observed", [6.0, 12.0, 21.0])
def test_slopes_are_the_derivatives(observed, mu, test_stat):
    of_test, step = curves(observed, test_stat), 1e-3
    of_test.t(mu)
    for value, slope in ((of_test.a, of_test.slope_of_a), (of_test.t, of_test.slope_of_t)):
        numerical = (value(mu + step) - value(mu - step)) / (2.0 * step)
        assert slope(mu) == pytest.approx(numerical, rel=1e-3)


def test_where_no_fit_was_made_no_slope_is_known():
    of_test = curves(13.0)
    assert math.isnan(of_test.slope_of_a(0.0))
    assert math.isnan(of_test.slope_of_t(0.0))
    assert math.isnan(of_test.slope_of_t(2.0))


def test_q0_is_0_without_an_excess():
    assert curves(21.0).q0() == pytest.approx(2.0 * nll(21.0, 0.0), rel=1e-8)
    assert curves(7.0).q0() == 0.0


def test_fits_are_made_once_for_each_strength():
    of_test = curves(13.0)
    before = of_test.fits
    of_test.t(1.0), of_test.a(0.0)  # those of the test
    assert of_test.fits == before
    of_test.t(2.0), of_test.a(2.0), of_test.t(2.0)
    assert of_test.fits == before + 2
    assert of_test.known_a().keys() == of_test.known_t().keys() == {0.0, 1.0, 2.0}


def test_the_lowest_of_several_starts_counts_and_no_q_is_negative():
    # Data at twice the background: alpha has a minimum at each side, the deeper one at +.
    variation = histosys("x", [21.0], [19.0])
    document = one_channel(
        sample("signal", [1.0], MU), sample("background", [10.0], variation), observed=[25.0]
    )
    model = model_of(document, histosys="code2")
    assert model.names == ("x", "mu")
    ends = [np.array([side, 1.0]) for side in (-1.5, 1.5)]
    first = hypotest(model)
    found = Curves(model, first, "q", OtherStarts(ends, ends))
    alone = Curves(model, first, "q")
    assert found.a(2.0) <= alone.a(2.0) + 1e-9
    found.t(2.0)
    grid = np.linspace(-4.0, 4.0, 80_001)
    shape = np.where(np.abs(grid) <= 1.0, 10.0 * grid**2, 20.0 * np.abs(grid) - 10.0)
    rate = 10.0 + 2.0 + shape + grid
    right = np.min(rate - 25.0 + 25.0 * np.log(25.0 / rate) + grid**2 / 2.0)
    assert found._signal[2.0].status == CONVERGED
    assert found._signal[2.0].nll == pytest.approx(right, abs=1e-6)
    assert found.free.nll <= found._signal[2.0].nll + 1e-8
