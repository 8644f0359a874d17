"""The back end of spey beside spey-pyhf's: the same numbers to the same questions.

spey and spey-pyhf belong to the environment of tests, so that nothing is skipped where it counts.
"""

import importlib.metadata
import json

import numpy as np
import pyhf
import pytest
from quiet_spey import spey  # before what imports it
from spey.interface.statistical_model import statistical_model_wrapper
from spey_cases import BACKGROUND, CASES, SIGNAL, signal_of

from fitscan.errors import ConfigError, FileMissing, ModelError
from fitscan.spey_backend.backend import FitscanBackend

EXPECTATIONS = [*spey.ExpectationType]
OBSERVED = spey.ExpectationType.observed


def ours(background, signal, **options):
    made = statistical_model_wrapper(FitscanBackend)
    return made(analysis="test", background_only_model=background, signal_patch=signal, **options)


@pytest.fixture(scope="module")
def spey_pyhf():
    """The back end of spey-pyhf, which changes the state of pyhf when it is imported."""
    before = pyhf.get_backend()
    levels = {log: log.level for log in (pyhf.pdf.log, pyhf.workspace.log)}
    found = spey.get_backend("pyhf")
    pyhf.set_backend(*before)
    for log, level in levels.items():
        log.setLevel(level)
    return found


@pytest.fixture(params=CASES)
def both(request, spey_pyhf):
    background, signal = json.loads(json.dumps(CASES[request.param]))
    theirs = spey_pyhf(analysis="test", background_only_model=background, signal_patch=signal)
    return ours(*CASES[request.param]), theirs


@pytest.mark.parametrize("poi_test", [float("nan"), float("inf"), {0: float("nan")}])
def test_a_strength_that_is_no_number_is_refused(poi_test):
    """Was a bug: an exclusion of 0 with warnings."""
    with pytest.raises(ConfigError, match="a value of poi_test is not finite"):
        ours(BACKGROUND, SIGNAL).backend.negative_loglikelihood(poi_test=poi_test)


def test_it_is_found_by_its_entry_point():
    (found,) = importlib.metadata.entry_points(group="spey.backend.plugins", name="fitscan")
    assert found.load() is FitscanBackend
    assert FitscanBackend.name == "fitscan"


def test_spey_takes_it():
    spey.reset_backend_entries()
    model = spey.get_backend("fitscan")(background_only_model=BACKGROUND, signal_patch=SIGNAL)
    assert model.backend_type == "fitscan"
    assert model.available_calculators == ["toy", "asymptotic", "chi_square"]


def test_parameters_are_those_of_spey_pyhf(both):
    for negative in (True, False):
        mine, theirs = (
            model.backend.config(allow_negative_signal=negative, poi_upper_bound=7.0)
            for model in both
        )
        assert mine.parameter_names == theirs.parameter_names
        assert mine.poi_index == theirs.poi_index
        assert mine.minimum_poi == pytest.approx(float(theirs.minimum_poi))
        assert mine.suggested_init == theirs.suggested_init
        assert np.array(mine.suggested_bounds) == pytest.approx(np.array(theirs.suggested_bounds))
        assert mine.suggested_fixed == theirs.suggested_fixed
    assert both[0].is_alive


@pytest.mark.parametrize("expected", EXPECTATIONS)
def test_log_density_and_expected_data_are_those_of_spey_pyhf(both, expected):
    rng = np.random.default_rng(1)
    init = np.array(both[0].backend.config().suggested_init)
    for _ in range(5):
        pars = init + rng.normal(0.0, 0.1, len(init))
        mine, theirs = (float(m.backend.get_logpdf_func(expected)(pars)) for m in both)
        assert mine == pytest.approx(theirs, rel=1e-9)
        mine, theirs = (np.array(m.backend.expected_data(pars)) for m in both)
        assert mine == pytest.approx(theirs)
        data = rng.poisson(np.abs(theirs)).astype(float) + 0.5
        mine, theirs = (float(m.backend.get_logpdf_func(data=data)(pars)) for m in both)
        assert mine == pytest.approx(theirs, rel=1e-9)


def test_gradient_and_hessian_are_the_derivatives(both):
    backend = both[0].backend
    config = backend.config()
    pars = np.array(config.suggested_init) * 0.9 + 0.05
    _, gradient = backend.get_objective_function()(pars)
    hessian = backend.get_hessian_logpdf_func()(pars)
    for p in range(len(pars)):
        up, down = pars.copy(), pars.copy()
        up[p] += 1e-5
        down[p] -= 1e-5
        rise = backend.get_objective_function(do_grad=False)
        assert gradient[p] == pytest.approx((rise(up) - rise(down)) / 2e-5, rel=1e-4, abs=1e-4)
        slopes = [backend.get_objective_function()(at)[1] for at in (up, down)]
        assert -hessian[p] == pytest.approx((slopes[0] - slopes[1]) / 2e-5, rel=1e-4, abs=1e-3)


@pytest.mark.parametrize("expected", EXPECTATIONS)
def test_likelihoods_are_those_of_spey_pyhf(both, expected):
    for mu in (0.0, 1.0, 2.5):
        mine, theirs = (float(m.likelihood(mu, expected=expected)) for m in both)
        assert mine == pytest.approx(theirs, abs=2e-5)
        mine, theirs = (float(m.asimov_likelihood(mu, expected=expected)) for m in both)
        assert mine == pytest.approx(theirs, abs=2e-4)
    for negative in (True, False):
        (mu, nll), (their_mu, their_nll) = (
            m.maximize_likelihood(expected=expected, allow_negative_signal=negative) for m in both
        )
        assert mu == pytest.approx(float(their_mu), abs=5e-3)
        assert nll == pytest.approx(float(their_nll), abs=2e-5)
    (mu, nll), (their_mu, their_nll) = (
        m.maximize_asimov_likelihood(expected=expected) for m in both
    )
    assert mu == pytest.approx(float(their_mu), abs=5e-3)
    assert nll == pytest.approx(float(their_nll), abs=2e-4)


@pytest.mark.parametrize("expected", EXPECTATIONS)
def test_confidence_levels_and_limits_are_those_of_spey_pyhf(both, expected):
    for negative in (True, False):
        mine, theirs = (
            m.exclusion_confidence_level(expected=expected, allow_negative_signal=negative)
            for m in both
        )
        assert np.array(mine) == pytest.approx(np.array(theirs), abs=5e-5)
    mine, theirs = (m.poi_upper_limit(expected=expected) for m in both)
    assert mine == pytest.approx(theirs, rel=3e-4)


def test_the_example_of_the_documentation():
    model = ours(BACKGROUND, SIGNAL)
    assert model.exclusion_confidence_level() == pytest.approx([0.9474850259721279], abs=1e-5)


def test_discovery_is_that_of_spey_pyhf(both):
    mine, theirs = (m.significance() for m in both)
    assert mine[0] == pytest.approx(float(theirs[0]), rel=1e-3)
    assert mine[1] == pytest.approx(float(theirs[1]), abs=2e-3)


def test_toys_agree_with_the_asymptotic_formulae():
    model = ours(*CASES["documentation"], ntoys=800)
    np.random.seed(1)
    (found,) = model.exclusion_confidence_level(calculator="toy", verbose=False)
    assert found == pytest.approx(model.exclusion_confidence_level()[0], abs=0.03)


def test_a_sampler_draws_other_toys_each_time_and_the_same_for_a_seed():
    backend = ours(*CASES["two channels"]).backend
    pars = np.array(backend.config().suggested_init)
    sampler = backend.get_sampler(pars)
    np.random.seed(3)
    first, second = sampler(2000), sampler(2000)
    assert first.shape == (2000, len(backend.expected_data(pars)))
    assert (first != second).any()
    np.random.seed(3)
    assert sampler(2000).tolist() == first.tolist()
    assert first.mean(axis=0) == pytest.approx(backend.expected_data(pars), rel=0.05, abs=0.1)
    assert sampler(3, include_auxiliary=False).shape == (3, 3)


def test_parameters_bounds_and_initial_values_are_honoured():
    model = ours(*CASES["documentation"])
    nll, pars = model.likelihood(1.0, return_parameters=True)
    assert pars[0] == 1.0
    assert nll == pytest.approx(-model.backend.get_logpdf_func()(pars))
    bounds = [(0.0, 10.0), (0.99, 1.01), (1e-10, 10.0)]
    narrow, at = model.likelihood(1.0, return_parameters=True, par_bounds=np.array(bounds))
    assert narrow > nll
    assert 0.99 <= at[1] <= 1.01
    assert model.likelihood(1.0, init_pars=[1.0, 1.2, 0.8]) == pytest.approx(nll, abs=1e-8)
    held = model.likelihood({"mu": 1.0, "uncorr_bkguncrt[1]": 1.0})
    assert held > nll
    found, _ = model.maximize_likelihood(poi_indices=["uncorr_bkguncrt[0]", 0])
    assert set(found) == {"uncorr_bkguncrt[0]", 0}
    with pytest.raises(ConfigError, match="no such parameter: 'theta'"):
        model.likelihood({"theta": 1.0})


def test_intervals_of_a_nuisance_parameter_are_those_of_spey_pyhf(spey_pyhf):
    background, signal = CASES["documentation"]
    theirs = spey_pyhf(analysis="test", background_only_model=background, signal_patch=signal)
    mine, known = (
        model.chi2_test(parameter="uncorr_bkguncrt[1]", poi_value=1.0)
        for model in (ours(background, signal), theirs)
    )
    assert mine == pytest.approx(known, abs=2e-3)


def test_options_of_minimisers_are_taken_and_others_refused_by_name():
    model = ours(*CASES["documentation"])
    known = {"maxiter": 5, "method": "SLSQP", "minimizer": "minuit", "tol": 1e-3, "ntrials": 2}
    assert model.likelihood(1.0, **known) == model.likelihood(1.0)
    with pytest.raises(ConfigError, match="constraints"):
        model.likelihood(1.0, constraints=[{"type": "eq"}])


def test_a_signal_without_events_is_not_alive():
    model = ours(BACKGROUND, [signal_of([0.0, 0.0])])
    assert not model.is_alive
    assert model.poi_upper_limit() == np.inf


def test_a_channel_that_the_signal_adds_has_no_a_priori_data():
    channel = {"name": "new", "samples": [signal_of([3.0])["value"]]}
    patch = [
        *SIGNAL,
        {"op": "add", "path": "/channels/-", "value": channel},
        {"op": "add", "path": "/observations/-", "value": {"name": "new", "data": [2.0]}},
    ]
    model = ours(BACKGROUND, patch)
    assert 0.0 < model.exclusion_confidence_level()[0] < 1.0
    with pytest.raises(ModelError, match="a priori"):
        model.likelihood(1.0, expected=spey.ExpectationType.apriori)


def test_the_background_may_be_a_file(tmp_path):
    path = tmp_path / "background.json"
    path.write_text(json.dumps(BACKGROUND))
    assert ours(str(path), SIGNAL).likelihood(1.0) == ours(BACKGROUND, SIGNAL).likelihood(1.0)
    with pytest.raises(FileMissing):
        ours(str(tmp_path / "none.json"), SIGNAL)


def test_a_fit_that_does_not_converge_is_logged(caplog):
    model = ours(BACKGROUND, SIGNAL)
    data = [51.0, 48.0, 0.0, 0.0]
    bounds = [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0)]
    with caplog.at_level("WARNING", logger="Spey"):
        assert model.likelihood(0.0, data=data, par_bounds=bounds) == np.inf
    assert "fitscan: the likelihood is 0" in caplog.text


@pytest.mark.parametrize("data", [[50.0, 52.0, 5.0], [50.0], [-1.0, 52.0], [np.nan, 52.0]])
def test_data_of_another_shape_are_refused(data):
    """Was a bug: one number too many became each auxiliary measurement."""
    model = ours(BACKGROUND, SIGNAL)
    with pytest.raises(ConfigError, match="data are"):
        model.likelihood(data=data)
