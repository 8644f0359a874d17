"""``Likelihood`` gives the numbers of the workflow, whatever form its input has."""

import copy
import json
import math
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyhf
import pytest
from scan_settings import COMPILED

import fitscan
from fitscan.api.likelihood import Likelihood
from fitscan.columns import CLS, LIMITS, LIMITS_LOWEST, LOWEST_CLS
from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.likelihood import apply_patch

SETTINGS = COMPILED | {"minima": "search"}
POINTS = [(100, 0), (100, 50), (200, 0), (300, 0)]


@pytest.fixture
def workspace(tiny):
    return tiny.workspace()


@pytest.fixture
def patch(tiny):
    return tiny.patch(10.0)


@pytest.fixture
def patchset(tiny, workspace):
    return tiny.patchset(POINTS, workspace)


@pytest.fixture
def likelihood(workspace, patchset):
    return Likelihood(workspace, patchset)


def engine_row(workspace, patch, **changes):
    """The row of the workflow."""
    engine = CompiledEngine(workspace, SETTINGS | changes)
    return engine.fit_point(apply_patch(workspace, patch, where="p"))


def test_hypotest_is_the_row_of_the_workflow(likelihood, workspace, patch):
    test, row = likelihood.hypotest(patch), engine_row(workspace, patch)
    assert [test.CLs_obs, *test.CLs_exp] == [row[column] for column in CLS]
    lowest = test.lowest
    assert [lowest.CLs_obs, *lowest.CLs_exp] == [row[column] for column in LOWEST_CLS]
    assert (test.mu_hat, test.status, test.message) == (row["mu_hat"], "ok", "")
    assert test.CLs_obs == pytest.approx(test.CLsb / test.CLb, rel=1e-12)
    assert test.q == pytest.approx(2.0 * (test.nll - test.nll_free), abs=1e-9)


def test_nlls_have_the_constants_of_pyhf(likelihood, workspace, patch):
    hypothesis = pyhf.Workspace(apply_patch(workspace, patch, where="p"))
    model = hypothesis.model(
        modifier_settings={"normsys": {"interpcode": "code4"}, "histosys": {"interpcode": "code4p"}}
    )
    data = hypothesis.data(model)
    test = likelihood.hypotest(patch)
    for mu, found in ((1.0, test.nll), (0.0, test.nll_background)):
        _, twice = pyhf.infer.mle.fixed_poi_fit(mu, data, model, return_fitted_val=True)
        assert 0.5 * float(twice) == pytest.approx(found, abs=1e-4)
    _, twice = pyhf.infer.mle.fit(data, model, return_fitted_val=True)
    assert 0.5 * float(twice) == pytest.approx(test.nll_free, abs=1e-4)
    fit = likelihood.fit(patch)
    assert fit.nll == pytest.approx(test.nll_free, abs=1e-9)


def test_upper_limit_is_the_row_of_the_workflow(likelihood, workspace, patch):
    limit = likelihood.upper_limit(patch)
    row = engine_row(workspace, patch, kind="limits", level=0.95)
    found = [limit.observed, *limit.expected, limit.p0, limit.significance]
    assert found == [row[column] for column in LIMITS]
    lowest = limit.lowest
    found = [lowest.observed, *lowest.expected, lowest.p0, lowest.significance]
    assert found == [row[column] for column in LIMITS_LOWEST]
    assert limit.test.CLs_obs == row["CLs_obs"]
    at_limit = likelihood.hypotest(patch, limit.observed)
    assert at_limit.CLs_obs == pytest.approx(0.05, rel=1e-4)


def test_level_of_a_limit_is_where_CLs_falls_to_the_rest(likelihood, patch):
    limit = likelihood.upper_limit(patch, level=0.9)
    assert likelihood.hypotest(patch, limit.observed).CLs_obs == pytest.approx(0.1, rel=1e-4)


def test_every_form_of_a_signal_gives_the_same(likelihood, patch, patchset, tmp_path):
    name = patchset["patches"][0]["metadata"]["name"]
    operations = patchset["patches"][0]["patch"]
    file = tmp_path / "patch.json"
    file.write_text(json.dumps(operations))
    entry = tmp_path / "entry.json"
    entry.write_text(json.dumps(patchset["patches"][0]))
    of_pyhf = pyhf.PatchSet(patchset)
    forms = [operations, patchset["patches"][0], file, str(file), entry, of_pyhf[name]]
    expected = likelihood.hypotest(name)
    assert [likelihood.hypotest(form) for form in forms] == [expected] * len(forms)


def test_every_form_of_a_workspace_gives_the_same(workspace, patchset, patch, tmp_path):
    paths = tmp_path / "workspace.json", tmp_path / "patchset.json"
    for path, document in zip(paths, (workspace, patchset), strict=True):
        path.write_text(json.dumps(document))
    likelihoods = [
        Likelihood(workspace, patchset),
        Likelihood(paths[0], str(paths[1])),
        Likelihood(pyhf.Workspace(workspace), pyhf.PatchSet(patchset)),
        Likelihood(workspace, {"m_100_0": patchset["patches"][0]["patch"]}),
    ]
    found = [likelihood.hypotest("m_100_0") for likelihood in likelihoods]
    assert found == [found[0]] * 4
    assert likelihoods[0].signals == tuple(f"m_{a}_{b}" for a, b in POINTS)


def test_workspace_with_its_signal_in_it_needs_none(workspace, patch):
    complete = apply_patch(workspace, patch, where="p")
    with_patch = Likelihood(workspace)
    alone = Likelihood(complete)
    assert alone.hypotest().CLs_obs == pytest.approx(with_patch.hypotest(patch).CLs_obs, rel=1e-12)
    assert alone.upper_limit().observed == pytest.approx(
        with_patch.upper_limit(patch).observed, rel=1e-9
    )
    assert alone.fit().mu_hat == pytest.approx(with_patch.fit(patch).mu_hat, abs=1e-6)


def test_nothing_that_is_given_is_changed(workspace, patchset, patch):
    given = copy.deepcopy((workspace, patchset, patch))
    likelihood = Likelihood(workspace, patchset)
    likelihood.hypotest(patch)
    likelihood.scan()
    assert (workspace, patchset, patch) == given
    before = likelihood.hypotest(patch)
    workspace["observations"][0]["data"][0] = 1e3
    assert likelihood.hypotest(patch) == before


def test_fit_has_tables_by_the_names_of_parameters(likelihood, patch):
    fit = likelihood.fit(patch)
    assert fit.parameters.loc["mu_SIG", "fitted"] == fit.mu_hat
    assert fit.parameters.loc["theory", "kind"] == "alpha"
    assert list(fit.correlations.columns) == list(fit.parameters.index)
    total = fit.yields[fit.yields["sample"] == "total"]
    assert total["observed"].tolist() == [40.0, 20.0, 13.0, 10.0]
    held = likelihood.fit(patch, mu=2.0)
    assert held.parameters.loc["mu_SIG", ["fitted", "status"]].tolist() == [2.0, "fixed"]
    assert held.nll > fit.nll
    assert held.nll == pytest.approx(likelihood.hypotest(patch, mu=2.0).nll, abs=1e-9)


def test_fit_of_the_background_alone(likelihood, workspace):
    fit = likelihood.fit()
    assert "mu_SIG" not in fit.parameters.index
    assert math.isnan(fit.mu_hat)
    assert fit.parameters.loc["mu_bkg", "fitted"] == pytest.approx(1.0, abs=0.01)
    with pytest.raises(fitscan.ConfigError, match="no signal whose strength could be held"):
        likelihood.fit(mu=1.0)


def test_failed_fit_has_a_status_and_no_numbers(workspace, patch):
    workspace["channels"][0]["samples"][0]["data"][3] = 0.0
    patch[0]["value"]["data"][3] = 0.0
    test = Likelihood(workspace).hypotest(patch)
    assert (test.status, test.lowest) == ("not_converged", None)
    assert math.isnan(test.CLs_obs)
    assert all(math.isnan(CLs) for CLs in test.CLs_exp)
    assert test.message
    assert "not_converged" in repr(test)


def test_threads_may_share_a_likelihood(likelihood):
    names = likelihood.signals * 8
    expected = [likelihood.hypotest(name) for name in names]
    fresh = pickle.loads(pickle.dumps(likelihood))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(fresh.hypotest, names)) == expected


def test_likelihood_can_be_pickled(likelihood, patch):
    before = likelihood.hypotest(patch)
    other = pickle.loads(pickle.dumps(likelihood))
    assert other.hypotest(patch) == before
    assert other.signals == likelihood.signals


def test_results_say_what_they_are(likelihood, patch):
    test, limit = likelihood.hypotest(patch), likelihood.upper_limit(patch)
    assert repr(test).startswith(f"<CLs of mu = 1: observed {test.CLs_obs:.4g}, expected")
    assert repr(limit).startswith(
        f"<upper limit on mu at 95 % CL: observed {limit.observed:.4g}, expected"
    )
    assert repr(likelihood) == (
        "<Likelihood of 1 channels with 4 bins, measurement 'nominal', 4 signals>"
    )
    assert "parameters, largest pull" in repr(likelihood.fit(patch))


@pytest.mark.parametrize("mu", [-1.0, math.nan, math.inf, "much", None])
def test_signal_strength_that_is_none_is_refused(likelihood, patch, mu):
    with pytest.raises(ValueError, match="the signal strength is not a number of 0 or more"):
        likelihood.hypotest(patch, mu=mu)


def test_signal_strength_above_the_bound_is_refused_with_the_way_out(likelihood, patch):
    with pytest.raises(fitscan.ModelError, match=r"upper bound of 'mu_SIG', 10: 11\.0\. Hint"):
        likelihood.hypotest(patch, mu=11.0)


def test_bounds_are_those_that_are_given(workspace, patch):
    likelihood = Likelihood(workspace, poi_bounds=(0.0, 100.0))
    assert likelihood.hypotest(patch, mu=11.0).CLs_obs < 1e-3


def test_bounds_may_exclude_a_strength_that_nobody_tests(likelihood, workspace, patch):
    """Was a bug: bounds without mu = 1 were refused, with a key that no argument has."""
    narrow = Likelihood(workspace, poi_bounds=(0.0, 0.5))
    assert narrow.hypotest(patch, mu=0.3).q == pytest.approx(likelihood.hypotest(patch, mu=0.3).q)
    assert narrow.fit(patch).mu_hat == pytest.approx(likelihood.fit(patch).mu_hat)
    with pytest.raises(fitscan.ModelError, match=r"upper bound of 'mu_SIG', 0\.5: 1\.0"):
        narrow.upper_limit(patch)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"minima": "all"}, "minima is not valid: 'all'"),
        ({"test_stat": "q0"}, "test_stat is not valid: 'q0'"),
        ({"test_stat": "q"}, "q needs a signal strength that may be negative"),
        ({"poi_bounds": (5.0, 1.0)}, r"poi_bounds are not increasing: \[5.0, 1.0\]"),
        ({"poi_bounds": 3.0}, "poi_bounds"),
        ({"interpolation": {"normsys": "code0"}}, "interpolation.normsys is not valid: 'code0'"),
        ({"measurement": "other"}, "the workspace does not have this measurement: 'other'"),
    ],
)
def test_argument_that_is_not_valid_is_named(workspace, arguments, said):
    with pytest.raises(ValueError, match=said):
        Likelihood(workspace, **arguments)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, math.nan, "95 %", True])
def test_level_that_is_none_is_refused(likelihood, patch, level):
    with pytest.raises(ValueError, match="the confidence level is not between"):
        likelihood.upper_limit(patch, level=level)


def test_fixed_parameter_of_interest_is_refused(workspace, patch):
    parameters = [{"name": "mu_SIG", "fixed": True}]
    workspace["measurements"][0]["config"]["parameters"] = parameters
    with pytest.raises(fitscan.ModelError, match="mu_SIG"):
        Likelihood(workspace).hypotest(patch)


def test_uhi_histogram_is_taken_as_it_is(likelihood):
    class Histogram:
        def values(self):
            return np.array([0.0, 1.0, 2.0, 3.0])

    by_list = likelihood.hypotest({"SR": [0.0, 1.0, 2.0, 3.0]})
    assert likelihood.hypotest({"SR": Histogram()}) == by_list
    assert likelihood.hypotest({"SR": np.arange(4.0)}) == by_list


def test_fit_holds_a_strength_within_its_bounds(workspace, patch):
    """Was a bug: a negative one was refused, and text ended in the compiler."""
    likelihood = Likelihood(workspace, poi_bounds=(-0.5, 10.0), test_stat="q")
    assert likelihood.fit(patch, mu=-0.1).mu_hat == -0.1
    assert likelihood.fit(patch, mu="0.5").mu_hat == 0.5
    for mu in (-0.6, 11.0):
        with pytest.raises(ValueError, match="mu lies outside of the bounds"):
            likelihood.fit(patch, mu=mu)
    with pytest.raises(ValueError, match="the signal strength is not a finite number"):
        likelihood.fit(patch, mu=math.nan)


def test_numbers_of_numpy_are_numbers(likelihood):
    """Was a bug: an integer of NumPy was refused as a number of toys."""
    given = {"signal": np.int64(20), "background": np.uint8(20), "seed": np.int32(1)}
    plain = {name: int(value) for name, value in given.items()}
    table = likelihood.scan(kind="toys", toys=given, mu=np.float32(1.0))
    assert table.equals(likelihood.scan(kind="toys", toys=plain, mu=1.0))
    narrow = Likelihood(likelihood.workspace, poi_bounds=np.array([0, 5]))
    signal = {"SR": [1.0, 2.0, 3.0, 4.0]}
    limits = [narrow.upper_limit(signal, level=level(0.9)) for level in (np.float64, float)]
    assert limits[0] == limits[1]


def test_toys_refuse_what_the_test_refuses(likelihood):
    for ask in (likelihood.hypotest, likelihood.toys):
        with pytest.raises(fitscan.ModelError, match="data is too large"):
            ask({"SR": [1e300, 1.0, 1.0, 1.0]})
