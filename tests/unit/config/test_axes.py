"""Axes are labels of the grid, and those on which points cannot be told apart are refused."""

import numpy as np
import pytest

from fitscan.config.axes import drawn_axes, in_slice
from fitscan.errors import ConfigError, NotDrawable


def points(*values):
    return {f"p{number}": place for number, place in enumerate(values)}


PLANE = points((1.0, 2.0), (2.0, 3.0))
LINE = points((1.0, 2.0), (2.0, 2.0))


@pytest.mark.parametrize(
    ("labels", "values", "axes", "drawn"),
    [
        (["m1", "m2"], PLANE, None, ["m1", "m2"]),
        (["m1", "m2"], PLANE, ["m1"], ["m1"]),
        (["m1", "m2"], PLANE, ["m2", "m1"], ["m2", "m1"]),
        (["m"], points((1.0,)), None, ["m"]),
        (["m1", "m2"], LINE, None, ["m1"]),
        (["m1", "m2"], LINE, ["m1", "m2"], ["m1", "m2"]),
        (["a", "b", "c"], points((1, 2, 3), (1, 3, 3)), None, ["b"]),
        (["a", "b", "c"], points((1, 2, 3), (1, 3, 4)), None, ["b", "c"]),
        (["m1", "m2"], points((1.0, 2.0)), None, ["m1", "m2"]),
        (["a", "b"], points((1, "x")), None, ["a"]),
        (["a", "b"], points((1, None), (2, None)), None, ["a"]),
        (["decay", "m1", "m2"], points(("x", 1, 2), ("y", 2, 3)), None, ["m1", "m2"]),
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
        ([(1, 2, 3)], ["a", "b", "c"], None, r"more than two dimensions .* \['a', 'b', 'c'\]"),
        (
            [(1, 2)],
            ["a", "b"],
            ["c"],
            r"does not have this label: 'c'\. Hint: set `axes` .* of a, b$",
        ),
        ([(1, 2)], ["a", "b"], ["a", "CLs_obs"], "does not have this label: 'CLs_obs'"),
        ([(1, "x")], ["a", "b"], ["b"], "needs numbers as values: 'b'"),
        ([(1, None)], ["a", "b"], ["a", "b"], "needs numbers as values: 'b'"),
        (
            [("x",), ("y",)],
            ["a"],
            None,
            r"labels of the grid are text, .*: \['a'\].*results\.csv has",
        ),
        ([("x", 1), ("y", 1)], ["a", "b"], None, r"equal values of b .* such as \{a: x\}"),
        ([(1, 2), (3, 4), (1, 2)], ["a", "b"], None, r"equal values of a, b .*\['p0', 'p2'\]"),
        ([(1, 2), (1, 2.0)], ["a", "b"], None, r"equal values of a, b .*\['p0', 'p1'\]"),
        ([(1, 2), (1, 3)], ["a", "b"], ["a"], r"equal values of a .*no two points coincide"),
    ],
)
def test_axes_that_cannot_be_drawn_are_refused(values, labels, axes, message):
    with pytest.raises(ConfigError, match=message):
        drawn_axes(labels, points(*values), axes)


CUBE = points((1.0, 2.0, 60), (2.0, 2.0, 60), (1.0, 2.0, 90.0), (3.0, 2.0, 90.0), (4.0, 5.0, 90.0))


@pytest.mark.parametrize(
    ("axes", "part", "drawn"),
    [
        (None, {"c": 60}, ["a"]),
        (["a", "b"], {"c": 60}, ["a", "b"]),
        (None, {"c": 90}, ["a", "b"]),
        (None, {"b": 2.0, "c": 90.0}, ["a"]),
        (["a"], {"b": 2, "c": 90}, ["a"]),
        (["b", "a"], {"c": 90 * (1 + 1e-12)}, ["b", "a"]),
    ],
)
def test_slice_leaves_the_other_labels(axes, part, drawn):
    assert drawn_axes(["a", "b", "c"], CUBE, axes, part) == drawn


@pytest.mark.parametrize(
    ("axes", "part", "message"),
    [
        (
            None,
            {},
            r"more than two dimensions .*a part of the points with `slice`, such as \{c: 90.0\}",
        ),
        (["a", "b"], {}, r"equal values of a, b .*\['p0', 'p2'\].*or `slice` to values"),
        (
            None,
            {"d": 1},
            r"`slice` names a label that the grid does not have: 'd'\. Hint: .* of a, b, c$",
        ),
        (None, {"c": 70}, r"no point of the grid is in the slice: \{'c': 70\}\. .* have c = 90.0"),
        (None, {"a": 1, "b": 2, "c": 60}, "the slice leaves no label to draw"),
        (["a"], {"c": 60, "b": 5.0}, "no point of the grid is in the slice"),
    ],
)
def test_slice_that_cannot_be_drawn_is_refused(axes, part, message):
    with pytest.raises(ConfigError, match=message):
        drawn_axes(["a", "b", "c"], CUBE, axes, part)


def test_label_that_is_text_is_in_no_slice():
    assert not in_slice(["a", "decay"], [1.0, "x"], {"decay": 1.0})
    assert in_slice(["a", "decay"], [1.0, "x"], {"a": 1})


def test_slice_takes_text():
    """Was a bug: only numbers, so that a grid with a text label could not be drawn at all."""
    assert in_slice(["a", "decay"], [1.0, "x"], {"decay": "x", "a": 1})
    assert not in_slice(["a", "decay"], [1.0, "x"], {"decay": "y"})
    grid = points((1.0, "x"), (2.0, "x"), (1.0, "y"))
    assert drawn_axes(["a", "decay"], grid, None, {"decay": "x"}) == ["a"]


@pytest.mark.parametrize(
    ("labels", "values", "axes", "part"),
    [
        (["a", "b", "c"], [(1, 2, 3), (2, 3, 4)], None, {}),
        (["a"], [("x",)], None, {}),
        (["a", "b"], [("x", 1), ("y", 1)], ["b"], {}),
        (["a", "b"], [("x", 1), ("y", 1)], ["a"], {}),
        (["a"], [(1,), (2,)], None, {"a": 1}),
        ([], [()], None, {}),
    ],
)
def test_a_grid_that_cannot_be_drawn_is_told_from_a_name_that_is_not_there(
    labels, values, axes, part
):
    with pytest.raises(NotDrawable) as caught:
        drawn_axes(labels, points(*values), axes, part)
    assert caught.value.hint
    with pytest.raises(ConfigError) as caught:
        drawn_axes(labels, points(*values), ["misspelt"], part)
    assert not isinstance(caught.value, NotDrawable)


def test_axes_that_would_do_are_proposed():
    grid = points((1, 1, 1), (2, 2, 1), (1, 1, 2), (2, 2, 2))
    with pytest.raises(NotDrawable, match=r"such as \[a, c\], or .*slice`, such as \{c: 1\}"):
        drawn_axes(["a", "b", "c"], grid, None)
