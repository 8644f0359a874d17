"""Edges of negative rates: which alphas have one, and where a fit is beyond it."""

import numpy as np
import pytest
from small import MU, histosys, model_of, one_channel, sample

from fitscan.engines.compiled.fits.edges import beyond_edge, edged_alphas


def filled(up, down, observed=0.0, code="code4p"):
    """Return a model whose last bin has no background but under a variation."""
    shape = histosys("x", [6.0, up], [4.0, down])
    document = one_channel(
        sample("signal", [1.0, 1.0], MU),
        sample("b", [5.0, 0.0], shape),
        observed=[2.0, observed],
    )
    return model_of(document, histosys=code)


@pytest.mark.parametrize(
    ("up", "down", "alpha", "bounds"),
    [
        (1.0, 0.0, -1.0, (-5.0, -1.0)),
        (1.0, 0.0, -0.9995, (-5.0, -1.0)),
        (1.0, 0.0, -3.0, (-5.0, -1.0)),
        (0.0, 1.0, 2.0, (1.0, 5.0)),
    ],
)
def test_an_alpha_beyond_an_edge_is_bounded_to_its_side(up, down, alpha, bounds):
    model = filled(up, down)
    bounded, nothing = beyond_edge(model, model.data, np.array([alpha, 0.0]), 0.0)
    assert (bounded.lower[0], bounded.upper[0]) == bounds
    assert nothing.tolist() == [False, True]
    assert (model.lower[0], model.upper[0]) == (-5.0, 5.0)


@pytest.mark.parametrize(
    ("up", "down", "alpha"), [(1.0, 0.0, -0.5), (1.0, 0.0, 2.0), (1.0, 0.1, -2.0), (0.0, 0.0, -2.0)]
)
def test_elsewhere_there_is_no_edge(up, down, alpha):
    model = filled(up, down)
    assert beyond_edge(model, model.data, np.array([alpha, 0.0]), 0.0) is None


def test_with_events_there_is_no_edge():
    model = filled(1.0, 0.0, observed=1.0)
    assert beyond_edge(model, model.data, np.array([-2.0, 0.0]), 0.0) is None
    assert not edged_alphas(model.arrays, model.data, np.zeros(2)).any()


def test_with_another_parameter_that_raises_the_rate_there_is_no_edge():
    """With mu the pull goes on through what was negative."""
    model = filled(1.0, 0.0)
    assert beyond_edge(model, model.data, np.array([-1.0, 0.0]), None) is None


def test_alphas_with_an_edge_are_known_on_its_other_side():
    for down, edged in ((0.0, [True]), (0.1, [False])):
        model = filled(1.0, down)
        assert edged_alphas(model.arrays, model.data, np.zeros(2)).tolist() == edged


def test_code_2_has_positive_rates_beyond():
    model = filled(1.0, 0.0, code="code2")
    assert beyond_edge(model, model.data, np.array([-1.0, 0.0]), 0.0) is None
