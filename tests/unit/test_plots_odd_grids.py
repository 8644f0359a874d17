"""Every figure of a scan is drawn, in both styles, whatever the grid is like."""

import matplotlib as mpl
import pytest
from odd_grids import CASES, DRAWERS, odd_scan

from fitscan.plots.look import STYLES


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("name", DRAWERS)
def test_every_figure_of_every_grid_can_be_drawn(name, dimensions, case, style):
    scan = odd_scan(CASES[case](dimensions), style)
    figure = DRAWERS[name](scan)
    with mpl.rc_context(figure.look):
        figure.draw_without_rendering()
    words = " ".join(text.get_text() for text in figure.findobj(mpl.text.Text))
    assert "A search" in words
    assert "nan" not in words
