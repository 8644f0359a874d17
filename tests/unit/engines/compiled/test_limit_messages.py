"""What rows say of upper limits: which, why, and what to set; each reason once."""

import math

import pytest
from small import counting, model_of

from fitscan.engines.compiled.inference.limits import LimitMessages, Limits
from fitscan.engines.compiled.limit_messages import words_of_difference, words_of_limits

NAMES = LimitMessages._fields
BEYOND = "no crossing below 10"


@pytest.fixture
def model():
    return model_of(counting(9.0))


def limits(
    values=(1.0, 0.5, 0.7, 1.0, 1.5, 2.0), messages=None, remarks=None, q0=0.0, significance=0.0
):
    """Return limits, observed first, with words by name."""
    return Limits(
        **dict(zip(NAMES, values, strict=True)),
        messages=LimitMessages(**(messages or {})),
        remarks=LimitMessages(**(remarks or {})),
        mu_hat=0.0,
        q0=q0,
        p0=0.5,
        significance=significance,
        fits=20,
    )


def test_nothing_is_said_where_nothing_is_odd(model):
    assert words_of_limits(model, limits()) == ""


def test_limits_without_a_crossing_are_named_with_what_to_set(model):
    """Was a bug: "no crossing below 10" named none of the six."""
    found = limits(messages={"p1": BEYOND, "p2": BEYOND})
    assert words_of_limits(model, found) == (
        "mu_up_exp_p1, mu_up_exp_p2: no crossing below 10: "
        "a higher upper bound of poi_bounds extends the search"
    )


def test_only_the_bound_of_the_model_can_be_set(model):
    found = limits(messages={"p2": "no crossing below 100000"})
    assert words_of_limits(model, found) == "mu_up_exp_p2: no crossing below 100000"


def test_each_reason_is_said_once_in_the_order_of_the_limits(model):
    found = limits(
        messages={"observed": "fit at mu = 2: too many steps"},
        remarks=dict.fromkeys(("m2", "median"), "odd") | {"p2": "more than one crossing"},
    )
    assert words_of_limits(model, found) == (
        "mu_up_obs: fit at mu = 2: too many steps; "
        "mu_up_exp_m2, mu_up_exp_0: odd; "
        "mu_up_exp_p2: more than one crossing"
    )


def test_limits_at_the_lowest_minima_are_named_with_the_same_reasons(model):
    """Was a bug: one that was missing had no reason."""
    default = limits(messages={"p2": BEYOND}, remarks=dict.fromkeys(("m1", "p1"), "odd"))
    lowest = limits(
        messages={"p1": BEYOND, "p2": BEYOND}, remarks={"m1": "odd", "median": "CLs jumps at 1"}
    )
    assert words_of_limits(model, default, lowest) == (
        "mu_up_exp_m1, mu_up_exp_p1: odd; "
        "mu_up_exp_p2, mu_up_exp_p1_lowest, mu_up_exp_p2_lowest: no crossing below 10: "
        "a higher upper bound of poi_bounds extends the search; "
        "mu_up_exp_0_lowest: CLs jumps at 1"
    )


def test_a_significance_that_is_missing_has_a_reason(model):
    """Was a bug: there was none where only the fit without upper bound failed."""
    said = words_of_limits(model, limits(), limits(q0=math.nan))
    assert said.startswith("p0_lowest, significance_lowest: the background fit, or the free fit")


def test_another_significance_is_named():
    said = "lower minima change significance"
    assert words_of_difference(limits(), limits(significance=0.01)) == said
    assert words_of_difference(limits(), limits(significance=1e-4)) == ""


def test_limits_that_differ_are_named():
    default = limits()
    assert words_of_difference(default, limits()) == ""
    lowest = limits((1.2, 0.5, 0.7, 1.0 + 2e-3, 1.5, 2.0))
    said = "lower minima change mu_up_obs, mu_up_exp_0"
    assert words_of_difference(default, lowest) == said
    assert words_of_difference(lowest, default) == said


def test_limits_that_differ_by_less_than_1e_3_do_not():
    lowest = limits(tuple(value * (1.0 + 0.9e-3) for value in (1.0, 0.5, 0.7, 1.0, 1.5, 2.0)))
    assert words_of_difference(limits(), lowest) == ""


def test_a_limit_that_only_one_has_differs():
    lowest = limits((1.0, 0.5, 0.7, 1.0, 1.5, math.nan))
    assert words_of_difference(limits(), lowest) == "lower minima change mu_up_exp_p2"
    assert words_of_difference(lowest, limits()) == "lower minima change mu_up_exp_p2"
    assert words_of_difference(lowest, lowest) == ""
