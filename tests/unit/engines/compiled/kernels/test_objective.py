import math

import numpy as np
import pytest
from scipy import stats
from small import MU, counting, model_of, modifier, one_channel, sample

from fitscan.engines.compiled.kernels.batch import nll_at
from fitscan.engines.compiled.kernels.objective import constant_terms
from fitscan.model.arrays import Data


@pytest.mark.parametrize("mu", [0.0, 1e-12, 0.4, 1.0, 9.0])
@pytest.mark.parametrize("observed", [0.0, 1.0, 15.0, 15.4, 1e6])
def test_density_of_a_bin_is_that_of_poisson(mu, observed):
    model = model_of(counting(observed))
    ours = nll_at(model.arrays, model.data, np.array([mu])) + constant_terms(
        model.arrays, model.data
    )
    rate = 9.0 + 6.0 * mu
    expected = rate - observed * math.log(rate) + math.lgamma(observed + 1.0)
    assert ours == pytest.approx(expected, rel=1e-12)


def test_a_term_is_exactly_0_where_what_is_expected_is_seen():
    model = model_of(counting(15.0))
    assert nll_at(model.arrays, model.data, np.array([1.0])) == 0.0


def test_constraints_are_normal_and_poisson_densities():
    document = one_channel(
        sample("signal", [6.0], MU),
        sample("a", [9.0], modifier("stat", "staterror", [0.9])),
        sample("b", [5.0], modifier("b", "shapesys", [0.5])),
        observed=[0.0],
    )
    model = model_of(document)
    assert model.names == ("mu", "stat[0]", "b[0]")
    pars, data = np.array([0.5, 1.3, 0.8]), Data(np.zeros(1), np.array([0.0, 0.9, 91.0]))
    ours = -nll_at(model.arrays, data, pars) - constant_terms(model.arrays, data)
    expected = stats.norm.logpdf(1.3, 0.9, 0.1) + stats.poisson.logpmf(91, 80.0)
    assert ours == pytest.approx(expected - (3.0 + 9.0 * 1.3 + 5.0 * 0.8), rel=1e-12)


def test_no_digits_are_lost_at_large_numbers_of_events():
    # tau = 2e11, as in 3L-RJ: the NLL near 1 is a parabola of width 1 / sqrt(tau).
    tau = 2e11
    document = one_channel(
        sample("signal", [6.0], MU),
        sample("b", [5.0], modifier("b", "shapesys", [5.0 / math.sqrt(tau)])),
        observed=[5.0],
    )
    model = model_of(document)
    for pull in (-1.0, 0.3, 2.0):
        step = pull / math.sqrt(tau)
        nll = nll_at(model.arrays, model.data, np.array([0.0, 1.0 + step]))
        assert nll == pytest.approx(pull**2 / 2, rel=1e-5)


def test_a_rate_below_0_has_no_probability_even_where_nothing_is_seen():
    below = [{"name": "mu", "bounds": [[-5.0, 5.0]]}]
    for observed in (0.0, 4.0):
        model = model_of(counting(observed, parameters=below))
        assert nll_at(model.arrays, model.data, np.array([-2.0])) == math.inf
        at_zero = nll_at(model.arrays, model.data, np.array([-1.5]))
        assert at_zero == (0.0 if observed == 0.0 else math.inf)
