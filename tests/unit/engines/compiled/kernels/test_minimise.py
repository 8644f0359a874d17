"""The minimiser where the minimum is known in closed form, and where it is hard to find."""

import math

import numpy as np
import pytest
from scipy import optimize
from small import MU, counting, histosys, model_of, modifier, normsys, one_channel, sample

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


def test_a_parameter_with_bounds_of_no_width_is_held():
    document = one_channel(
        sample("signal", [6.0], MU),
        sample("background", [9.0], modifier("k", "normfactor")),
        observed=[15.0],
        parameters=[{"name": "k", "inits": [0.5], "bounds": [[0.5, 0.5]]}],
    )
    found = fit(model := model_of(document), model.init)
    assert (found.status, found.pars[model.names.index("k")]) == (CONVERGED, 0.5)


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


def test_a_maximum_is_left():
    # Both variations go up, so alpha = 0 is stationary, and with an excess a maximum.
    document = one_channel(
        sample("signal", [1.0], MU),
        sample("background", [10.0], histosys("x", [18.0], [18.0])),
        observed=[25.0],
    )
    model = model_of(document, histosys="code2")
    found = fit(model, model.init, mu=0.0)
    assert found.status == CONVERGED
    assert abs(found.pars[0]) == lowest_by_scipy(lambda a: 10 + 8 * (2 * a - 1))


def lowest_by_scipy(rate):
    """Return the alpha in [1, 5] with the smallest NLL of 25 events."""
    result = optimize.minimize_scalar(
        lambda a: rate(a) - 25.0 * math.log(rate(a)) + a * a / 2,
        bounds=(1.0, 5.0),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return pytest.approx(result.x, abs=CLOSE)


def test_a_saddle_point_that_no_parameter_alone_leaves_is_left():
    # The rate is 9 + 6 mu k: at 0 the gradient and the diagonal of the Hessian vanish.
    document = one_channel(
        sample("signal", [6.0], MU, modifier("k", "normfactor")),
        sample("background", [9.0]),
        observed=[15.0],
        parameters=[wide("mu"), wide("k")],
    )
    model = model_of(document)
    found = fit(model, np.zeros(2))
    assert found.status == CONVERGED
    assert found.nll == pytest.approx(0.0, abs=1e-8)
    assert found.pars.prod() == pytest.approx(1.0, abs=1e-4)


def test_directions_in_which_nothing_changes_are_counted():
    document = one_channel(
        sample("signal", [6.0], MU, modifier("k", "normfactor")),
        sample("background", [9.0]),
        observed=[15.0],
    )
    model = model_of(document)
    found = fit(model, model.init)
    assert (found.status, found.flat) == (CONVERGED, 1)
    held = fit(model, model.init, mu=0.0)
    assert (held.status, held.flat) == (CONVERGED, 1)


@pytest.mark.parametrize("observed", [11.0, 3.0])
def test_a_free_normalisation_that_takes_up_the_signal_is_flat(observed):
    """Was a bug: too many steps, one in four models with a free normalisation in one bin."""
    document = one_channel(
        sample("signal", [0.6], MU, normsys("x", 1.1, 0.92)),
        sample("background", [3.3], modifier("k", "normfactor")),
        observed=[observed],
    )
    model = model_of(document)
    assert model.names == ("x", "mu", "k")
    free = fit(model, model.init)
    assert (free.status, free.flat) == (CONVERGED, 1)
    assert free.nll == pytest.approx(0.0, abs=TOLERANCE)
    held = fit(model, model.init, mu=1.0)
    assert (held.status, held.flat) == (CONVERGED, 0)
    assert held.pars[2] == pytest.approx((observed - 0.6) / 3.3, abs=1e-3)


def test_flat_directions_are_counted_each():
    document = one_channel(
        sample("signal", [6.0, 3.0], MU),
        sample("a", [9.0, 4.5], modifier("a", "normfactor")),
        sample("b", [3.0, 1.5], modifier("b", "normfactor")),
        sample("c", [1.0, 2.0], normsys("x", 1.1, 0.9)),
        observed=[20.0, 11.0],
    )
    model = model_of(document)
    found = fit(model, model.init)
    assert (found.status, found.flat) == (CONVERGED, 2)
    # With the signal held one is left, and with the data of two independent samples none.
    assert fit(model, model.init, mu=1.0).flat == 1
    assert fit(model_of(counting(15.0)), np.ones(1)).flat == 0


def test_a_valley_as_level_as_it_is_curved_ends_somewhere_on_its_bottom():
    """Three factors of one bin, whose product is all that is seen."""
    document = one_channel(
        sample("signal", [6.0], MU, modifier("k", "normfactor"), modifier("l", "normfactor")),
        observed=[15.0],
    )
    model = model_of(document)
    found = fit(model, model.init)
    assert found.status == CONVERGED
    assert found.nll == pytest.approx(0.0, abs=TOLERANCE)
    assert found.pars.prod() == pytest.approx(2.5, abs=1e-3)


def test_a_line_at_a_rate_of_0_is_not_flat():
    """Nothing curves along mu where nothing is seen, but its gradient is the signal."""
    document = one_channel(
        sample("signal", [3.0], MU),
        sample("background", [0.5], normsys("x", 1.2, 0.9)),
        observed=[0.0],
        parameters=[wide("mu")],
    )
    model = model_of(document)
    found = fit(model, model.init)
    assert (found.status, found.flat) == (CONVERGED, 0)
    # The rate is 0 at the least price, without a pull.
    assert found.nll == pytest.approx(0.0, abs=5e-8)
    assert found.pars[0] == pytest.approx(0.0, abs=1e-3)
    assert found.pars[1] == pytest.approx(-0.5 / 3.0, abs=1e-4)


@pytest.mark.parametrize("observed", [3.0, math.nan])
def test_a_start_without_likelihood_is_said_to_have_none(observed):
    model = model_of(one_channel(sample("signal", [6.0], MU), observed=[observed]))
    found = fit(model, model.init, mu=0.0)
    assert (found.status, found.nll) == (NO_LIKELIHOOD, math.inf)


@pytest.mark.parametrize("kind", ["code0", "code1"])
@pytest.mark.parametrize("start", [0.0, 0.7, -0.7])
@pytest.mark.parametrize("observed", [9.0, 10.0, 14.0])
def test_minima_on_a_kink_and_beside_it(kind, start, observed):
    # The rate is 10 + 2 |alpha|, or 10 x 1.2^|alpha|: a deficit ends on the kink.
    if kind == "code0":
        variation, options = histosys("x", [12.0], [12.0]), {"histosys": "code0"}
    else:
        variation, options = normsys("x", 1.2, 1.2), {"normsys": "code1"}
    document = one_channel(
        sample("signal", [1.0], MU), sample("background", [10.0], variation), observed=[observed]
    )
    model = model_of(document, **options)
    found = fit(model, np.array([start, 0.0]), mu=0.0)
    assert found.status == CONVERGED

    def slope(a):
        rate, change = (
            (10 + 2 * a, 2) if kind == "code0" else (10 * 1.2**a, 10 * 1.2**a * math.log(1.2))
        )
        return change * (1 - observed / rate) + a

    expected = 0.0 if slope(0.0) >= 0.0 else optimize.brentq(slope, 0.0, 5.0)
    assert abs(found.pars[0]) == pytest.approx(expected, abs=CLOSE)


def test_the_minimiser_leaves_its_arguments_alone():
    model = model_of(counting(15.0))
    start = np.array([0.2])
    fit(model, start, mu=2.0)
    assert start.tolist() == [0.2]
    assert model.fixed.tolist() == [False]
