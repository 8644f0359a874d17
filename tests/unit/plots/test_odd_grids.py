"""Every figure of a scan is drawn, in both styles, whatever the grid is like."""

import matplotlib as mpl
import numpy as np
import pytest
from odd_grids import CASES, DRAWERS, odd_results, odd_scan

from fitscan.errors import FitscanError
from fitscan.plots.style import STYLES


def words(figure):
    """What a figure says, once it has been drawn in its style without a warning."""
    with mpl.rc_context(figure.look):
        figure.draw_without_rendering()
    return " ".join(text.get_text() for text in figure.findobj(mpl.text.Text))


@pytest.mark.parametrize("number", range(len(CASES)), ids=CASES)
@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("name", DRAWERS)
def test_every_figure_of_every_grid_can_be_drawn(name, dimensions, number):
    """In the styles by turns: each case meets both, once for each number of dimensions."""
    style = list(STYLES)[(number + dimensions) % 2]
    said = words(DRAWERS[name](odd_scan(list(CASES.values())[number](dimensions), style)))
    assert "A search" in said
    assert "nan" not in said


@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("name", ["exclusion", "CLs_map", "minima", "number_of_toys"])
@pytest.mark.parametrize(
    ("case", "reasons"),
    [
        ("none excluded", ["no point excluded"] * 2),
        ("all failed", ["no point has a CLs", "Fewer than three points have a CLs"]),
        ("one point", ["all points excluded", "Fewer than three points have a CLs"]),
        ("on one line", ["", "All points with a CLs lie on one line"]),
    ],
)
def test_figure_without_a_limit_says_why(name, dimensions, case, reasons):
    said = words(DRAWERS[name](odd_scan(CASES[case](dimensions), "atlas")))
    for word in reasons[dimensions - 1].split():
        assert word in said


@pytest.mark.parametrize("name", ["exclusion", "CLs_map", "status_map", "minima", "number_of_toys"])
def test_points_at_one_place_are_said_or_refused(name):
    """Such axes make notes in the place of figures; see ``fitscan.config.axes``."""
    plane = odd_results(np.array([[100.0, 50.0], [500.0, 50.0], [100.0, 300.0], [100.0, 300.1]]))
    scan = odd_scan(plane, "atlas")
    scan.results.loc[3, "m2"] = 300.0
    assert name == "status_map" or "have the same coordinates" in words(DRAWERS[name](scan))
    line = odd_scan(odd_results(np.array([[100.0], [200.0], [300.0]])), "atlas")
    line.results.loc[2, "m1"] = 200.0
    with pytest.raises(FitscanError, match=r"have the same value of the parameter: 200\.0"):
        DRAWERS[name](line)
