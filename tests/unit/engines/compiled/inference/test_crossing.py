"""The search for a crossing: smooth, bent, broken and hopeless functions."""

import math

import pytest

from fitscan.engines.compiled.inference.crossing import (
    NO_VALUE,
    Crossing,
    find_crossing,
    inverse_interpolation,
)


class Counted:
    """A function that counts its calls."""

    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, x):
        self.calls += 1
        return self.function(x)


def search(function, largest=10.0, **options):
    return find_crossing(function, {0.0: function(0.0)}, largest=largest, tolerance=1e-9, **options)


@pytest.mark.parametrize(
    ("function", "crossing"),
    [
        (lambda x: x - 3.0, 3.0),
        (lambda x: x * x - 2.0, math.sqrt(2.0)),
        (lambda x: math.tanh(x) - 0.9, math.atanh(0.9)),
        (lambda x: math.expm1(20.0 * x) - 1.0, math.log(2.0) / 20.0),
        (lambda x: (x - 1.0) ** 9, 1.0),
        (lambda x: 1e-3 * x - 1e-12, 1e-9),
        (lambda x: -1.0 if x < 1.0 else x - 2.0, 2.0),
    ],
)
def test_a_crossing_is_found(function, crossing):
    found = search(function)
    assert found.problem == ""
    assert abs(function(found.x)) <= 1e-9
    if function(crossing * 1.01) > 1e-6:
        assert found.x == pytest.approx(crossing, rel=1e-6)


def test_a_smooth_function_takes_few_values():
    function = Counted(lambda x: math.sqrt(1.0 + x) * x - 2.0)
    known = {x: function.function(x) for x in (0.0, 1.0, 3.0)}
    found = find_crossing(function, known, largest=10.0, tolerance=1e-9)
    assert found.problem == ""
    assert function.calls <= 5


def test_a_value_known_to_cross_costs_nothing():
    function = Counted(lambda x: x - 3.0)
    assert find_crossing(function, {0.0: -3.0, 3.0: 0.0}, largest=10.0, tolerance=1e-9) == Crossing(
        3.0, ""
    )
    assert function.calls == 0


def test_a_guess_is_looked_at_first():
    function = Counted(lambda x: x**3 - 8.0)
    known = {0.0: -8.0, 10.0: 992.0}
    found = find_crossing(function, known, largest=10.0, tolerance=1e-9, guess=2.0)
    assert found == Crossing(2.0, "")
    assert function.calls == 1


@pytest.mark.parametrize("guess", [-1.0, 0.0, 11.0, math.nan, math.inf])
def test_a_guess_out_of_the_bracket_does_no_harm(guess):
    assert search(lambda x: x - 3.0, guess=guess).x == pytest.approx(3.0, abs=1e-9)


@pytest.mark.parametrize(
    "function", [lambda _: -1.0, lambda x: -1.0 - x, lambda x: -1.0 / (1.0 + x), lambda x: x - 10.1]
)
def test_without_a_crossing_the_search_says_how_far_it_went(function):
    function = Counted(function)
    found = search(function)
    assert math.isnan(found.x)
    assert found.problem == "no crossing below 10"
    assert function.calls < 12


@pytest.mark.parametrize("place", [0.0, 1e-3, 2.0])
def test_a_jump_is_a_crossing_with_a_remark(place):
    """It was none: a limit known to nine digits was not given."""
    function = Counted(lambda x: x + 5.0 if x > place else x - 5.0)
    found = search(function)
    assert found.x == pytest.approx(place, rel=1e-8, abs=1e-13)
    assert found.problem == ""
    assert found.remark == f"CLs jumps at {found.x:g}: fits change their minimum there"
    assert function.calls < 150


def test_a_function_that_falls_again_has_more_than_one_crossing():
    known = {x: math.sin(x) - 0.5 for x in (0.0, 1.0, 4.0)}
    found = find_crossing(lambda x: math.sin(x) - 0.5, known, largest=10.0, tolerance=1e-9)
    # It was none; it is the one that was found, with a remark.
    assert found.x == pytest.approx(math.pi / 6.0, abs=1e-8)
    assert found.problem == ""
    assert found.remark == "more than one crossing: at 0.523599, and near 4"


def test_a_search_that_comes_nearer_and_nearer_to_0_ends():
    """Each step doubles x, and 1e300 is a thousand of them away."""
    function = Counted(lambda x: -1.0 / (1.0 + x))
    found = find_crossing(function, {0.0: -1.0, 1.0: -0.5}, largest=1e300, tolerance=1e-306)
    assert math.isnan(found.x)
    assert found.problem == "no crossing was found in 200 steps"
    assert function.calls == 200


def test_a_value_that_cannot_be_had_ends_the_search():
    found = search(lambda x: -1.0 if x < 1.0 else math.nan)
    assert math.isnan(found.x)
    assert found.problem == NO_VALUE


def test_inverse_interpolation_is_exact_for_a_cubic_inverse():
    points = {y**3 + y: y for y in (0.0, 0.5, 1.0, 2.0)}
    assert inverse_interpolation(points, 1.5) == pytest.approx(1.5**3 + 1.5, rel=1e-12)


def test_inverse_interpolation_of_equal_values_is_none():
    assert math.isnan(inverse_interpolation({0.0: 1.0, 1.0: 1.0}, 1.0))


def test_inverse_interpolation_takes_slopes_where_they_are_known():
    # The inverse of y^3 + y at y = 0, 1 and 2.
    points, slopes = {0.0: 0.0, 2.0: 1.0, 10.0: 2.0}, {2.0: 1.0 / 4.0, 10.0: 1.0 / 13.0}
    found = inverse_interpolation(points, 1.5, lambda x: slopes.get(x, math.nan))
    assert found == pytest.approx(1.5**3 + 1.5, rel=1e-12)
    assert inverse_interpolation(points, 1.5) != pytest.approx(found, rel=1e-3)


def test_of_twins_only_the_nearer_counts():
    # The slope of these twins is wrong by as much as their noise over their distance.
    points = {0.0: 0.0, 1.0: 1.0, 1.0 + 1e-9: 1.0 + 3e-9, 3.0: 3.0}
    assert inverse_interpolation(points, 2.0) == pytest.approx(2.0, rel=1e-8)


def test_with_slopes_fewer_values_are_taken():
    calls = {}
    for slope in (None, lambda x: (1.0 + 1.5 * x) / math.sqrt(1.0 + x)):
        function = Counted(lambda x: math.sqrt(1.0 + x) * x - 2.0)
        known = {x: function.function(x) for x in (0.0, 4.0)}
        found = find_crossing(function, known, largest=10.0, tolerance=1e-9, slope=slope)
        assert abs(function.function(found.x)) <= 1e-9
        calls[slope is None] = function.calls
    assert calls[False] < calls[True]


def test_a_wrong_slope_does_no_harm():
    for wrong in (1e-3, 1e3, math.inf, -1.0, 0.0):
        found = find_crossing(
            lambda x: math.expm1(2.0 * x) - 1.0,
            {0.0: -1.0, 0.1: math.expm1(0.2) - 1.0},
            largest=10.0,
            tolerance=1e-9,
            slope=lambda x, wrong=wrong: wrong,
        )
        assert found.x == pytest.approx(0.5 * math.log(2.0), rel=1e-9)
