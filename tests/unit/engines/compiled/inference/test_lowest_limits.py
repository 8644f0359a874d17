"""Limits at the lowest minima: where CLs of the lowest fits, by force, is the test size."""

import math

import numpy as np
import pytest
from small import MU, histosys, model_of, normsys, one_channel, sample, workspace

from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.inference.limits import upper_limits, widened
from fitscan.engines.compiled.inference.lowest_limits import lowest_limits
from fitscan.engines.compiled.inference.minima import search_minima
from fitscan.engines.compiled.kernels.batch import asimov_data, nll_of_each
from fitscan.statistics.asymptotics import asymptotic_CLs

NAMES = ("observed", "m2", "m1", "median", "p1", "p2")
ALPHAS = np.linspace(-5.0, 5.0, 4001)


@pytest.fixture(scope="module")
def misled():
    """The initial value of the only pull leads to its higher minimum when there is a signal."""
    return model_of(
        one_channel(
            sample("signal", [36.7], MU, histosys("a", [25.69], [25.69])),
            sample("background", [50.0], histosys("a", [60.0], [40.0])),
            observed=[55.0],
            parameters=[
                {"name": "a", "inits": [1.0], "bounds": [[-5.0, 5.0]]},
                {"name": "mu", "inits": [1.0], "bounds": [[0.0, 10.0]]},
            ],
        )
    )


def limits_of(model, **options):
    """Return the limits from the initial values and at the lowest minima."""
    test = hypotest(model)
    default = upper_limits(model, test=test, **options)
    return default, lowest_limits(model, search_minima(model, test, None), default, **options)


def lowest_by_force(model, data, mu):
    """Return the lowest NLL over the pull at a strength, by a grid and a fit from its best."""
    pars = np.stack([ALPHAS, np.full(len(ALPHAS), mu)], axis=1)
    best = pars[np.argmin(nll_of_each(model.arrays, data, pars))]
    return fit(model, best, mu=mu, data=data).nll


def CLs_by_force(model, mu):
    expected = asimov_data(model.arrays, fit(model, model.init, mu=0.0).pars)
    free = min(lowest_by_force(model, model.data, at) for at in np.linspace(0.0, 0.5, 501))
    q = max(0.0, 2.0 * (lowest_by_force(model, model.data, mu) - free))
    return asymptotic_CLs(q, 2.0 * lowest_by_force(model, expected, mu), test_stat="qtilde")


def test_CLs_of_the_lowest_fits_is_the_test_size_at_each_limit(misled):
    assert misled.names == ("a", "mu")
    default, found = limits_of(misled)
    for name in NAMES[:-1]:
        limit = getattr(found, name)
        # The free fit of the grid is that near, in q.
        assert getattr(CLs_by_force(misled, limit), name) == pytest.approx(0.05, abs=2e-5)
    # These are the numbers of a saved case; from its initial values others are found here.
    assert [getattr(found, name) for name in NAMES[:-1]] == pytest.approx(
        [1.55213, 0.42161, 0.65928, 1.17287, 2.8347], rel=1e-4
    )
    assert default.observed < 0.9 * found.observed
    assert default.median < 0.9 * found.median


def test_a_limit_that_there_is_not_has_a_message(misled):
    """At the lowest minima q_A stays below 11.1, and +2 sigma wants more."""
    _, found = limits_of(misled)
    assert math.isnan(found.p2)
    assert found.messages.p2 == "no crossing below 10"


def test_limits_with_one_minimum_are_those_from_the_initial_values():
    model = model_of(
        one_channel(
            sample("signal", [12.0, 5.0], MU, normsys("theory", 1.2, 0.9)),
            sample("background", [50.0, 20.0], normsys("x", 1.1, 0.9)),
            observed=[52.0, 18.0],
        )
    )
    default, found = limits_of(model)
    for name in NAMES:
        # Values of CLs at both are within 4e-6 of the test size, relative to it.
        assert getattr(found, name) == pytest.approx(getattr(default, name), rel=1e-5)
    assert found.messages == found.remarks == default.remarks == ("",) * 6
    assert found.q0 == pytest.approx(default.q0, abs=1e-8)


def test_beyond_the_default_bound_limits_are_found_at_the_lowest_minima_too():
    document = workspace(
        {
            "SR": [
                sample("signal", [3.67], MU, histosys("a", [2.569], [2.569])),
                sample("background", [50.0], histosys("a", [60.0], [40.0])),
            ]
        },
        {"SR": [55.0]},
    )
    model = model_of(document)
    assert not model.poi_bounded
    _, found = limits_of(model)
    assert [getattr(found, name) for name in NAMES[:-1]] == pytest.approx(
        [15.5213, 4.2161, 6.5928, 11.7287, 28.347], rel=1e-4
    )
    said = "above 10, the default upper bound of 'mu'"
    assert found.remarks == (said, "", "", said, said, "")
    _, wide = limits_of(widened(model, 1e3))
    assert wide.observed == pytest.approx(found.observed, rel=1e-5)
    assert wide.remarks.observed == ""
