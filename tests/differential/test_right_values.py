"""The right values of random likelihoods are right: NLLs are pyhf's, minima are the lowest."""

from dataclasses import replace

import numpy as np
import pyhf
import pytest
from random_models.comparison import find_right
from random_models.families import CYCLE, FAMILIES
from random_models.generator import make
from random_models.likelihood import GAUSSIAN, read
from random_models.right import asymptotic_CLs, right_values
from small import MU, histosys, one_channel, sample

# Two of each family.
SAMPLE = [number for name in FAMILIES for number in (CYCLE.index(name), CYCLE.index(name) + 20)]


def spread(likelihood, count):
    """Return random parameters around the initial values."""
    rng = np.random.default_rng(len(likelihood.names))
    width = np.where(likelihood.kind == GAUSSIAN, likelihood.width, 0.3)
    theta = likelihood.init + 1.5 * width * rng.normal(size=(count, len(width)))
    inside = np.maximum(likelihood.lower, np.where(likelihood.kind == GAUSSIAN, -5.0, 0.05))
    inside = np.where(likelihood.names == np.array("lumi"), likelihood.lower, inside)
    theta = np.clip(theta, inside, likelihood.upper)
    return np.where(likelihood.upper == likelihood.lower, likelihood.init, theta)


@pytest.mark.parametrize("number", SAMPLE)
def test_nll_is_that_of_pyhf(number):
    document = make(0, number).complete()
    codes = {"normsys": {"interpcode": "code4"}, "histosys": {"interpcode": "code4p"}}
    workspace = pyhf.Workspace(document)
    model = workspace.model(modifier_settings=codes)
    data = np.array(workspace.data(model))
    likelihood = read(document)
    order = [likelihood.names.index(name) for name in model.config.par_names]
    held = np.array(model.config.suggested_fixed())
    bounds = np.array(model.config.suggested_bounds()).T
    assert likelihood.init[order].tolist() == model.config.suggested_init()
    assert ((likelihood.lower == likelihood.upper)[order] == held).all()
    assert likelihood.lower[order][~held].tolist() == bounds[0][~held].tolist()
    assert likelihood.upper[order][~held].tolist() == bounds[1][~held].tolist()

    theta = spread(likelihood, 20)
    theta = theta[(likelihood.rates(theta) > 1e-6).all(axis=1)]
    nll = likelihood.nll(theta, likelihood.data)
    theirs = [-model.logpdf(at[order], data)[0] for at in theta]
    assert len(theta) > 5
    # The NLL here has no terms that do not depend on the parameters.
    assert np.ptp(nll - theirs) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("number", SAMPLE)
def test_derivatives_are_those_of_differences(number):
    likelihood = read(make(0, number).complete())
    theta = spread(likelihood, 8)
    theta = theta[(likelihood.rates(theta) > 0.1).all(axis=1)]
    _, gradient, hessian = likelihood.derivatives(theta, likelihood.data)
    for parameter in np.flatnonzero(likelihood.upper > likelihood.lower):
        step = np.zeros(len(likelihood.names))
        step[parameter] = 1e-5
        ends = [likelihood.derivatives(theta + s, likelihood.data) for s in (step, -step)]
        (up, up_gradient, _), (down, down_gradient, _) = ends
        scale = np.abs(gradient).max() + np.abs(hessian).max()
        assert (up - down) / 2e-5 == pytest.approx(gradient[:, parameter], abs=1e-6 * scale)
        # The second derivatives of code 4p and code 4 have kinks at +-1.
        near_kink = np.abs(np.abs(theta[:, parameter]) - 1) < 2e-5
        slopes = ((up_gradient - down_gradient) / 2e-5)[~near_kink]
        assert slopes == pytest.approx(hessian[~near_kink, parameter], abs=1e-5 * scale)


@pytest.mark.parametrize("number", range(0, 200, 11))
def test_right_values_are_made_again(right_values, number):
    again, kept = find_right(0, number), right_values[number]
    assert again.lowest == pytest.approx(kept.lowest, abs=1e-5)
    assert again.main_unclear == kept.main_unclear
    assert again.lowest_unclear == kept.lowest_unclear
    if not kept.main_unclear:
        assert again.main == pytest.approx(kept.main, abs=1e-5)


def test_there_are_right_values_of_200_likelihoods(right_values):
    assert sorted(right_values) == list(range(200))
    unclear = [right for right in right_values.values() if right.main_unclear]
    assert len(unclear) < 20


def two_valleys(observed):
    """Return a likelihood of one pull: one sample moves to one side, the other both ways."""
    background = sample("background", [58.0, 36.0], histosys("a", [52.0, 31.0], [64.0, 40.0]))
    signal = sample("signal", [11.0, 32.0], MU, histosys("a", [8.0, 21.0], [8.0, 21.0]))
    return read(one_channel(background, signal, observed=observed))


@pytest.mark.parametrize("observed", [[62.0, 42.0], [75.0, 70.0], [40.0, 45.0]])
def test_lowest_minima_are_those_of_brute_force(observed):
    likelihood = two_valleys(observed)
    pull, mu = likelihood.names.index("a"), likelihood.poi
    fine = np.linspace(-5.0, 5.0, 2001)

    def lowest(strength, data):
        theta = np.zeros((len(fine), 2))
        theta[:, pull], theta[:, mu] = fine, strength
        nll = likelihood.nll(theta, data)
        return nll.min(), theta[nll.argmin()]

    background, at = lowest(0.0, likelihood.data)
    signal, _ = lowest(1.0, likelihood.data)
    strengths = np.linspace(0.0, 3.0, 151)
    free = np.array([lowest(strength, likelihood.data)[0] for strength in strengths])
    asimov, _ = lowest(1.0, likelihood.asimov(at))
    right = right_values(likelihood, 0)
    brute = {"background": background, "signal": signal, "free": free.min(), "asimov": asimov}
    # A grid is above the minimum, by the square of its spacing; so are its Asimov data off.
    for name in ("background", "signal", "free"):
        assert -1e-9 <= brute[name] - right.nll[name] < 2e-3
    assert right.nll["asimov"] == pytest.approx(asimov, abs=5e-3)
    q = 0.0 if strengths[free.argmin()] > 1.0 else 2 * (signal - free.min())
    assert right.lowest == pytest.approx(asymptotic_CLs(q, 2 * asimov), abs=2e-3)


@pytest.mark.parametrize("observed", [[2.0, 0.0], [4.0, 0.0]])
def test_a_minimum_beyond_negative_rates_is_that_of_brute_force(observed):
    """The last bin is filled by the up variation only: below 0 from -1 to 0, 0 below -1."""
    background = sample("background", [5.0, 0.0], histosys("a", [6.0, 1.0], [4.0, 0.0]))
    signal = sample("signal", [1.0, 1.0], MU)
    likelihood = read(one_channel(background, signal, observed=observed))
    theta = np.zeros((10_001, 2))
    theta[:, likelihood.names.index("a")] = np.linspace(-5.0, 5.0, len(theta))
    allowed = (likelihood.rates(theta) > -1e-12).all(axis=1)
    lowest = np.where(allowed, likelihood.nll(theta, likelihood.data), np.inf).min()
    assert right_values(likelihood, 0).nll["background"] == pytest.approx(lowest, abs=1e-6)


def test_asimov_data_have_no_nll_where_they_were_made():
    likelihood = read(make(0, 19).complete())
    theta = spread(likelihood, 1)
    assert likelihood.nll(theta, likelihood.asimov(theta[0])) == pytest.approx(0.0, abs=1e-12)


def test_a_bin_with_events_and_a_rate_of_0_has_no_likelihood():
    likelihood = read(one_channel(sample("signal", [2.0], MU), observed=[1.0]))
    assert likelihood.nll(np.zeros((1, 1)), likelihood.data) == np.inf


def test_a_negative_rate_has_no_likelihood():
    falling = sample("background", [1.0], histosys("a", [3.0], [-1.0]))
    likelihood = read(one_channel(falling, sample("signal", [2.0], MU), observed=[0.0]))
    theta = np.zeros((2, 2))
    theta[:, likelihood.names.index("a")] = -0.6, 0.0
    empty = replace(likelihood.data, main=np.zeros(1))
    assert likelihood.nll(theta, empty).tolist() == [np.inf, 1.0]
