"""Models that were refused, or computed wrongly: their right numbers, found without the engine."""

import math

import pytest
from calculated import STREAMS
from saved_cases import fit_case, read_case
from scan_settings import COMPILED

import fitscan
from fitscan.columns import CLS, MU_UP
from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.likelihood import apply_patch
from fitscan.plan.blocks import Block
from fitscan.statistics.toys import observed_error

EXACT = ["normsys_to_zero", "staterror_of_a_negative_yield", "shapefactor_poi_one_bin"]

# How near CLs is, and what is said besides.
FLAT = "flat in 1 direction"
ABOVE = "above 10, the default upper bound of 'mu'"
HARD = {
    # Asimov data are fitted from the initial values, so that q_A is 0 to 1e-11.
    "free_normalisation": (2e-5, FLAT),
    # Its right values come from two minimisers that agree to 1e-4.
    "free_normalisation_at_bound": (2e-4, FLAT),
    "zero_nominal_bin": (2e-5, ""),
    "q_no_event": (2e-5, ""),
    "one_sided_missing_limits": (2e-5, f"mu_up_exp_p2: {ABOVE}"),
    "one_sided_search_misses": (2e-5, f"mu_up_exp_p2: {ABOVE}"),
    # There is a limit in the valley that the initial values lead to, and none in the lowest.
    "one_sided_main_column": (
        2e-5,
        f"mu_up_exp_p2: {ABOVE}; mu_up_exp_p2_lowest: no crossing below 100000; "
        "lower minima change mu_up_exp_p2",
    ),
}

# Limits of the files whose +2 sigma is no number there, and those that are written in words.
LIMITS = {
    "one_sided_main_column": None,
    "one_sided_missing_limits": None,
    "one_sided_search_misses": (1.2629, 0.3292, 0.5178, 0.9268, 3.384, 17.56),
}

TOYS = 20_000


def test_every_case_is_in_a_test(project_folder):
    tests = project_folder / "tests"
    text = "".join(path.read_text() for path in tests.rglob("test_*.py"))
    names = [path.stem for path in (tests / "cases").rglob("*.json")]
    assert len(names) == 29
    assert not [name for name in names if f'"{name}"' not in text]


def test_free_fit_that_ends_above_another_one_is_told():
    """Was a bug: without the search nothing told that the fit is at no global minimum."""
    case = read_case("free_fit_above_background")
    default = fitscan.Likelihood(case["workspace"], minima="default").hypotest()
    assert default.message == "the free fit is 0.13 in NLL above the background fit"
    searched = fitscan.Likelihood(case["workspace"]).hypotest()
    assert searched.message == default.message
    assert searched.lowest.CLs_obs == pytest.approx(case["right"]["CLs_obs"], abs=2e-6)


@pytest.mark.parametrize("name", EXACT)
def test_case_has_its_right_CLs(name, tmp_path):
    row, right = fit_case(name, tmp_path), read_case(name)["right"]
    assert (row["status"], row["message"]) == ("ok", "")
    assert [row[column] for column in CLS] == pytest.approx([right[c] for c in CLS], abs=2e-6)
    lowest = [row[f"{column}_lowest"] for column in CLS]
    assert lowest == pytest.approx([right[c] for c in CLS], abs=2e-6)


@pytest.mark.parametrize("name", HARD)
def test_fit_that_is_hard_has_its_right_CLs(name, tmp_path):
    row, right = fit_case(name, tmp_path), read_case(name)["right"]
    near, said = HARD[name]
    assert (row["status"], row["message"]) == ("ok", said)
    for suffix in ("", "_lowest"):
        found = [row[f"{column}{suffix}"] for column in CLS]
        assert found == pytest.approx([right[column] for column in CLS], abs=near)
    if "mu_hat" in right:
        assert row["mu_hat"] == pytest.approx(right["mu_hat"], abs=1e-6)


@pytest.mark.parametrize("name", LIMITS)
def test_limits_without_holes(name, tmp_path):
    row, right = fit_case(name, tmp_path), read_case(name)["right"]
    limits = LIMITS[name] or [right[column] for column in MU_UP]
    for column, limit in zip(MU_UP, limits, strict=True):
        if limit is not None:
            assert row[column] == pytest.approx(limit, rel=1e-4)
            assert row[f"{column}_lowest"] == pytest.approx(limit, rel=1e-4)


def test_limit_that_was_not_found_below_the_default_bound(tmp_path):
    row = fit_case("one_sided_missing_limits", tmp_path)
    assert row["mu_up_exp_p2"] == pytest.approx(17.16, abs=5e-3)  # by toms748_scan of pyhf
    assert row["mu_up_exp_p2_lowest"] == row["mu_up_exp_p2"]


def test_limit_that_the_lowest_minima_do_not_have(tmp_path):
    """The signal can be moved to 0 by its own variation, at the price of 3.33 sigma."""
    row = fit_case("one_sided_main_column", tmp_path)
    assert row["mu_up_exp_p2_lowest"] is None


def test_mu_hat_beyond_its_default_bound(tmp_path):
    row, right = (
        fit_case("mu_hat_at_its_bound", tmp_path),
        read_case("mu_hat_at_its_bound")["right"],
    )
    assert row["status"] == "ok"
    said = f"mu_hat lies {ABOVE}; {', '.join(MU_UP)}: {ABOVE}"
    assert row["message"] == said
    assert row["mu_hat"] == pytest.approx(right["mu_hat"], rel=1e-6)
    assert row["significance"] == pytest.approx(right["significance"], abs=1e-5)
    assert row["p0"] == pytest.approx(right["p0"], rel=1e-3)
    for column in MU_UP:
        assert row[column] > 10.0
        assert row[f"{column}_lowest"] == pytest.approx(row[column], rel=1e-6)


def test_search_in_500_bins_takes_no_minutes(tmp_path):
    row = fit_case("many_bins", tmp_path)
    assert row["status"] == "ok"
    right = read_case("many_bins")["right"]["CLs_obs"]
    assert row["CLs_obs"] == row["CLs_obs_lowest"] == pytest.approx(right, rel=1e-8)
    assert row["cpu_s"] < 20.0  # it took 109, and takes less than 1


def test_toys_are_thrown_and_compared_in_the_right_valley():
    case = read_case("one_sided_toys")
    workspace, right = case["workspace"], case["right"]
    point = apply_patch(workspace, case["patchset"]["patches"][0]["patch"], where="point")
    settings = COMPILED | {"kind": "toys", "minima": case["minima"], "measurement": "m"}
    engine = CompiledEngine(workspace, settings)
    shares = []
    for hypothesis, stream in zip(("signal", "background"), STREAMS, strict=True):
        block = Block(stream=stream, hypothesis=hypothesis, mu_test=1.0, first=0, count=TOYS)
        row = engine.fit_point(point, block=block)
        assert (row["status"], row["failed"]) == ("ok", 0)
        assert row["q_obs"] == pytest.approx(right["q_obs"], abs=2e-5)
        shares.append(row["n_extreme"] / TOYS)
    CLsb, CLb = shares
    error = math.hypot(observed_error(CLsb, TOYS, CLb, TOYS), right["CLs_obs_err"])
    assert CLsb / CLb == pytest.approx(right["CLs_obs"], abs=4.0 * error)
