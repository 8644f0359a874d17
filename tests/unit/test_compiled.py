"""The compiled engine answers every hypothesis with a row, whatever the hypothesis is."""

import copy

import pyhf
import pytest
from scan_settings import COMPILED, PYHF

from fitscan.columns import CLS, LIMITS, LOWEST, NUMBERS
from fitscan.compiled import CompiledEngine
from fitscan.likelihood import apply_patch


@pytest.fixture
def workspace(tiny):
    return tiny.workspace()


@pytest.fixture
def fitted(workspace, tiny):
    """Fit one point with settings that differ from the usual ones."""

    def fit(patch=None, **changes):
        engine = CompiledEngine(workspace, COMPILED | changes)
        return engine.fit_point(apply_patch(workspace, patch or tiny.patch(10.0), where="point"))

    return fit


def refused(tiny, lo=0.0):
    """A patch with a normsys that has no logarithm."""
    patch = tiny.patch(10.0)
    patch[0]["value"]["modifiers"][1]["data"]["lo"] = lo
    return patch


def test_row_has_the_columns_of_its_scan(fitted):
    row = fitted()
    texts = {"status", "message", "engine", "wall_s", "cpu_s"}
    assert row.keys() == {*NUMBERS, *texts}
    assert (row["status"], row["message"]) == ("ok", "")


def test_numbers_are_those_of_pyhf(fitted, workspace, tiny):
    model = pyhf.Workspace(workspace).model(patches=[tiny.patch(10.0)])
    data = pyhf.Workspace(workspace).data(model)
    observed, expected = pyhf.infer.hypotest(1.0, data, model, return_expected_set=True)
    row = fitted()
    assert [row[column] for column in CLS] == pytest.approx(
        [float(observed), *map(float, expected)], abs=2e-5
    )


def test_row_does_not_depend_on_what_was_fitted_before(fitted, workspace, tiny):
    engine = CompiledEngine(workspace, COMPILED)
    for strength in (3.0, 30.0, 10.0):
        row = engine.fit_point(apply_patch(workspace, tiny.patch(strength), where="point"))
    alone = fitted()
    assert {name: row[name] for name in NUMBERS} == {name: alone[name] for name in NUMBERS}


def test_what_the_engine_refuses_is_a_failed_row_that_names_it(fitted, tiny):
    row = fitted(refused(tiny, lo=-0.1))
    assert row["status"] == "failed"
    assert "normsys 'theory' is negative" in row["message"]
    assert row["CLs_obs"] is None


def test_pyhf_fits_what_the_engine_refuses_when_it_may(fitted, tiny):
    """pyhf takes kappa = 0 with code 1, where no logarithm is needed."""
    codes = {"normsys": "code1", "histosys": "code4p"}
    row = fitted(refused(tiny), fallback="pyhf", pyhf=PYHF, interpolation=codes)
    assert row["status"] == "ok"
    assert row["engine"].startswith("pyhf-")
    assert row["message"].startswith("pyhf was asked: sample 'signal' of channel 'SR'")
    assert 0.0 < row["CLs_obs"] < 1.0


def test_mu_test_above_the_bound_is_refused_with_the_way_out(fitted):
    row = fitted(mu_test=11.0)
    assert row["status"] == "failed"
    assert "upper bound of 'mu_SIG', 10: 11.0. Hint: set poi_bounds" in row["message"]
    assert fitted(mu_test=11.0, poi_bounds=[0.0, 20.0])["status"] == "ok"


def test_fit_that_cannot_converge_is_a_row_without_numbers(workspace, tiny):
    """Events are observed in a bin where none are expected, whatever the parameters."""
    impossible = copy.deepcopy(workspace)
    for sample in impossible["channels"][0]["samples"]:
        sample["data"][3] = 0.0
    patch = tiny.patch(10.0)
    patch[0]["value"]["data"][3] = 0.0
    engine = CompiledEngine(impossible, COMPILED)
    row = engine.fit_point(apply_patch(impossible, patch, where="point"))
    assert row["status"] == "not_converged"
    assert "background: the likelihood vanishes" in row["message"]
    assert row["CLs_obs"] is None
    assert row["mu_test"] == 1.0


@pytest.mark.parametrize("minima", ["search", "exhaustive"])
def test_lowest_minima_are_columns_of_their_own(fitted, minima):
    row = fitted(minima=minima)
    assert {name for name in LOWEST if row[name] is None} == set()
    # A model with one minimum gives one answer.
    assert [row[f"{column}_lowest"] for column in CLS] == [row[column] for column in CLS]
    assert row["nll_gap"] == 0.0


def test_limits_are_columns_of_their_own(fitted):
    row = fitted(kind="limits", level=0.95)
    assert {name for name in LIMITS if row[name] is None} == set()
    at_limit = fitted(mu_test=row["mu_up_obs"])
    assert at_limit["CLs_obs"] == pytest.approx(0.05, abs=1e-5)


def test_background_without_any_parameter_is_fitted(workspace, tiny):
    """Was a bug: a ValueError, since there was nothing to concatenate."""
    known = copy.deepcopy(workspace)
    for sample in known["channels"][0]["samples"]:
        sample["modifiers"] = []
    engine = CompiledEngine(known, COMPILED | {"minima": "search"})
    row = engine.fit_point(apply_patch(known, tiny.patch(10.0), where="point"))
    assert row["status"] == "ok", row["message"]
