import numpy as np
import pytest

from fitscan.model.interpolation import bend_coefficients, code4_coefficients


@pytest.fixture
def variations():
    rng = np.random.default_rng(1)
    return rng.uniform(0.05, 4.0, (2, 50))


def test_code4_meets_its_six_conditions(variations):
    hi, lo = variations
    polynomials = np.vstack([np.ones(50), code4_coefficients(hi, lo)])
    for point, kappa in ((1.0, hi), (-1.0, lo)):
        power = np.log(kappa) * point  # d ln(kappa^|alpha|) / d alpha
        for order, expected in enumerate((kappa, power * kappa, power**2 * kappa)):
            found = [np.polynomial.Polynomial(c).deriv(order)(point) for c in polynomials.T]
            np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-11)


def test_code4_of_no_effect_is_one():
    np.testing.assert_array_equal(code4_coefficients([1.0], [1.0]), np.zeros((6, 1)))


def test_coefficients_of_a_shape_return_its_variations():
    up, down, nominal = np.array([12.0, 7.0]), np.array([9.0, 7.5]), np.array([10.0, 7.0])
    half, bend = bend_coefficients(up, down, nominal)
    np.testing.assert_allclose(nominal + half + 8.0 * bend, up)
    np.testing.assert_allclose(nominal - half + 8.0 * bend, down)
