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


@pytest.mark.parametrize("other", [0.0, 0.3, 1.0, 2.0, 10.0])
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_code4_falls_to_0_with_both_derivatives(side, other):
    """Was refused: an uncertainty of 100 %, where x ln x and x (ln x)^2 are 0."""
    hi, lo = (0.0, other) if side > 0.0 else (other, 0.0)
    found = np.polynomial.Polynomial([1.0, *code4_coefficients([hi], [lo])[:, 0]])
    values = [found.deriv(order)(side) for order in range(3)]
    np.testing.assert_allclose(values, 0.0, atol=1e-10)
    # Kernels continue the polynomial by exp(l (alpha - side)): it must not come back.
    assert values[0] > 0.0
    assert abs(values[1] / values[0]) < 0.2
    power = np.log(other) * -side if other else 0.0
    expected = other, power * other, power**2 * other
    values = [found.deriv(order)(-side) for order in range(3)]
    np.testing.assert_allclose(values, expected, rtol=1e-11, atol=1e-10)


def test_code4_of_a_variation_that_is_hardly_above_0_stays_positive():
    """Was wrong: what rounding left of 1e-20 was negative or grew beyond alpha = -1."""
    lo = np.geomspace(1e-300, 1e-10, 30)
    c = np.vstack([np.ones(30), code4_coefficients(np.full(30, 2.0), lo)]).T
    ends = np.array([np.polynomial.Polynomial(row)(-1.0) for row in c])
    slopes = np.array([np.polynomial.Polynomial(row).deriv()(-1.0) for row in c])
    assert (ends > 0.0).all()
    assert (slopes / ends > -0.2).all()


def test_code4_of_no_effect_is_one():
    np.testing.assert_array_equal(code4_coefficients([1.0], [1.0]), np.zeros((6, 1)))


def test_coefficients_of_a_shape_return_its_variations():
    up, down, nominal = np.array([12.0, 7.0]), np.array([9.0, 7.5]), np.array([10.0, 7.0])
    half, bend = bend_coefficients(up, down, nominal)
    np.testing.assert_allclose(nominal + half + 8.0 * bend, up)
    np.testing.assert_allclose(nominal - half + 8.0 * bend, down)
