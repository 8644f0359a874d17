"""CLs along one axis: what the figure shows, says and leaves free."""

import numpy as np
import pytest
from drawn import (
    LEVEL,
    assert_nothing_covers_the_data,
    legend,
    lines,
    markers,
    one_row,
    scan,
    texts,
)
from pictures import NEUTRAL, is_the_picture
from scipy.stats import norm

from fitscan.plots import Colors


@is_the_picture("parameter_scan")
def test_scan_is_its_picture():
    x, CLs = one_row()
    CLs["CLs_obs"][[0, 7]] = [1e-30, np.nan]
    return scan(x, CLs, colors=NEUTRAL)


def test_curves_cross_the_test_size_where_the_significance_says():
    x, CLs = one_row()
    figure = scan(x, CLs)
    ax = figure.axes[0]
    (observed,) = lines(figure, color=Colors().observed, style="-")
    np.testing.assert_allclose(
        norm.isf(observed.get_ydata()), LEVEL + (390 - observed.get_xdata()) / 150
    )
    (points,) = [a for a in ax.get_lines() if a.get_marker() == "o"]
    np.testing.assert_array_equal(points.get_ydata(), CLs["CLs_obs"])
    crossings = [a for a in ax.get_lines() if a.get_marker() == "D"]
    assert [a.get_xdata().tolist() for a in crossings] == [
        pytest.approx([390]),
        pytest.approx([420]),
    ]
    assert [a.get_ydata().tolist() for a in crossings] == [[0.05], [0.05]]
    assert texts(figure)[-2:] == ["Observed limit: 390", "Expected limit: 420"]


def test_scan_does_not_depend_on_the_order_of_points():
    x, CLs = one_row()
    shuffled = scan(x[::-1], {name: values[::-1] for name, values in CLs.items()})
    (one,) = lines(scan(x, CLs), color=Colors().observed, style="-")
    (other,) = lines(shuffled, color=Colors().observed, style="-")
    np.testing.assert_array_equal(one.get_xydata(), other.get_xydata())


def test_header_of_the_scan_covers_nothing_and_has_no_ticks():
    figure = scan(*one_row())
    assert_nothing_covers_the_data(figure, top=1.0)
    ax = figure.axes[0]
    assert max(*ax.get_yticks(), *ax.get_yticks(minor=True)) == 1.0


def test_scan_marks_failed_points_and_those_below_the_axis():
    x, CLs = one_row()
    CLs["CLs_obs"][:3] = [0.0, 1e-30, np.nan]
    CLs["CLs_exp_m1"][4] = np.nan
    x[4] += 7.0
    figure = scan(x, CLs)
    assert figure.axes[0].get_ylim()[0] == pytest.approx(1e-7)
    assert markers(figure, "v") == 2
    assert markers(figure, "x") == 1
    assert {r"Observed < 10$^{-7}$", "Failed point"} <= set(legend(figure))


def test_scan_of_one_point_shows_its_bands():
    x, CLs = one_row(points=1)
    figure = scan(x, CLs)
    ax = figure.axes[0]
    assert markers(figure, "o") == 1
    low, high = ax.get_xlim()
    assert low < x[0] < high
    for band in ax.collections[:2]:
        extent = band.get_datalim(ax.transData)
        assert extent.width > 0.0
        assert extent.height > 0.0
    assert "Observed and expected: all points excluded at 95% CL" in " ".join(texts(figure))


@pytest.mark.parametrize(
    ("shift", "words"), [(-9.0, "no point excluded at 95% CL"), (np.nan, "no point has a CLs")]
)
def test_scan_without_crossing_says_why(shift, words):
    figure = scan(*one_row(shift))
    assert markers(figure, "D") == 0
    assert f"Observed and expected: {words}" in " ".join(texts(figure))
    figure.draw_without_rendering()
