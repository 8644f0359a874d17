"""Both fits of each toy, against the closed form of a counting experiment."""

import dataclasses

import numpy as np
import pytest
from scipy.special import xlogy
from small import MU, counting, model_of, modifier, one_channel, sample

from fitscan.engines.compiled.inference.toys import _setup
from fitscan.engines.compiled.kernels.buffers import buffers_for
from fitscan.engines.compiled.kernels.minimum import CONVERGED
from fitscan.engines.compiled.kernels.toy import new_fitted_toys
from fitscan.engines.compiled.kernels.toy_fits import fit_each_toy
from fitscan.engines.compiled.machine_code.references import by_reference

SIGNAL, BACKGROUND = 6.0, 9.0


def fitted(model, pars, main, auxiliary, *, mu_test=1.0):
    out = new_fitted_toys(len(main))
    setup = by_reference(_setup(model, pars, mu_test, None))
    buffers = buffers_for(model.arrays)
    fit_each_toy(model.arrays, setup, main, auxiliary, by_reference(out), buffers)
    return out


def nll(events, rate):
    """The NLL less that of a rate which is what was seen."""
    return rate - events + xlogy(events, events / rate)


def test_fits_of_a_counting_experiment_are_those_of_its_formula():
    model = model_of(counting(15.0, signal=SIGNAL, background=BACKGROUND))
    events = np.array([4.0, 9.0, 12.0, 21.0, 0.0])
    out = fitted(model, np.ones(1), events[:, np.newaxis], np.zeros((5, 1)), mu_test=0.5)
    mu_hat = np.maximum(0.0, (events - BACKGROUND) / SIGNAL)
    np.testing.assert_allclose(out.mu_hat, mu_hat, atol=1e-4)
    for fits, mu in ((out.signal, 0.5), (out.free, mu_hat)):
        assert (fits.status == CONVERGED).all()
        np.testing.assert_allclose(fits.nll, nll(events, BACKGROUND + mu * SIGNAL), atol=1e-8)
    assert not out.signal.again.any()


def test_auxiliary_events_of_a_toy_are_its_own():
    # b events are expected and tau b auxiliary ones: b-hat-hat at mu solves a quadratic equation.
    tau = 25.0
    model = model_of(
        one_channel(
            sample("signal", [SIGNAL], MU),
            sample("background", [BACKGROUND], modifier("b", "shapesys", [BACKGROUND / 5.0])),
            observed=[12.0],
        )
    )
    assert model.names == ("mu", "b[0]")
    main, auxiliary = np.array([[14.0], [6.0]]), np.array([[0.0, 20.0], [0.0, 31.0]])
    out = fitted(model, np.ones(2), main, auxiliary)
    n, m = main[:, 0], auxiliary[:, 1]
    # d NLL / d theta = 0, with the rate s + b theta.
    square, half = BACKGROUND * (BACKGROUND + tau), SIGNAL * (BACKGROUND + tau)
    half -= BACKGROUND * (n + m)
    theta = (-half + np.sqrt(half**2 + 4.0 * square * m * SIGNAL)) / (2.0 * square)
    expected = nll(n, SIGNAL + BACKGROUND * theta) + nll(m, tau * theta)
    np.testing.assert_allclose(out.signal.nll, expected, atol=1e-8)


def test_a_signal_strength_that_is_fixed_is_held_in_both_fits():
    model = model_of(counting(15.0, signal=SIGNAL, background=BACKGROUND))
    model = dataclasses.replace(model, fixed=np.ones(1, dtype=bool))
    out = fitted(model, np.ones(1), np.array([[21.0]]), np.zeros((1, 1)))
    assert out.mu_hat[0] == 1.0
    assert out.free.nll[0] == pytest.approx(out.signal.nll[0], abs=1e-12)
