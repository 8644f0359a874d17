"""The figure of how long each point of a scan took: a map of the plane, or along one parameter."""

import pandas as pd
from matplotlib.figure import Figure

from fitscan.figures.inputs import DrawnScan
from fitscan.formats import plain
from fitscan.plots.times import draw_times_plane, draw_times_scan
from fitscan.tables.results import grid_labels

__all__ = ["point_times"]


def point_times(
    scan: DrawnScan, results: pd.DataFrame, timings: pd.DataFrame
) -> tuple[Figure, pd.DataFrame]:
    """Return the figure, and the table of what it shows.

    Args:
        scan: The scan as it is drawn.
        results: The results of all its points.
        timings: How long each of them took.
    """
    titles = {key: value for key, value in scan.look.items() if key != "test_size"}
    median, total = 1e3 * timings["wall_s"].median(), timings["wall_s"].sum()
    lines = [
        f"Median {plain(median, 2)} ms, sum {plain(total, 2)} s",
        "The first of each job loads the engine",
    ]
    seconds = timings["wall_s"][results["name"].isin(scan.results["name"])]
    if scan.is_plane:
        figure = draw_times_plane(scan.x, scan.y, seconds, lines=lines, **titles)
    else:
        figure = draw_times_scan(scan.x, seconds, lines=lines, **titles)
    table = results[["name", *grid_labels(results)]]
    return figure, table.assign(wall_s=timings["wall_s"], cpu_s=timings["cpu_s"])
