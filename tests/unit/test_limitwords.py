"""What rows say of upper limits: which, why, and what to set; each reason once."""

import math

import pytest
from small import counting, model_of

from fitscan.engine.limits import LimitMessages, Limits
from fitscan.limitwords import words_of_difference, words_of_limits

NAMES = LimitMessages._fields
BEYOND = "no crossing below 10"


@pytest.fixture
def model():
    return model_of(counting(9.0))


def limits(values=(1.0, 0.5, 0.7, 1.0, 1.5, 2.0), messages=None, remarks=None):
    """Return limits, observed first, with words by name."""
    return Limits(
        **dict(zip(NAMES, values, strict=True)),
        messages=LimitMessages(**(messages or {})),
        remarks=LimitMessages(**(remarks or {})),
        mu_hat=0.0,
        q0=0.0,
        p0=0.5,
        significance=0.0,
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


def test_limits_that_differ_are_named():
    default = limits()
    assert words_of_difference(default, limits()) == ""
    lowest = limits((1.2, 0.5, 0.7, 1.0 + 2e-3, 1.5, 2.0))
    said = "lower minima give another mu_up_obs, mu_up_exp_0"
    assert words_of_difference(default, lowest) == said
    assert words_of_difference(lowest, default) == said


def test_limits_that_differ_by_less_than_1e_3_do_not():
    lowest = limits(tuple(value * (1.0 + 0.9e-3) for value in (1.0, 0.5, 0.7, 1.0, 1.5, 2.0)))
    assert words_of_difference(limits(), lowest) == ""


def test_a_limit_that_only_one_has_differs():
    lowest = limits((1.0, 0.5, 0.7, 1.0, 1.5, math.nan))
    assert words_of_difference(limits(), lowest) == "lower minima give another mu_up_exp_p2"
    assert words_of_difference(lowest, limits()) == "lower minima give another mu_up_exp_p2"
    assert words_of_difference(lowest, lowest) == ""
