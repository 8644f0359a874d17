"""The figure of the time of each point shows the points that all figures show."""

import pandas as pd

from fitscan.benchmark.point_times import point_times
from fitscan.columns import NUMBERS
from fitscan.figures.inputs import drawn_scan


def test_a_slice_has_the_times_of_its_points():
    """Was a bug: the times of all points were drawn at the places of some, which is an error."""
    places = [(m1, m2, m3) for m3 in (0, 1) for m1 in (100, 200) for m2 in (10, 20)]
    results = pd.DataFrame(places, columns=["m1", "m2", "m3"])
    results.insert(0, "name", [f"p{n}" for n in range(len(places))])
    results = results.assign(**dict.fromkeys(NUMBERS, 0.1), status="ok")
    times = [float(n) for n in range(1, 9)]
    timings = pd.DataFrame({"name": results["name"], "wall_s": times, "cpu_s": times})
    look = {"axes": None, "axis_titles": {}, "title": None, "slice": {"m3": 1}}
    scan = drawn_scan(results, look=look, figures={"test_size": 0.05}, name="a")
    _, table = point_times(scan, timings)
    assert table["name"].tolist() == ["p4", "p5", "p6", "p7"]
    assert table["wall_s"].tolist() == table["cpu_s"].tolist() == [5.0, 6.0, 7.0, 8.0]
