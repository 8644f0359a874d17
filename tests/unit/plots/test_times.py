import numpy as np
import pytest

from fitscan.plots.times import draw_times_plane, draw_times_scan

X, Y = (a.ravel() for a in np.meshgrid([100.0, 200.0, 300.0], [0.0, 50.0]))
SECONDS = np.array([0.002, 0.004, 0.008, 0.016, 0.03, 0.0])


def test_points_of_a_plane_have_the_colour_of_their_milliseconds():
    ax, bar = draw_times_plane(X, Y, SECONDS, x_title="x", y_title="y").axes
    (points,) = ax.collections
    low, high = 1e-3 / 1.2, 30.0 * 1.2  # what timings resolve, and some room
    expected = np.log([*(1e3 * SECONDS[:-1] / low), 1.2]) / np.log(high / low)
    np.testing.assert_allclose(points.get_array(), expected)
    assert bar.get_ylabel() == "Wall time of a point [ms]"


def test_times_along_one_axis_are_milliseconds_on_a_decade_or_more():
    (ax,) = draw_times_scan(X[:3], SECONDS[:3], x_title="x").axes
    (points,) = ax.get_lines()
    np.testing.assert_allclose(points.get_xydata(), [[100.0, 2.0], [200.0, 4.0], [300.0, 8.0]])
    low, high = ax.get_ylim()
    assert ax.get_yscale() == "log"
    assert high / low > 10.0


@pytest.mark.parametrize("seconds", [[], [0.01]])
def test_few_points_have_a_scale_too(seconds):
    (ax,) = draw_times_scan(X[: len(seconds)], seconds, x_title="x").axes
    assert 0.0 < ax.get_ylim()[0] < ax.get_ylim()[1] < np.inf
