"""Crossings and curves along one axis, and which columns they are of."""

from statistics import NormalDist

import numpy as np
import pytest
from scipy.stats import norm

from fitscan import contour
from fitscan.columns import CURVES
from fitscan.errors import FitscanError

LEVEL = NormalDist().inv_cdf(0.95)


def test_curves_name_the_columns_of_the_results():
    assert CURVES == {
        "observed": "CLs_obs",
        "expected": "CLs_exp_0",
        "expected_m2": "CLs_exp_m2",
        "expected_m1": "CLs_exp_m1",
        "expected_p1": "CLs_exp_p1",
        "expected_p2": "CLs_exp_p2",
        "observed_theory_up": "CLs_obs_theory_up",
        "observed_theory_down": "CLs_obs_theory_down",
    }


def test_crossings_are_linear_in_significance():
    found = contour.crossings([100.0, 200.0, 300.0], norm.sf([LEVEL + 3.0, LEVEL - 1.0, LEVEL + 1]))
    assert found == pytest.approx([175.0, 250.0])


def test_crossings_do_not_depend_on_order_or_failed_points():
    x, CLs = np.array([300.0, 100.0, 150.0, 200.0]), np.array([0.6, 0.001, np.nan, 0.01])
    assert contour.crossings(x, CLs) == pytest.approx(contour.crossings([200, 300], [0.01, 0.6]))


@pytest.mark.parametrize(
    "CLs", [[0.3, 0.05, 0.3], [0.01, 0.001, 0.04], [np.nan] * 3, [0.01] + [np.nan] * 2]
)
def test_no_crossing_where_the_test_size_is_not_passed(CLs):
    assert contour.crossings([1.0, 2.0, 3.0], CLs).tolist() == []


def test_point_on_the_test_size_beside_an_excluded_one_is_the_crossing():
    assert contour.crossings([1.0, 2.0, 3.0], [0.001, 0.05, 0.5]) == pytest.approx([2.0])


@pytest.mark.parametrize("function", [contour.crossings, contour.interpolate_scan])
def test_two_points_at_one_value_of_the_parameter_are_refused(function):
    with pytest.raises(FitscanError, match=r"have the same value of the parameter: 2\.0"):
        function([2.0, 1.0, 2.0], [0.1, 0.2, 0.3])


def test_scan_curve_passes_through_the_points_and_the_crossing():
    x, CLs = np.array([1.0, 3.0, 2.0]), np.array([1e-9, 0.7, 0.01])
    nodes, values = contour.interpolate_scan(x, CLs, resolution=11)
    assert (np.diff(nodes) > 0.0).all()
    np.testing.assert_allclose(values[np.searchsorted(nodes, x)], CLs)
    assert contour.crossings(nodes, values) == pytest.approx(contour.crossings(x, CLs))


def test_scan_curve_of_one_point_and_of_none():
    assert [a.tolist() for a in contour.interpolate_scan([5.0], [0.5])] == [[5.0], [0.5]]
    assert [a.tolist() for a in contour.interpolate_scan([5.0], [np.nan])] == [[], []]


def test_scan_table_holds_points_and_crossings():
    table = contour.scan_table(
        [1.0, 2.0],
        {"CLs_obs": norm.sf([LEVEL + 1, LEVEL - 1]), "CLs_exp_p2": [0.5, np.nan]},
        name="m",
    )
    assert list(table.columns) == ["curve", "kind", "m", "CLs", "method"]
    assert table.curve.tolist() == ["observed"] * 3 + ["expected_p2"] * 2
    assert table.kind.tolist() == ["point", "point", "crossing", "point", "point"]
    assert table.m.tolist() == pytest.approx([1.0, 2.0, 1.5, 1.0, 2.0])
    assert table.CLs[2] == 0.05
