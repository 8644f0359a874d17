"""The figure of times shows the points that are drawn, and its table all of them."""

import numpy as np
import pandas as pd
import pytest

from fitscan.benchmark.point_times import point_times
from fitscan.figures.inputs import drawn_scan

FIGURES = {"test_size": 0.05}


@pytest.mark.parametrize("axes", [["m1"], ["m1", "m2"]])
def test_times_of_a_slice_are_those_of_its_points(axes):
    """Was a bug: with a slice there were more times than points, and no figure."""
    results = pd.DataFrame({"name": list("abcd"), "m1": [1.0, 2.0, 1.0, 2.0]})
    results = results.assign(m2=[1.0, 1.0, 2.0, 2.0], m3=[5.0, 6.0, 6.0, 5.0], mu_test=1.0)
    timings = results[["name"]].assign(wall_s=[0.001, 0.002, 0.004, 0.008], cpu_s=0.001)
    fixed = {"m3": 6.0} if len(axes) == 2 else {"m2": 2.0}
    look = {"axes": axes, "axis_titles": {}, "title": None, "slice": fixed}
    scan = drawn_scan(results, look=look, figures=FIGURES, name="A")
    figure, table = point_times(scan, results, timings)
    ax = figure.axes[0]
    (points,) = ax.collections if len(axes) == 2 else ax.get_lines()
    places = points.get_offsets() if len(axes) == 2 else points.get_xydata()[:, :1]
    np.testing.assert_array_equal(places, scan.results[axes])
    if len(axes) == 1:
        np.testing.assert_allclose(points.get_ydata(), [4.0, 8.0])
    assert table["wall_s"].tolist() == timings["wall_s"].tolist()
