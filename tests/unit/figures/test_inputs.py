"""What figures of a scan are told: places, numbers that count, and the look."""

import numpy as np
import pandas as pd
import pytest

from fitscan.contour import LOG_CLS, SIGNIFICANCE
from fitscan.figures.inputs import drawn_scan
from fitscan.plots import Colors
from fitscan.plots.colors import PALETTES

LOOK = {"axes": None, "axis_titles": {"m2": "$m_2$ [GeV]"}, "title": None}
FIGURES = {"test_size": 0.1, "observed": "navy"}


@pytest.fixture
def results():
    return pd.DataFrame(
        {
            "name": ["a", "b"],
            "m1": [100.0, 200.0],
            "m2": [1.0, 2.0],
            "mu_test": 1.0,
            "CLs_obs": [0.01, 0.02],
            "CLs_obs_lowest": [0.03, 0.04],
            "status": ["ok", "failed"],
        }
    )


def test_plane_has_two_titles_and_the_look_of_the_configuration(results):
    scan = drawn_scan(results, look=LOOK, figures=FIGURES, name="staus")
    assert scan.is_plane
    assert (list(scan.x), list(scan.y)) == ([100.0, 200.0], [1.0, 2.0])
    assert scan.look == {
        "x_title": "m1",
        "y_title": "$m_2$ [GeV]",
        "title": "staus",
        "test_size": 0.1,
        "colors": Colors(observed="navy"),
    }


def test_line_has_one_title(results):
    look = LOOK | {"axes": ["m2"], "title": "Direct staus"}
    scan = drawn_scan(results, look=look, figures=FIGURES, name="staus")
    assert not scan.is_plane
    assert list(scan.x) == [1.0, 2.0]
    assert (scan.look["x_title"], scan.look["title"]) == ("$m_2$ [GeV]", "Direct staus")
    assert "y_title" not in scan.look


def test_numbers_of_a_point_that_is_not_ok_do_not_count(results):
    """Such a point may have some of its numbers."""
    scan = drawn_scan(results, look=LOOK, figures=FIGURES, name="staus")
    np.testing.assert_equal(list(scan.numbers(["CLs_obs"])["CLs_obs"]), [0.01, np.nan])
    lowest = scan.numbers(["CLs_obs"], "_lowest")["CLs_obs"]
    np.testing.assert_equal(list(lowest), [0.03, np.nan])


def test_slice_keeps_its_points_only(results):
    results = pd.concat([results, results.assign(m2=[1.0, 1.0], name=["c", "d"], m1=[3.0, 4.0])])
    scan = drawn_scan(results, look=LOOK | {"slice": {"m2": 1}}, figures=FIGURES, name="staus")
    assert (scan.axes, list(scan.x)) == (["m1"], [100.0, 3.0, 4.0])
    assert list(scan.results["name"]) == ["a", "c", "d"]
    assert list(scan.numbers(["CLs_obs"])["CLs_obs"].index) == [0, 1, 2]


def test_space_and_style_are_those_of_the_configuration(results):
    figures = FIGURES | {"style": "neutral", "expected": None, "interpolation": {"in": "log_CLs"}}
    scan = drawn_scan(results, look=LOOK, figures=figures, name="staus")
    assert scan.space is LOG_CLS
    colors = scan.look["colors"]
    assert (colors.style, colors.observed) == ("neutral", "navy")
    assert colors.expected == PALETTES["neutral"]["expected"]
    assert drawn_scan(results, look=LOOK, figures=FIGURES, name="staus").space is SIGNIFICANCE


def test_labels_that_do_not_vary_are_no_axes(results):
    """Was a bug: a row of a plane was drawn as a plane without an area."""
    scan = drawn_scan(results.assign(m2=3.0), look=LOOK, figures=FIGURES, name="staus")
    assert (scan.axes, scan.is_plane) == (["m1"], False)
