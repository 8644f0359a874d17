"""The minimiser where the minimum is known in closed form, and where it is hard to find."""

import math

import numpy as np
import pytest
from small import MU, counting, model_of, modifier, one_channel, sample

from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.kernels.minimum import CONVERGED, NO_LIKELIHOOD, TOLERANCE
from fitscan.model.arrays import Data

# An EDM of 1e-9 is this far from the minimum in units of the uncertainty.
CLOSE = 5e-5


def wide(name):
    return {"name": name, "bounds": [[-5.0, 5.0]]}


def test_counting_experiment_has_its_minimum_where_it_expects_what_is_seen():
    model = model_of(counting(15.0))
    found = fit(model, model.init + 3.0)
    assert found.status == CONVERGED
    assert 0.0 <= found.edm < TOLERANCE
    assert found.pars[0] == pytest.approx(1.0, abs=CLOSE)
    assert found.nll == pytest.approx(0.0, abs=1e-9)


def test_a_deficit_ends_at_the_bound():
    model = model_of(counting(5.0))
    found = fit(model, model.init)
    assert found.status == CONVERGED
    assert found.pars[0] == 0.0
    assert found.nll == pytest.approx(9.0 - 5.0 - 5.0 * math.log(9.0 / 5.0))


def test_a_bound_below_0_is_used():
    model = model_of(counting(5.0, parameters=[wide("mu")]))
    found = fit(model, model.init)
    assert found.status == CONVERGED
    assert found.pars[0] == pytest.approx(-4.0 / 6.0, abs=CLOSE)


def test_the_upper_bound_holds():
    model = model_of(counting(150.0))
    found = fit(model, model.init)
    assert (found.status, found.pars[0]) == (CONVERGED, 10.0)


def test_a_start_outside_the_bounds_is_moved_into_them():
    model = model_of(counting(15.0))
    found = fit(model, np.array([-40.0]))
    assert found.status == CONVERGED
    assert found.pars[0] == pytest.approx(1.0, abs=CLOSE)


def test_nothing_to_fit_is_a_minimum():
    model = model_of(counting(15.0))
    found = fit(model, model.init, mu=0.0)
    assert (found.status, found.edm, found.flat, found.gradient) == (CONVERGED, 0.0, 0, 0.0)
    assert found.nll == pytest.approx(9.0 - 15.0 - 15.0 * math.log(9.0 / 15.0))


@pytest.mark.parametrize("error", [3.0, 1e-5])
def test_on_off_problem_has_its_closed_form(error):
    # The second error makes tau 8.1e11: the NLL must not lose the digits of the first term.
    document = one_channel(
        sample("signal", [6.0], MU),
        sample("background", [9.0], modifier("b", "shapesys", [error])),
        observed=[15.0],
    )
    model = model_of(document)
    tau = (9.0 / error) ** 2
    found = fit(model, np.array([1.0, 2.0]), mu=0.0)
    assert found.status == CONVERGED
    assert found.pars[1] == pytest.approx((15.0 + tau) / (9.0 + tau), rel=1e-6)
    free = fit(model, found.pars)
    assert free.status == CONVERGED
    np.testing.assert_allclose(free.pars, [1.0, 1.0], atol=CLOSE)
    assert free.nll == pytest.approx(0.0, abs=1e-8)


def test_auxiliary_data_of_0_pull_to_a_bound_of_0():
    bound = {"name": "b", "bounds": [[0.0, 10.0]]}
    document = one_channel(
        sample("signal", [6.0], MU),
        sample("background", [9.0], modifier("b", "shapesys", [3.0])),
        observed=[6.0],
        parameters=[bound],
    )
    model = model_of(document)
    data = Data(model.data.main, np.zeros(2))
    found = fit(model, model.init, data=data)
    assert found.status == CONVERGED
    np.testing.assert_allclose(found.pars, [1.0, 0.0], atol=CLOSE)


@pytest.mark.parametrize("observed", [3.0, math.nan])
def test_a_start_without_likelihood_is_said_to_have_none(observed):
    model = model_of(one_channel(sample("signal", [6.0], MU), observed=[3.0]))
    data = Data(np.array([observed]), model.data.auxiliary)  # a model refuses NaN
    found = fit(model, model.init, mu=0.0, data=data)
    assert (found.status, found.nll) == (NO_LIKELIHOOD, math.inf)


def test_the_minimiser_leaves_its_arguments_alone():
    model = model_of(counting(15.0))
    start = np.array([0.2])
    fit(model, start, mu=2.0)
    assert start.tolist() == [0.2]
    assert model.fixed.tolist() == [False]
