"""Fits that do not converge at first: empty bins, starts without a likelihood, long valleys."""

import math
from dataclasses import replace

import numpy as np
import pytest
from small import MU, histosys, long_valley, model_of, normsys, one_channel, sample, workspace

from fitscan.engines.compiled.fits.recovery import BARRIERS, impossible_bins, recovered, with_events
from fitscan.engines.compiled.kernels.batch import fit_batch, nll_at, rates_at
from fitscan.engines.compiled.kernels.minimum import (
    CONVERGED,
    NO_LIKELIHOOD,
    NOT_DESCENDING,
    TOO_MANY_STEPS,
)
from fitscan.model.arrays import Data

WIDE = [{"name": "mu", "bounds": [[-5.0, 10.0]]}]


def first_and_recovered(model, start, mu=None, data=None):
    """Return a fit as it ended at first, and made once more."""
    data = data or model.data
    (failed,) = fit_batch(model, [start], [mu], data)
    return failed, recovered(model, data, start, mu, failed)


# --- rates of 0 ---


def test_a_rate_of_0_at_the_minimum_is_reached_by_a_barrier():
    """mu is -b / s, where nothing is expected and nothing was seen."""
    model = model_of(
        one_channel(
            sample("signal", [3.0], MU), sample("b", [0.5]), observed=[0.0], parameters=WIDE
        )
    )
    failed, found = first_and_recovered(model, model.init)
    assert failed.status == NOT_DESCENDING
    assert found.status == CONVERGED
    assert found.flat == 0
    assert found.pars[0] == pytest.approx(-0.5 / 3.0, abs=1e-8)
    # A bin of n = 1e-8 events at its minimum expects as many.
    assert 0.0 <= found.nll <= 1.5 * BARRIERS[-1]


def test_a_minimum_at_a_rate_of_0_is_the_lowest_with_rates_of_at_least_0():
    """A bin that only the up variation fills, and that is below 0 from -1 to 0."""
    model = model_of(
        one_channel(
            sample("signal", [1.0, 1.0], MU),
            sample("b", [5.0, 0.0], histosys("x", [6.0, 1.0], [4.0, 0.0])),
            observed=[4.0, 0.0],
        )
    )
    failed, found = first_and_recovered(model, model.init, mu=0.0)
    assert failed.status == NOT_DESCENDING
    assert found.status == CONVERGED
    alphas = np.linspace(-3.0, 3.0, 600_001)
    inside = np.clip(alphas, -1.0, 1.0)
    even = inside**2 * (15.0 - 10.0 * inside**2 + 3.0 * inside**4) / 8.0 + np.abs(alphas - inside)
    rates = np.array([5.0 + alphas, 0.5 * (alphas + even)])
    allowed = (rates > -1e-12).all(axis=0)
    nll = rates.sum(axis=0) - 4.0 + 4.0 * np.log(4.0 / rates[0]) + 0.5 * alphas**2
    lowest = np.argmin(np.where(allowed, nll, np.inf))
    assert found.nll == pytest.approx(nll[lowest], abs=5e-8)
    assert found.pars[0] == pytest.approx(alphas[lowest], abs=1e-3)
    assert rates_at(model.arrays, found.pars).rate.min() >= 0.0


def filled_upwards(observed, *more, others=()):
    """Return a model of which the up variation alone fills the last bin, and more modifiers."""
    shape = histosys("x", [6.0, *others, 1.0], [4.0, *others, 0.0])
    return model_of(
        one_channel(
            sample("signal", [1.0, *others, 1.0], MU),
            sample("b", [5.0, *others, 0.0], shape, *more),
            observed=observed,
        )
    )


@pytest.mark.parametrize("start", [-1.0, -1.5, -4.0])
def test_a_minimum_at_the_edge_of_negative_rates_is_exact(start):
    """The last bin is below 0 from -1 to 0, and exactly 0 below -1: no barrier helps there."""
    model = filled_upwards([2.0, 0.0])
    failed, found = first_and_recovered(model, np.array([start, 0.0]), mu=0.0)
    assert failed.status != CONVERGED
    assert found.status == CONVERGED
    assert found.pars[0] == -1.0
    assert found.nll == pytest.approx(4.0 - 2.0 + 2.0 * math.log(2.0 / 4.0) + 0.5, abs=1e-12)


def test_a_fit_that_starts_before_an_edge_stays_there():
    """As SLSQP does from the initial values: random 0-4177."""
    model = filled_upwards([2.0, 0.0])
    failed = fit_batch(model, [np.array([-2.0, 0.0])], [0.0], model.data)[0]
    found = recovered(model, model.data, model.init, 0.0, failed)
    assert found.status == CONVERGED
    assert found.pars[0] == pytest.approx(0.0, abs=1e-3)


def test_a_minimum_at_an_edge_may_have_another_rate_of_0():
    """A bin of which a second pull takes everything, beside the one at the edge."""
    falling = histosys("y", [5.0, 1.5, 0.0], [5.0, 0.5, 0.0])
    model = filled_upwards([2.0, 0.0, 0.0], falling, others=(1.0,))
    # Nothing but the empty bin moves y, as far as a rate of 0 allows.
    stiff = replace(model, data=Data(model.data.main, np.array([0.0, -4.0, 0.0])))
    _, found = first_and_recovered(stiff, np.array([-2.0, 0.0, 0.0]), mu=0.0)
    assert found.status == CONVERGED
    assert found.pars[0] == -1.0
    assert found.pars[1] == pytest.approx(-2.0, abs=1e-6)


def test_an_edge_that_a_signal_fills_is_no_minimum():
    """The rate rises with mu, which costs the third power of what the pull gains."""
    model = filled_upwards([2.0, 0.0])
    fits = [first_and_recovered(model, np.array([x, 0.0]))[1] for x in (-3.0, -1.0, 0.0)]
    lowest = min(found.nll for found in fits if found.status == CONVERGED)
    alphas, mu = np.linspace(-1.5, 0.5, 2001)[:, np.newaxis], np.linspace(0.0, 0.2, 2001)
    inside = np.clip(alphas, -1.0, 1.0)
    even = inside**2 * (15.0 - 10.0 * inside**2 + 3.0 * inside**4) / 8.0 + np.abs(alphas - inside)
    first, last = 5.0 + alphas + mu, 0.5 * (alphas + even) + mu
    nll = first + last - 2.0 + 2.0 * np.log(2.0 / first) + 0.5 * alphas**2
    brute = np.where(last >= 0.0, nll, np.inf).min()
    assert lowest <= brute + 1e-7
    assert lowest == pytest.approx(brute, abs=1e-3)


def test_the_nll_behind_a_barrier_is_that_of_the_data():
    model = model_of(
        one_channel(
            sample("signal", [3.0], MU), sample("b", [0.5]), observed=[0.0], parameters=WIDE
        )
    )
    _, found = first_and_recovered(model, model.init)
    assert found.nll == nll_at(model.arrays, model.data, found.pars)


def test_without_empty_bins_there_is_no_barrier(monkeypatch):
    model = model_of(one_channel(sample("signal", [3.0], MU), observed=[3.0]))
    monkeypatch.setattr("fitscan.engines.compiled.fits.recovery.BARRIERS", None)
    failed, found = first_and_recovered(model, model.init, mu=0.0)
    assert (failed.status, found.status) == (NO_LIKELIHOOD, NO_LIKELIHOOD)


def test_a_sample_that_its_variation_takes_away_needs_no_barrier():
    """The rate is 0 wherever the variation is at 1 or beyond: a barrier has no likelihood there."""
    model = model_of(
        one_channel(
            sample("signal", [2.0], MU), sample("b", [6.0], normsys("x", 0.0, 1.7)), observed=[0.0]
        )
    )
    start = np.array([3.0, 0.0])
    failed, found = first_and_recovered(model, start, mu=0.0)
    assert found.status == CONVERGED or found.nll <= failed.nll
    (right,) = fit_batch(model, [np.array([0.9, 0.0])], [0.0], model.data)
    assert found.nll <= right.nll + 1e-6


# --- starts without a likelihood ---


def test_a_negative_rate_at_the_start_is_raised():
    model = model_of(
        one_channel(
            sample("signal", [6.0], MU), sample("b", [9.0]), observed=[15.0], parameters=WIDE
        )
    )
    failed, found = first_and_recovered(model, np.array([-4.0]))
    assert (failed.status, failed.nll) == (NO_LIKELIHOOD, math.inf)
    assert found.status == CONVERGED
    assert found.pars[0] == pytest.approx(1.0, abs=1e-4)


def test_several_bins_are_raised_together_and_the_fit_is_that_from_a_good_start():
    model = model_of(
        one_channel(
            sample("signal", [6.0, 1.0, 0.0], MU),
            sample("b", [9.0, 7.0, 4.0], histosys("x", [12.0, 10.0, 3.0], [6.0, 4.0, 5.0])),
            observed=[15.0, 0.0, 2.0],
        )
    )
    failed, found = first_and_recovered(model, np.array([-4.5, 0.0]), mu=0.5)
    (right,) = fit_batch(model, [model.init], [0.5], model.data)
    assert failed.status == NO_LIKELIHOOD
    assert (found.status, right.status) == (CONVERGED, CONVERGED)
    assert found.nll == pytest.approx(right.nll, abs=1e-8)
    assert found.pars[model.poi] == 0.5


def test_what_has_no_likelihood_anywhere_stays_without():
    model = model_of(
        one_channel(sample("signal", [3.0, 0.0], MU), sample("b", [1.0, 0.0]), observed=[4.0, 2.0])
    )
    failed, found = first_and_recovered(model, model.init)
    assert (failed.status, found.status) == (NO_LIKELIHOOD, NO_LIKELIHOOD)


def test_impossible_bins_are_named_with_channel_events_and_samples():
    model = model_of(
        workspace(
            {
                "SR": [sample("signal", [3.0, 1.0], MU), sample("W", [1.0, 0.0])],
                "CR": [sample("W", [4.0, 0.0, 2.0]), sample("top", [1.0, 0.0, 2.0])],
            },
            {"SR": [4.0, 2.0], "CR": [3.0, 2.0, 5.0]},
        )
    )
    pars = np.zeros(1)
    named = impossible_bins(model, model.data, pars)
    # Channels are in the order of pyhf: by name.
    assert named == (
        "bin 2 of channel 'CR' expects 0 events and has 2 (samples: W, top); "
        "bin 2 of channel 'SR' expects 0 events and has 2 (samples: signal, W)"
    )
    assert impossible_bins(model, Data(np.zeros(5), model.data.auxiliary), pars) == ""


def test_a_negative_rate_is_impossible_in_an_empty_bin_too():
    model = model_of(
        one_channel(
            sample("signal", [2.0], MU), sample("W", [3.0]), observed=[0.0], parameters=WIDE
        )
    )
    named = impossible_bins(model, model.data, np.array([-2.0]))
    assert named.startswith("bin 1 of channel 'SR' expects -1 events and has 0")
    assert impossible_bins(model, model.data, np.array([-1.5])) == ""


# --- long valleys ---


def test_a_fit_that_runs_out_of_steps_goes_on():
    model, data = long_valley()
    (start,) = fit_batch(model, [model.init], [1.0], model.data)
    failed, found = first_and_recovered(model, start.pars, mu=1.0, data=data)
    assert failed.status == TOO_MANY_STEPS
    assert found.status == CONVERGED
    assert found.nll < failed.nll
    # It begins where the other ended, and not again.
    (again,) = fit_batch(model, [start.pars], [1.0], data, most_steps=100_000)
    assert again.status == CONVERGED
    assert found.steps < again.steps


# --- additional events ---


def test_additional_events_are_added_to_their_bins_and_to_nothing_else():
    model = model_of(
        one_channel(
            sample("signal", [3.0, 1.0], MU, normsys("theory", 1.1, 0.9)),
            sample("b", [9.0, 7.0], normsys("x", 1.2, 0.9), histosys("x", [10.0, 7], [8.0, 6.0])),
            observed=[12.0, 7.0],
        )
    )
    more_events, fewer_events = np.array([0.0, 2.5]), np.array([-1.0, 2.5])
    for pars in np.random.default_rng(3).uniform(-1.5, 1.5, (5, 3)):
        before = rates_at(model.arrays, pars).rate.copy()
        more = with_events(model.arrays, more_events)
        np.testing.assert_allclose(rates_at(more, pars).rate, before + more_events, rtol=1e-14)
        both = with_events(model.arrays, fewer_events)
        np.testing.assert_allclose(rates_at(both, pars).rate, before + fewer_events, rtol=1e-13)
    assert len(with_events(model.arrays, np.zeros(2)).nominal) == len(model.arrays.nominal)
