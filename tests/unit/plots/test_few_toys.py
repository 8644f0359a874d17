"""What is drawn lighter beside points with too few toys, in a plane and along one parameter."""

from itertools import pairwise

import numpy as np
import pytest
from drawn import bands, grid, lines, one_row, plane, scan, texts
from matplotlib.colors import same_color
from pictures import NEUTRAL

from fitscan.contour import plane_contours
from fitscan.plots import (
    Colors,
    Curves,
    draw_CLs_map,
    draw_combination_plane,
    draw_combination_scan,
    draw_comparison,
    draw_limits_plane,
    draw_limits_scan,
)
from fitscan.plots.combination import PARTS
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


def test_lines_of_a_combination_and_of_its_parts_are_lighter_beside_their_own_points():
    """Was a bug: only the exclusion figure and the map showed it."""
    x, y, CLs = grid()
    few = few_toys((x == 400.0) & (y == 100.0), x, y)
    found = plane_contours(x, y, CLs)
    combined, part = Curves(x, y, CLs, found, few=few), Curves(x, y, CLs, found)
    for both, color in (((combined, part), COLORS.observed), ((part, combined), PARTS[0])):
        figure = draw_combination_plane(
            both[0], {"low": both[1]}, how="statistical", x_title="x", y_title="y"
        )
        (line,) = lines(figure, color=lighter(color), style="-")
        assert sorted(line.get_ydata()[[0, -1]]) == [50.0, 150.0]
        assert f"{NOTE} at 1 point" in said(figure)
        assert len(lines(figure, color=color, style="-")) == 2
    row, of_row = one_row()
    of_one = Curves(row, row, of_row, few=few_toys(row == 400.0, row))
    figure = draw_combination_scan(of_one, {"low": of_one}, how="statistical", x_title="x")
    for color in (COLORS.observed, PARTS[0]):
        (line,) = lines(figure, color=lighter(color), style="-")
        assert line.get_xdata()[[0, -1]].tolist() == [300.0, 500.0]


@pytest.mark.parametrize("axes", [1, 2])
def test_our_lines_of_a_comparison_are_lighter_and_those_of_the_reference_are_not(axes):
    x, y, CLs = grid()
    if axes == 1:
        x, CLs = one_row()
    few = (x == 400.0) & (y == 100.0) if axes == 2 else x == 400.0
    figure = draw_comparison(
        x,
        y if axes == 2 else None,
        CLs,
        CLs,
        names=[str(number) for number in range(len(x))],
        differs=np.zeros(len(x), dtype=bool),
        reference="pyhf",
        x_title="x",
        few=few,
    )
    assert len(lines(figure, color=lighter(COLORS.observed), style="-")) == 1
    assert len(lines(figure, color=lighter(COLORS.other), style="-")) == 0
    assert any(NOTE in text.get_text() for ax in figure.axes for text in [*figure.texts, *ax.texts])


def test_limits_of_a_plane_are_lighter_beside_points_with_too_few_toys():
    x, y, _ = grid()
    limits = {column: np.exp((x - 390.0) / 100.0) for column in ("mu_up_obs", "mu_up_exp_0")}
    figure = draw_limits_plane(
        x, y, limits, x_title="x", y_title="y", few=(x == 400.0) & (y == 100.0)
    )
    for ax, color, style in zip(
        figure.axes[::2], (COLORS.observed, COLORS.expected), ("-", "--"), strict=True
    ):
        drawn = [a for a in ax.get_lines() if same_color(a.get_color(), lighter(color))]
        (light,) = [a for a in drawn if a.get_linestyle() == style]
        assert sorted(light.get_ydata()[[0, -1]]) == [50.0, 150.0]
    (box,) = figure.legends
    assert r"Observed limit, $\mu$ = 1, too few toys" in [a.get_text() for a in box.get_texts()]


def test_limits_along_one_axis_are_lighter_beside_points_with_too_few_toys():
    x, _ = one_row()
    shifts = {"exp_m2": -2, "exp_m1": -1, "obs": 0.5, "exp_0": 0, "exp_p1": 1, "exp_p2": 2}
    limits = {f"mu_up_{name}": np.exp((x - 390.0) / 100.0 + s) for name, s in shifts.items()}
    figure = draw_limits_scan(x, limits, x_title="x", few=x == 400.0)
    for color, style in ((COLORS.observed, "-"), (COLORS.expected, "--")):
        (light,) = lines(figure, color=lighter(color), style=style)
        assert light.get_xdata()[[0, -1]].tolist() == [300.0, 500.0]
    shades = [region.get_facecolor() for region in figure.axes[0].collections]
    for color in (COLORS.band, COLORS.wide_band):
        assert sum(same_color(shade[0], lighter(color)) for shade in shades if len(shade)) == 1
    assert f"{NOTE} at 1 point" in said(figure)


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
