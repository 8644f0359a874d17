"""Rates and derivatives at one place, in memory of their own."""

import numpy as np
import pytest
from small import counting, model_of

from fitscan.engines.compiled.kernels.expansion import expand


@pytest.fixture
def model():
    return model_of(counting(18.0, signal=6.0, background=9.0))


def test_a_counting_experiment_has_the_derivatives_of_its_formula(model):
    # NLL = r - n ln r with r = b + s mu.
    here = expand(model.arrays, model.data, np.array([0.5]))
    assert here.rates.rate == pytest.approx([12.0])
    assert here.derivatives.gradient == pytest.approx([6.0 * (1.0 - 18.0 / 12.0)])
    assert here.hessian == pytest.approx(np.array([[18.0 * 6.0**2 / 12.0**2]]))


def test_the_hessian_is_left_out_unless_it_is_asked_for(model):
    here = expand(model.arrays, model.data, np.array([0.5]), second=False)
    assert here.hessian.shape == (0, 0)
    assert here.derivatives.gradient == pytest.approx([-3.0])


def test_an_expansion_keeps_its_numbers_when_another_is_made(model):
    first = expand(model.arrays, model.data, np.array([0.5]))
    kept = [part.copy() for part in (first.rates.rate, first.derivatives.gradient, first.hessian)]
    expand(model.arrays, model.data, np.array([2.0]))
    for part, before in zip(
        (first.rates.rate, first.derivatives.gradient, first.hessian), kept, strict=True
    ):
        np.testing.assert_array_equal(part, before)
