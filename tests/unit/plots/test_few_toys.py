"""What is drawn lighter beside points with too few toys, in a plane and along one parameter."""

from itertools import pairwise

import numpy as np
import pytest
from drawn import bands, grid, lines, one_row, plane, scan, texts
from matplotlib.colors import same_color
from pictures import NEUTRAL

from fitscan.plots import Colors, draw_CLs_map
from fitscan.plots.few_toys import few_toys, lighter, parts

COLORS = Colors()
NOTE = "Lighter: too few toys"


def pixels(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())


def said(figure):
    return " ".join(texts(figure))


def test_line_of_a_plane_is_lighter_beside_the_points_and_nowhere_else():
    x, y, CLs = grid()
    # One point, at (400, 100): beside it are the cells around it, from 50 to 150.
    figure = plane(x, y, CLs, few=(x == 400.0) & (y == 100.0))
    (light,) = lines(figure, color=lighter(COLORS.observed), style="-")
    assert sorted(light.get_ydata()[[0, -1]]) == [50.0, 150.0]
    full = lines(figure, color=COLORS.observed, style="-")
    assert sorted(end for line in full for end in line.get_ydata()[[0, -1]]) == [0, 50, 150, 250]
    assert f"{NOTE} at 1 point" in said(figure)


def test_band_of_a_plane_is_lighter_beside_the_points_and_keeps_its_extent():
    x, y, CLs = grid()
    figure = plane(x, y, CLs, few=(x == 400.0) & (y == 100.0))
    full, light = bands(figure)
    assert same_color(light.get_facecolor(), lighter(COLORS.band))
    assert light.get_path().get_extents().bounds == pytest.approx((300.0, 50.0, 200.0, 100.0))
    assert full.get_path().get_extents().bounds == pytest.approx((240.0, 0.0, 300.0, 250.0))


def test_curve_of_a_scan_is_lighter_between_the_point_and_its_neighbours():
    x, CLs = one_row()
    figure = scan(x, CLs, few=x == 400.0)
    for color, style in ((COLORS.observed, "-"), (COLORS.expected, "--")):
        (light,) = lines(figure, color=lighter(color), style=style)
        assert light.get_xdata()[[0, -1]].tolist() == [300.0, 500.0]
    shades = [region.get_facecolor() for region in figure.axes[0].collections]
    for color in (COLORS.band, COLORS.wide_band):
        assert sum(same_color(shade[0], lighter(color)) for shade in shades if len(shade)) == 1
    assert NOTE in said(figure)


def test_failed_point_is_no_neighbour():
    x, CLs = one_row()
    for values in CLs.values():
        values[x == 500.0] = np.nan
    (light,) = lines(scan(x, CLs, few=x == 400.0), color=lighter(COLORS.observed), style="-")
    assert light.get_xdata()[[0, -1]].tolist() == [300.0, 600.0]


@pytest.mark.parametrize("kind", ["plane", "scan", "map", "profile"])
def test_figure_without_such_points_is_the_same_to_the_pixel(kind):
    x, y, CLs = grid(tilt=0.5)
    row, of_row = one_row()
    titles = {"x_title": "x", "colors": NEUTRAL}

    def draw(**few):
        if kind == "plane":
            return plane(x, y, CLs, colors=NEUTRAL, **few)
        if kind == "scan":
            return scan(row, of_row, colors=NEUTRAL, **few)
        if kind == "map":
            return draw_CLs_map(x, y, CLs, y_title="y", **titles, **few)
        return draw_CLs_map(row, None, of_row, **titles, **few)

    points = len(x) if kind in {"plane", "map"} else len(row)
    whole = pixels(draw())
    np.testing.assert_array_equal(pixels(draw(few=np.zeros(points, dtype=bool))), whole)
    assert not np.array_equal(pixels(draw(few=np.ones(points, dtype=bool))), whole)


def test_map_names_the_limit_with_too_few_toys_in_its_legend():
    x, y, CLs = grid()
    figure = draw_CLs_map(x, y, CLs, x_title="x", y_title="y", few=y == 0.0)
    (box,) = figure.legends
    assert [a.get_text() for a in box.get_texts()] == [
        "Observed limit",
        "Observed limit, too few toys",
        "Expected limit",
        "Expected limit, too few toys",
    ]


def test_parts_make_the_line():
    x, y, CLs = grid(tilt=0.7)
    few = few_toys(np.random.default_rng(1).random(len(x)) < 0.2, x, y)
    line = np.column_stack([np.full(50, 390.0), np.linspace(1.0, 249.0, 50)])
    found = list(parts(line, CLs["CLs_obs"], few))
    assert len(found) > 1
    np.testing.assert_array_equal(np.vstack([line[:1], *(part[1:] for part, _ in found)]), line)
    lights = [light for _, light in found]
    assert all(one != other for one, other in pairwise(lights))


def test_scan_of_one_point_or_of_none_is_drawn():
    x, CLs = one_row(points=1)
    assert NOTE in said(scan(x, CLs, few=[True]))
    nothing = {name: np.full(1, np.nan) for name in CLs}
    assert NOTE in said(scan(x, nothing, few=[True]))
