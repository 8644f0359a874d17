"""Axes are labels of the grid, and those on which points cannot be told apart are refused."""

import numpy as np
import pytest

from fitscan.errors import ConfigError
from fitscan.grid import drawn_axes


def points(*values):
    return {f"p{number}": place for number, place in enumerate(values)}


PLANE = points((1.0, 2.0), (2.0, 2.0))


@pytest.mark.parametrize(
    ("labels", "values", "axes", "drawn"),
    [
        (["m1", "m2"], PLANE, None, ["m1", "m2"]),
        (["m1", "m2"], PLANE, ["m1"], ["m1"]),
        (["m1", "m2"], PLANE, ["m2", "m1"], ["m2", "m1"]),
        (["m"], points((1.0,)), None, ["m"]),
        (["m"], points((np.int64(1),), (np.float64(2),)), None, ["m"]),
        (["a", "b", "c"], points((1, 2, 3), (1, 3, 3)), ["a", "b"], ["a", "b"]),
    ],
)
def test_axes_are_those_of_the_grid_or_those_chosen(labels, values, axes, drawn):
    assert drawn_axes(labels, values, axes) == drawn


def test_labels_that_are_not_drawn_may_be_text():
    mixed = points((1.0, 2.0, "x"), (2.0, 2.0, "y"))
    assert drawn_axes(["m1", "m2", "decay"], mixed, ["m1", "m2"]) == ["m1", "m2"]


@pytest.mark.parametrize(
    ("values", "labels", "axes", "message"),
    [
        ([(1, 2, 3)], ["a", "b", "c"], None, r"so many dimensions .* \['a', 'b', 'c'\]"),
        ([(1, 2)], ["a", "b"], ["c"], r"no such label: 'c'\. Hint: set `axes` .* of a, b$"),
        ([(1, 2)], ["a", "b"], ["a", "CLs_obs"], "no such label: 'CLs_obs'"),
        ([(1, "x")], ["a", "b"], None, "needs numbers as values: 'b'"),
        ([(1, None)], ["a", "b"], None, "needs numbers as values: 'b'"),
        ([(1, 2), (3, 4), (1, 2)], ["a", "b"], None, r"equal values of a, b .*\['p0', 'p2'\]"),
        ([(1, 2), (1, 2.0)], ["a", "b"], None, r"equal values of a, b .*\['p0', 'p1'\]"),
        ([(1, 2), (1, 3)], ["a", "b"], ["a"], r"equal values of a .*no two points coincide"),
    ],
)
def test_axes_that_cannot_be_drawn_are_refused(values, labels, axes, message):
    with pytest.raises(ConfigError, match=message):
        drawn_axes(labels, points(*values), axes)
