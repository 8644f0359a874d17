"""Where the fit at mu = 0 starts: next to the minimum of the background."""

from dataclasses import replace

import numpy as np
import pytest
from small import MU, modifier, normsys, one_channel, sample

from fitscan.engines.compiled.fits.fits import default_fit, fit, fits_of_test
from fitscan.engines.compiled.fits.near_background import near_background
from fitscan.engines.compiled.kernels.minimum import CONVERGED
from fitscan.likelihood.patching import apply_patch
from fitscan.model import Analysis
from fitscan.model.arrays import Data


def hypothesis(alphas):
    """Return a signal with errors and a normsys of its own beside a background of many normsys."""
    norms = [normsys(f"x{n}", 1.1 + 0.01 * n, 0.95) for n in range(alphas)]
    error = modifier("stat", "staterror", [0.9, 0.7])
    background = one_channel(
        sample("background", [30.0, 7.0], *norms, error), observed=[44.0, 11.0]
    )
    signal = sample("signal", [6.0, 3.0], normsys("theory", 1.2, 0.9), MU, error)
    where = f"/channels/0/samples/{len(background['channels'][0]['samples'])}"
    patched = apply_patch(
        background, [{"op": "add", "path": where, "value": signal}], where="patch"
    )
    return Analysis(background).model(patched)


def test_from_there_the_fit_at_mu_0_takes_fewer_steps_to_the_same_minimum():
    model = hypothesis(15)
    near, cold = near_background(model), default_fit(model, mu=0.0)
    warm = fit(model, near, mu=0.0)
    assert warm.status == cold.status == CONVERGED
    assert warm.nll == pytest.approx(cold.nll, abs=2e-9)
    assert warm.steps < cold.steps
    assert fits_of_test(model, 1.0).background.nll == warm.nll


def test_parameters_of_the_signal_and_those_that_are_held_are_at_their_initial_values():
    model = hypothesis(15)
    own = [model.names.index(name) for name in ("theory", "mu")]
    near = near_background(model)
    np.testing.assert_array_equal(near[own], model.init[own])
    assert (np.delete(near, own) != np.delete(model.init, own)).all()
    held = replace(model, fixed=np.arange(len(near)) == 3)
    assert near_background(held)[3] == model.init[3] != near[3]


def test_few_parameters_and_other_data_start_at_the_initial_values():
    assert near_background(hypothesis(12)) is None
    model = hypothesis(15)
    assert near_background(replace(model, background=None)) is None
    other = replace(model, data=Data(model.data.main.copy(), model.data.auxiliary))
    assert near_background(other) is None
    again = fits_of_test(other, 1.0).background
    assert again.nll == default_fit(other, mu=0.0).nll


def test_a_background_that_does_not_converge_is_no_start(monkeypatch):
    model = hypothesis(15)
    monkeypatch.setattr(
        "fitscan.engines.compiled.fits.near_background._minimum_of", lambda background: None
    )
    assert near_background(model) is None


def test_a_fit_that_leads_nowhere_from_there_starts_at_the_initial_values(monkeypatch):
    model = hypothesis(15)
    lost = np.full(len(model.init), np.nan)
    monkeypatch.setattr("fitscan.engines.compiled.fits.fits.near_background", lambda model: lost)
    found = fits_of_test(model, 1.0).background
    assert found.status == CONVERGED
    assert found.nll == default_fit(model, mu=0.0).nll
