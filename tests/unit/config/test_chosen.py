"""Which points are fitted, and what is refused before any is."""

import pytest

from fitscan.config.chosen import chosen_points
from fitscan.errors import ConfigError

LABELS = ("m1", "m2", "model")
POINTS = {
    "a": (100, 0.0, "wino"),
    "b": (200, 50.0, "wino"),
    "c": (300, 0.1 + 0.2, "higgsino"),
    "d": (300, 50.0, "higgsino"),
}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (None, "abcd"),
        (["d", "a"], "ad"),
        ({"m1": 300}, "cd"),
        ({"m1": "300"}, "cd"),  # as in `slice`
        ({"m1": 300, "m2": 0.3}, "c"),
        ({"m1": [150, 300]}, "bcd"),
        ({"m2": [0.3, 49]}, "c"),
        ({"model": "wino", "m2": [0, 10]}, "a"),
    ],
)
def test_points_are_those_of_the_list_or_with_the_values_in_the_order_of_the_grid(wanted, names):
    assert chosen_points(LABELS, POINTS, wanted) == [*names]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (["a", "aa"], "`points` does not name a point of the analysis: 'aa'.* such as 'a'"),
        ({"m11": 300}, "label that the grid does not have: 'm11'. Hint: did you mean 'm1'"),
        ({"mass": 300}, "does not have: 'mass'. Hint: labels: m1, m2, model"),
        ({"m1": 290}, "no point has this m1 of `points`: 290. Hint: .* 100, 200, 300"),
        ({"m1": [310, 320]}, r"this m1 of `points`: \[310, 320\]. Hint: .* 100, 200, 300"),
        ({"m1": [300, 200]}, "the range of m1 in `points` is not increasing"),
        ({"model": "winos"}, "this model of `points`: 'winos'. Hint: .* are wino"),
        ({"model": [1, 2]}, r"this model of `points`: \[1, 2\]"),
        ({"model": "wino", "m1": 300}, "no point of the grid has all values"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is_near(wanted, words):
    with pytest.raises(ConfigError, match=words):
        chosen_points(LABELS, POINTS, wanted)
