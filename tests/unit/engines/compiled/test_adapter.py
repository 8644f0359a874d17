"""The compiled engine answers every hypothesis with a row, whatever the hypothesis is."""

import copy
import math
from dataclasses import replace

import pyhf
import pytest
from random_models.comparison import find_right
from random_models.generator import make
from scan_settings import COMPILED, PYHF

from fitscan.columns import CLS, LIMITS, LIMITS_LOWEST, LOWEST, MU_UP, NUMBERS
from fitscan.engines.base import Work
from fitscan.engines.compiled import data_tests
from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.engines.compiled.inference.odd_yields import OddYields
from fitscan.engines.registry import fallback_of
from fitscan.likelihood import JsonPatch, apply_patch
from fitscan.plan.blocks import Block


@pytest.fixture
def workspace(tiny):
    return tiny.workspace()


@pytest.fixture
def fitted(workspace, tiny):
    """Fit one point with settings that differ from the usual ones."""

    def fit(patch=None, **changes):
        settings = COMPILED | changes
        other = fallback_of(settings)
        fallback = other and other.start(workspace, settings, None)
        engine = CompiledEngine(workspace, settings, fallback=fallback)
        signal = JsonPatch(patch or tiny.patch(10.0))
        (row,) = engine.answer([Work("key", "point", signal)])
        return row

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
    assert row["message"].startswith("fitted by pyhf: sample 'signal' of channel 'SR'")
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
    said = "the likelihood is 0 where the fit starts: bin 4 of channel 'SR' expects 0 events"
    assert f"background: {said} and has 10 (samples: background, signal)" in row["message"]
    assert row["CLs_obs"] is None
    assert row["mu_test"] == 1.0


@pytest.mark.parametrize("minima", ["search", "exhaustive"])
def test_lowest_minima_are_columns_of_their_own(fitted, minima):
    row = fitted(minima=minima)
    assert {name for name in LOWEST if row[name] is None} == set()
    # A model with one minimum gives one answer.
    assert [row[f"{column}_lowest"] for column in CLS] == [row[column] for column in CLS]
    assert row["delta_nll"] == 0.0


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


# --- what messages say ---


@pytest.mark.parametrize(
    ("copies", "said"), [(0, ""), (1, "flat in 1 direction"), (2, "flat in 2 directions")]
)
def test_flat_directions_are_counted_in_the_message(workspace, tiny, copies, said):
    """Samples of one shape with a free normalisation each."""
    flat = copy.deepcopy(workspace)
    samples = flat["channels"][0]["samples"]
    for number in range(copies):
        k = {"name": f"k{number}", "type": "normfactor", "data": None}
        samples.append({"name": f"more{number}", "data": samples[0]["data"], "modifiers": [k]})
    samples[0]["modifiers"].pop()
    row = CompiledEngine(flat, COMPILED).fit_point(apply_patch(flat, tiny.patch(10.0), where="p"))
    assert (row["status"], row["message"]) == ("ok", said)


def excess(workspace):
    """Ten times what is expected."""
    more = copy.deepcopy(workspace)
    more["observations"][0]["data"] = [10.0 * n for n in more["observations"][0]["data"]]
    more["channels"][0]["samples"][0]["modifiers"].pop(0)
    return more


def test_mu_hat_at_a_bound_that_somebody_set_is_said_and_left(workspace, tiny):
    seen = excess(workspace)
    settings = COMPILED | {"poi_bounds": [0.0, 5.0]}
    row = CompiledEngine(seen, settings).fit_point(apply_patch(seen, tiny.patch(10.0), where="p"))
    assert (row["status"], row["mu_hat"]) == ("ok", 5.0)
    assert row["message"] == "mu_hat is at its upper bound, 5"


def test_mu_hat_beyond_the_default_bound_is_fitted_without(workspace, tiny):
    """Was a bug: 10, and nothing was said."""
    seen, patch = excess(workspace), tiny.patch(10.0)
    row = CompiledEngine(seen, COMPILED).fit_point(apply_patch(seen, patch, where="p"))
    assert row["message"] == "mu_hat lies above 10, the default upper bound of 'mu_SIG'"
    wide = CompiledEngine(seen, COMPILED | {"poi_bounds": [0.0, 1000.0]})
    right = wide.fit_point(apply_patch(seen, patch, where="p"))
    assert (right["status"], right["message"]) == ("ok", "")
    assert row["mu_hat"] == pytest.approx(right["mu_hat"], rel=1e-4)
    assert row["mu_hat"] > 11.0
    # CLs of a strength below 10 does not depend on it.
    assert [row[c] for c in CLS] == pytest.approx([right[c] for c in CLS], abs=1e-9)


def test_mu_hat_of_the_lowest_minimum_lies_beyond_the_default_bound_too(workspace, tiny):
    """Was a bug: 10, beside a mu_hat beyond it."""
    seen, patch = excess(workspace), tiny.patch(10.0)
    settings = COMPILED | {"minima": "search"}
    row = CompiledEngine(seen, settings).fit_point(apply_patch(seen, patch, where="p"))
    assert row["n_minima"] == 1
    assert row["mu_hat_lowest"] == row["mu_hat"] > 11.0
    assert row["message"] == "mu_hat lies above 10, the default upper bound of 'mu_SIG'"


@pytest.fixture
def misled():
    """A workspace and a patch: initial values lead into the higher of two valleys."""
    shape = {"name": "a", "type": "histosys", "data": {"hi_data": [60.0], "lo_data": [40.0]}}
    sample = {"name": "background", "data": [50.0], "modifiers": [shape]}
    config = {"poi": "mu_SIG", "parameters": [{"name": "a", "inits": [0.5], "bounds": [[-5, 5]]}]}
    workspace = {
        "version": "1.0.0",
        "channels": [{"name": "SR", "samples": [sample]}],
        "observations": [{"name": "SR", "data": [55.0]}],
        "measurements": [{"name": "nominal", "config": config}],
    }
    one_sided = shape | {"data": {"hi_data": [25.69], "lo_data": [25.69]}}
    mu = {"name": "mu_SIG", "type": "normfactor", "data": None}
    signal = {"name": "signal", "data": [36.7], "modifiers": [mu, one_sided]}
    patch = [{"op": "add", "path": "/channels/0/samples/1", "value": signal}]
    return workspace, apply_patch(workspace, patch, where="p")


# The CLs of that model in its lowest valley; see tests/cases/one_sided_main_column.json.
LOWEST_CLS_OF_MISLED = [0.119764, 0.003104, 0.015808, 0.070919, 0.249746, 0.590344]


def test_limits_at_the_lowest_minima_are_columns_of_their_own(misled):
    workspace, point = misled
    settings = COMPILED | {"kind": "limits", "level": 0.95}
    row = CompiledEngine(workspace, settings | {"minima": "search"}).fit_point(point)
    assert [row[f"{c}_lowest"] for c in CLS] == pytest.approx(LOWEST_CLS_OF_MISLED, abs=2e-5)
    assert row["mu_up_obs_lowest"] == pytest.approx(1.55213, rel=1e-4)
    assert row["mu_up_obs"] < 0.9 * row["mu_up_obs_lowest"]
    columns = "mu_up_obs, mu_up_exp_0, mu_up_exp_p1, mu_up_exp_p2"
    assert row["message"].endswith(f"lower minima change {columns}")
    assert row["mu_up_exp_p2_lowest"] is None
    assert "mu_up_exp_p2_lowest: no crossing below 100000" in row["message"]
    # From the initial values CLs jumps where their valley ends.
    assert "mu_up_obs: CLs jumps at 0.795" in row["message"]
    # Nobody asked for them here.
    row = CompiledEngine(workspace, settings).fit_point(point)
    assert not {*LIMITS_LOWEST} & row.keys()
    assert {*MU_UP} <= row.keys()
    assert "lower minima" not in row["message"]


@pytest.mark.parametrize("number", [908, 928, 969])
def test_significance_at_the_lowest_minima_is_a_column_of_its_own(number):
    """Was a bug: p0 was from the initial values only; the lowest minima may be of either fit.

    The right values are of a minimiser that shares no code with the engine.
    """
    made, right = make(0, number), find_right(0, number)
    assert right.pars["free"]["mu"] > 0.0
    q0 = 2.0 * (right.nll["background"] - right.nll["free"])
    settings = COMPILED | {"kind": "limits", "level": 0.95, "measurement": None}
    point = apply_patch(made.workspace, made.patch, where="made")
    row = CompiledEngine(made.workspace, settings | {"minima": "search"}).fit_point(point)
    assert row["significance_lowest"] == pytest.approx(math.sqrt(q0), abs=1e-4)
    p0 = 0.5 * math.erfc(math.sqrt(0.5 * q0))
    assert row["p0_lowest"] == pytest.approx(p0, rel=1e-3)
    assert abs(row["significance"] - row["significance_lowest"]) > 0.01
    assert row["message"].endswith("significance")


def test_limits_that_were_not_searched_at_lowest_minima_say_so(workspace, tiny, monkeypatch):
    """Was a bug: limits beside others that were missing without a reason."""
    tested = data_tests.tested_row
    failed = {"status": "not_converged", "message": "signal: too many steps"}
    monkeypatch.setattr(data_tests, "tested_row", lambda *arguments: tested(*arguments) | failed)
    settings = COMPILED | {"kind": "limits", "level": 0.95, "minima": "search"}
    point = apply_patch(workspace, tiny.patch(10.0), where="p")
    row = CompiledEngine(workspace, settings).fit_point(point)
    assert row["mu_up_obs"] is not None
    assert {row[column] for column in LIMITS_LOWEST} == {None}
    assert "no limits at lowest minima: fits from the initial values have not" in row["message"]


def test_toys_are_compared_at_the_lowest_minima_and_the_row_says_so(misled):
    workspace, point = misled
    settings = COMPILED | {"kind": "toys"}
    start = CompiledEngine(workspace, settings).fit_point(point)
    row = CompiledEngine(workspace, settings | {"minima": "search"}).fit_point(point)
    assert start["q_obs"] > row["q_obs"] + 1.0
    assert row["q_obs"] == pytest.approx(2.01436, abs=2e-5)
    assert [row[c] for c in CLS] == pytest.approx(LOWEST_CLS_OF_MISLED, abs=2e-5)
    gap = 0.5 * (start["q_obs"] - row["q_obs"])
    said = "toys are thrown and compared at the lowest minima found"
    assert row["message"].startswith(f"{said}, up to ")
    assert float(row["message"].split("up to ")[1].split(" ")[0]) >= round(gap, 2)
    assert start["message"] == ""


def test_toys_at_an_unphysical_minimum_are_said_to_be_there(misled, monkeypatch):
    """Was silent: the advice was to quote the toys, as if the minimum were a physical one."""
    workspace, point = misled
    search = data_tests.search_minima

    def with_odd_yields(*arguments, **options):
        return replace(search(*arguments, **options), odd=OddYields(("Z (SR)",), ("W (SR)",)))

    monkeypatch.setattr(data_tests, "search_minima", with_odd_yields)
    settings = COMPILED | {"kind": "toys", "minima": "search"}
    row = CompiledEngine(workspace, settings).fit_point(point)
    said = "toys are thrown where yields are odd: negative: Z (SR), over 10x nominal: W (SR)"
    assert row["message"].endswith(said)


@pytest.mark.parametrize("minima", ["default", "search"])
def test_blocks_of_toys_are_thrown_where_their_row_says(misled, minima):
    workspace, point = misled
    engine = CompiledEngine(workspace, COMPILED | {"kind": "toys", "minima": minima})
    block = Block(stream="1" * 32, hypothesis="signal", mu_test=1.0, first=0, count=2000)
    found, row = engine.fit_point(point, block=block), engine.fit_point(point)
    assert (found["status"], found["failed"]) == ("ok", 0)
    assert found["q_obs"] == row["q_obs"]
    # Right is 0.070 (a Monte Carlo by a grid); in the other valley it is next to 0.
    share = found["n_extreme"] / 2000
    assert share < 0.01 if minima == "default" else 0.04 < share < 0.12
