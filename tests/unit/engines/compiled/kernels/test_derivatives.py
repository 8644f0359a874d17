"""Exact derivatives, against finite differences and against JAX on an independent NLL."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from kernels import called
from oracle import random_data, random_pars
from small import MU, histosys, model_of, modifier, normsys, one_channel, sample
from workspaces import cases

from fitscan.engines.compiled.kernels.batch import nll_at
from fitscan.engines.compiled.kernels.derivatives import hessian_product
from fitscan.engines.compiled.kernels.expansion import expand
from fitscan.engines.compiled.machine_code.references import by_reference
from fitscan.likelihood.patching import apply_patch
from fitscan.model import Analysis

codes = st.sampled_from(
    [(shape, norm) for shape in ("code0", "code2", "code4p") for norm in ("code1", "code4")]
)


def evaluated(model, pars, data, side=None):
    """Return rates, derivatives and the Hessian, both of its triangles."""
    here = expand(model.arrays, data, pars, side=side)
    return here.rates, here.derivatives, here.hessian


def differences(function, pars, steps):
    """Return central differences of a function, (parameters, ...), by Richardson's rule."""
    found = []
    for p, h in enumerate(steps):
        unit = np.zeros(len(pars))
        unit[p] = h
        coarse = (function(pars + unit) - function(pars - unit)) / (2 * h)
        fine = (function(pars + unit / 2) - function(pars - unit / 2)) / h
        found.append((4 * fine - coarse) / 3)
    return np.array(found)


def drawn(case, code, seed):
    """Return a model with parameters away from kinks and from rates near 0, and data."""
    hypothesis = apply_patch(case.background, case.operations, where="patch")
    analysis = Analysis(
        case.background, measurement=case.measurement, histosys=code[0], normsys=code[1]
    )
    model, rng = analysis.model(hypothesis), np.random.default_rng(seed)
    pars, data = random_pars(model, rng), random_data(model, rng)
    alphas = slice(0, model.arrays.alphas)
    near = np.abs(np.abs(pars[alphas, None]) - [[0.0, 1.0]]).min(axis=1) < 0.05
    pars[alphas] += np.where(near, 0.1, 0.0)
    pars[model.arrays.alphas :] = np.maximum(pars[model.arrays.alphas :], 0.05)
    assume(expand(model.arrays, data, pars).rates.rate.min() > 0.5)
    return model, pars, data


@settings(derandomize=True, deadline=None, max_examples=60)
@given(cases(), codes, st.integers(0, 2**32 - 1))
def test_gradient_and_hessian_are_those_of_finite_differences(case, code, seed):
    model, pars, data = drawn(case, code, seed)
    _, derivatives, hessian = evaluated(model, pars, data)
    steps = np.where(np.arange(len(pars)) < model.arrays.alphas, 1e-3, 1e-3 * pars)
    slopes = differences(lambda x: nll_at(model.arrays, data, x), pars, steps)
    scale = 1.0 + np.abs(derivatives.gradient).max()
    np.testing.assert_allclose(derivatives.gradient, slopes, rtol=1e-6, atol=1e-7 * scale)

    def gradient(x):
        return evaluated(model, x, data)[1].gradient.copy()

    curvatures = differences(gradient, pars, steps)
    scale = 1.0 + np.abs(hessian).max()
    np.testing.assert_allclose(hessian, curvatures, rtol=1e-6, atol=1e-8 * scale)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(cases(), codes, st.integers(0, 2**32 - 1))
def test_products_are_those_with_the_matrix(case, code, seed):
    model, pars, data = drawn(case, code, seed)
    _, derivatives, hessian = evaluated(model, pars, data)
    vector, product = np.random.default_rng(seed).normal(size=(2, len(pars)))
    called(hessian_product)(vector, model.arrays, by_reference(derivatives), product)
    scale = np.abs(hessian) @ np.abs(vector) + 1e-300
    assert np.max(np.abs(product - hessian @ vector) / scale) < 1e-12


def test_hessian_is_that_of_jax():
    jax = pytest.importorskip("jax")
    jnp = jax.numpy
    document = one_channel(
        sample("signal", [3.0, 1.0], MU, normsys("x", 1.2, 0.7)),
        sample(
            "background",
            [9.0, 7.0],
            normsys("x", 0.9, 1.3),
            histosys("x", [11.0, 8.0], [8.5, 7.5]),
            modifier("stat", "staterror", [0.9, 1.4]),
        ),
        observed=[11.0, 8.0],
    )
    model = model_of(document, normsys="code1")
    assert model.names == ("x", "mu", "stat[0]", "stat[1]")

    def nll(pars):
        x, mu, stat = pars[0], pars[1], pars[2:]
        q = x**2
        even = q * (15 - 10 * q + 3 * q**2) / 16
        up, down = jnp.array([11.0, 8.0]), jnp.array([8.5, 7.5])
        nominal = jnp.array([9.0, 7.0])
        shifted = nominal + x * (up - down) / 2 + even * (up + down - 2 * nominal)
        rate = mu * jnp.array([3.0, 1.0]) * 1.2**x + shifted * 0.9**x * stat
        constraint = x**2 / 2 + jnp.sum((stat - 1) ** 2 / jnp.array([0.1, 0.2]) ** 2) / 2
        return jnp.sum(rate - jnp.array([11.0, 8.0]) * jnp.log(rate)) + constraint

    pars = np.array([0.6, 0.8, 1.1, 0.95])
    with jax.enable_x64(True):
        gradient, hessian = jax.grad(nll)(pars), jax.hessian(nll)(pars)
    _, derivatives, ours = evaluated(model, pars, model.data)
    np.testing.assert_allclose(derivatives.gradient, gradient, rtol=1e-12)
    np.testing.assert_allclose(ours, hessian, rtol=1e-12)


@pytest.mark.parametrize("theta", [-0.7, 0.0])
def test_derivatives_are_exact_for_factors_that_are_not_positive(theta):
    document = one_channel(
        sample("signal", [2.0], MU, histosys("x", [2.6], [1.9]), normsys("y", 1.4, 0.8)),
        sample("background", [9.0], histosys("x", [11.0], [8.0])),
        observed=[11.0],
        parameters=[{"name": "mu", "bounds": [[-2.0, 10.0]]}],
    )
    model = model_of(document)
    pars = np.array([0.3, 0.4, theta])
    assert model.names[2] == "mu"
    _, _, hessian = evaluated(model, pars, model.data)
    curvatures = differences(
        lambda x: evaluated(model, x, model.data)[1].gradient.copy(), pars, [1e-3] * 3
    )
    np.testing.assert_allclose(hessian, curvatures, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(("shape", "norm"), [("code0", "code4"), ("code4p", "code1")])
def test_kinks_are_the_jumps_of_the_gradient_at_0(shape, norm):
    document = one_channel(
        sample("signal", [2.0], MU),
        sample("background", [9.0], histosys("x", [11.0], [8.0]), normsys("y", 1.4, 0.9)),
        observed=[14.0],
    )
    model = model_of(document, histosys=shape, normsys=norm)
    pars = np.array([0.0, 0.0, 1.0])
    gradients = [
        evaluated(model, pars, model.data, np.full(3, side))[1].gradient for side in (1.0, -1.0)
    ]
    _, derivatives, _ = evaluated(model, pars, model.data)
    jump = (gradients[0] - gradients[1])[:2]
    np.testing.assert_allclose(derivatives.kink, jump, rtol=1e-12, atol=1e-14)
    assert np.count_nonzero(derivatives.kink) == 1
