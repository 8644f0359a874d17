"""Both answers of a scan in one plane."""

import numpy as np
from drawn import grid
from pictures import NEUTRAL, is_the_picture

from fitscan.plots import draw_minima_plane, draw_minima_scan

TITLES = {
    "x_title": "$m_1$ [GeV]",
    "title": "1Lbb",
    "method": r"CLs, asymptotic formulae, $\tilde{q}_\mu$",
    "colors": NEUTRAL,
}


def both():
    """A plane of points with both answers, of which the second excludes less."""
    x, y, CLs = grid()
    _, _, lowest = grid(-0.4)
    CLs["CLs_obs"][7] = np.nan
    return x, y, CLs, lowest, (CLs["CLs_obs"] < 0.05) != (lowest["CLs_obs"] < 0.05)


@is_the_picture("minima_plane")
def test_the_contours_of_both_answers_are_their_picture():
    x, y, default, lowest, _ = both()
    changed = np.isin(x, [300.0]) & (y < 150.0)
    return draw_minima_plane(x, y, default, lowest, changed, y_title="$m_2$ [GeV]", **TITLES)


def test_contours_are_those_of_either_answer():
    x, y, *answers = both()
    ax = draw_minima_plane(x, y, *answers, y_title="$m_2$ [GeV]", **TITLES).axes[0]
    found = {
        (line.get_color(), line.get_linestyle()): line.get_xdata()
        for line in ax.get_lines()
        if line.get_linestyle() in {"-", "--"}
    }
    for color, shift in ((NEUTRAL.observed, 0.0), (NEUTRAL.other, -0.4)):
        np.testing.assert_allclose(found[color, "-"], 390.0 + 150.0 * shift)
        np.testing.assert_allclose(found[color, "--"], 420.0 + 150.0 * shift)


def test_along_one_axis_rings_lie_on_the_test_size():
    x, y, default, lowest, changed = both()
    row = y == 0.0
    one = ({name: values[row] for name, values in CLs.items()} for CLs in (default, lowest))
    changed = x[row] == 300.0
    ax = draw_minima_scan(x[row], *one, changed, test_size=0.1, **TITLES).axes[0]
    (rings,) = [line for line in ax.get_lines() if line.get_markerfacecolor() == "none"]
    assert (rings.get_xdata().tolist(), rings.get_ydata().tolist()) == ([300.0], [0.1])
