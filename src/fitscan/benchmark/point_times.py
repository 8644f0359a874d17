"""The figure of how long each point of a scan took: a map of the plane, or along one parameter."""

import pandas as pd
from matplotlib.figure import Figure

from fitscan.figures.inputs import DrawnScan
from fitscan.formats import plain
from fitscan.plots.times import draw_times_plane, draw_times_scan

__all__ = ["point_times"]


def point_times(scan: DrawnScan, timings: pd.DataFrame) -> tuple[Figure, pd.DataFrame]:
    """Return the figure, and the table of what it shows.

    Args:
        scan: The scan as it is drawn.
        timings: How long each of its points took, those outside of a slice too.
    """
    table = scan.table().merge(timings[["name", "wall_s", "cpu_s"]], on="name")
    seconds = table["wall_s"]
    titles = {key: value for key, value in scan.look.items() if key != "test_size"}
    lines = [
        f"Median {plain(1e3 * seconds.median(), 2)} ms, sum {plain(seconds.sum(), 2)} s",
        "The first of each job loads the engine",
    ]
    if scan.is_plane:
        figure = draw_times_plane(scan.x, scan.y, seconds, lines=lines, **titles)
    else:
        figure = draw_times_scan(scan.x, seconds, lines=lines, **titles)
    return figure, table
