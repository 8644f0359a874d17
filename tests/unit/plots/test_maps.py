"""Maps: what they show between and at the points, what they say, and what they leave out."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import LogNorm, Normalize, same_color
from scipy.stats import norm

from fitscan.contour import LOG_CLS, SPACES
from fitscan.plots import Colors, MapPanel, draw_CLs_map, draw_colormap, draw_status_map
from fitscan.plots.maps import STATUS_COLORS
from fitscan.plots.scales import scale_ticks
from fitscan.tables.results import STATUSES

X, Y = (a.ravel() for a in np.meshgrid(np.linspace(0.0, 400.0, 5), np.linspace(0.0, 300.0, 4)))
CLS = {"CLs_obs": norm.sf(3.0 - X / 100.0), "CLs_exp_0": norm.sf(2.5 - Y / 100.0)}
TITLES = {"x_title": "$m_1$ [GeV]", "y_title": "$m_2$ [GeV]", "title": "A search"}


def panel(values=X, **options):
    return MapPanel(**{"values": values, "norm": Normalize(0.0, 400.0), "bar_title": "v"} | options)


def colormap(*panels, x=X, y=Y):
    return draw_colormap(x, y, panels, **TITLES)


def maps(figure):
    """The axes of the maps, without those of their scales."""
    return figure.axes[::2]


def numbers(ax):
    return {a.get_text(): a.get_position() for a in ax.texts}


def ticks(ax):
    return dict(zip([t.get_text() for t in ax.get_yticklabels()], ax.get_yticks(), strict=True))


def words(figure):
    return [text.get_text() for text in figure.texts]


def line_colors(ax):
    return [line.get_color() for line in ax.get_lines() if len(line.get_xdata())]


def test_colours_between_the_points_are_linear_on_the_scale():
    for scale, values in [(Normalize(0.0, 400.0), X), (LogNorm(1e-4, 1.0), 10.0 ** (-X / 100.0))]:
        (field,) = maps(colormap(panel(values, norm=scale)))[0].images
        shades = field.get_array()
        left, right, bottom, top = field.get_extent()
        assert (left, right, bottom, top) == (0.0, 400.0, 0.0, 300.0)
        wanted = (np.arange(shades.shape[1]) + 0.5) / shades.shape[1]
        found = shades[7] if values is X else 1.0 - shades[7]
        np.testing.assert_allclose(found, wanted, atol=1e-9)


def test_colours_end_at_the_hull_of_the_points_that_have_a_value():
    values = np.where(X + Y > 400.0, np.nan, 1.0)
    (field,) = maps(colormap(panel(values, norm=Normalize(0.0, 2.0))))[0].images
    shades = field.get_array()
    left, right, bottom, top = field.get_extent()
    x = left + (np.arange(shades.shape[1]) + 0.5) / shades.shape[1] * (right - left)
    y = bottom + (np.arange(shades.shape[0]) + 0.5) / shades.shape[0] * (top - bottom)
    outside = np.add.outer(y, x) > 401.0
    assert np.ma.getmaskarray(shades)[outside].all()
    assert not np.ma.getmaskarray(shades)[~outside & (np.add.outer(y, x) < 399.0)].any()


def test_points_without_a_value_are_crosses_and_said_to_be_so():
    figure = colormap(panel(np.where(X == 0.0, np.nan, X)))
    crosses = [a for a in maps(figure)[0].get_lines() if a.get_marker() == "x"]
    assert [len(a.get_xdata()) for a in crosses] == [4]
    assert [a.get_text() for a in figure.legends[0].get_texts()] == ["No number"]
    assert colormap(panel()).legends == []


def test_points_alone_have_the_colours_where_a_panel_is_not_filled():
    ax = maps(colormap(panel(filled=False)))[0]
    assert len(ax.images) == 0
    np.testing.assert_allclose(ax.collections[0].get_array(), X / 400.0)


def test_numbers_cover_neither_each_other_nor_the_frame_and_the_urgent_come_first():
    x, y = np.random.default_rng(1).uniform(0.0, 1.0, (2, 300))
    texts = [f"{number:.4f}" for number in x]
    figure = colormap(panel(x, numbers=texts, urgency=np.arange(300)[::-1]), x=x, y=y)
    ax = maps(figure)[0]
    with mpl.rc_context(figure.look):
        figure.draw_without_rendering()
        frame = ax.get_window_extent()
        boxes = [text.get_window_extent() for text in ax.texts]
    assert 30 < len(boxes) < 200
    assert texts[299] in numbers(ax)
    for i, box in enumerate(boxes):
        assert frame.x0 < box.x0 < box.x1 < frame.x1
        assert box.y1 < frame.y1
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_texts_that_are_empty_and_points_without_a_value_get_no_number():
    values = np.where(X == 0.0, np.nan, X)
    figure = colormap(panel(values, numbers=["" if y == 0.0 else "7" for y in Y]))
    assert len(maps(figure)[0].texts) == 4 * 3


def test_numbers_of_a_scale_keep_apart_and_the_first_stay():
    every = {float(value): str(value) for value in [205, *range(0, 401, 10)]}
    bar = colormap(panel(ticks=every)).axes[1]
    assert "205" in ticks(bar)
    assert np.diff(np.sort(bar.get_yticks())).min() > 0.03
    assert 5 < len(ticks(bar)) < 30
    np.testing.assert_allclose([float(text) / 400.0 for text in ticks(bar)], bar.get_yticks())


@pytest.mark.parametrize(
    ("scale", "texts"),
    [
        (LogNorm(1e-3, 1.0), ["0.001", "0.01", "0.1", "1"]),
        (LogNorm(0.4, 10.0), ["0.5", "1", "2", "5", "10"]),
        (Normalize(1.0, 3.0), ["1", "2", "3"]),
        (Normalize(-0.5, 1.5), ["-0.4", "0", "0.4", "0.8", "1.2"]),
    ],
)
def test_scales_have_round_numbers(scale, texts):
    assert list(scale_ticks(scale).values()) == texts


def test_CLs_map_shows_both_with_their_contours_and_numbers():
    figure = draw_CLs_map(X, Y, CLS, method="CLs, asymptotic", **TITLES)
    observed, expected = maps(figure)
    assert [ax.get_title(loc="left") for ax in (observed, expected)] == ["Observed", "Expected"]
    assert line_colors(observed) == [Colors().observed]
    assert line_colors(expected) == [Colors().expected]
    np.testing.assert_allclose(observed.get_lines()[-1].get_xdata(), 100.0 * (3.0 - norm.isf(0.05)))
    assert words(figure) == [
        "A search",
        "Limits at 95% CL; CLs, asymptotic; linear in significance between points",
    ]
    assert numbers(observed)["0.023"][0] == 100.0
    assert numbers(observed)["0.16"][0] == 200.0
    assert [a.get_text() for a in figure.legends[0].get_texts()] == [
        "Observed limit",
        "Expected limit",
    ]


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_scale_of_CLs_is_even_in_the_space_and_names_the_test_size(space):
    figure = draw_CLs_map(X, Y, CLS, test_size=0.1, space=space, **TITLES)
    found = {float(text): place for text, place in ticks(figure.axes[1]).items() if "$" not in text}
    assert 0.1 in found
    heights = space.height(list(found))
    slope = np.polyfit(heights, list(found.values()), 1)
    np.testing.assert_allclose(np.polyval(slope, heights), list(found.values()), atol=1e-9)
    assert f"linear in {space.title}" in words(figure)[1]


def test_small_CLs_are_said_to_be_small():
    values = {"CLs_obs": np.where(X == 0.0, 0.0, 0.5)}
    ax = maps(draw_CLs_map(X, Y, values, **TITLES))[0]
    assert "<0.001" in numbers(ax)
    assert ticks(draw_CLs_map(X, Y, values, **TITLES).axes[1]).keys() >= {"0.05", "0.5"}


@pytest.mark.parametrize(("value", "reason"), [(0.5, "no point"), (0.001, "all points")])
def test_map_without_a_contour_says_why(value, reason):
    figure = draw_CLs_map(X, Y, {"CLs_obs": np.full(20, value)}, **TITLES)
    assert f"Observed: {reason} excluded at 95% CL" in words(figure)
    assert line_colors(maps(figure)[0]) == []


def test_statuses_of_maps_are_those_of_results():
    assert list(STATUS_COLORS) == list(STATUSES)


def status(**numbers):
    ends = ["ok"] * 18 + ["not_converged", "failed"]
    mu_hat = np.where(np.arange(20) < 18, X / 100.0, np.nan)
    found = {"CLs_obs": CLS["CLs_obs"], "mu_hat": mu_hat} | numbers
    return draw_status_map(X, Y, ends, found, **TITLES)


def test_status_map_marks_how_points_ended():
    figure = status()
    ends, mu_hat = maps(figure)
    points = ends.collections[0]
    assert set(numbers(ends)) <= {"not converged", "failed"}
    assert list(ticks(figure.axes[1])) == ["ok", "not\nconverged", "failed"]
    for shade, end in zip(points.get_array()[-3:], STATUS_COLORS, strict=True):
        assert same_color(points.get_cmap()(shade), STATUS_COLORS[end])
    assert "18 of 20 points are ok" in words(figure)
    assert len([a for a in mu_hat.get_lines() if a.get_marker() == "x" and len(a.get_xdata())]) == 1


def test_status_map_marks_points_whose_numbers_are_in_doubt():
    flagged = np.isin(np.arange(20), [3, 19])
    ends = ["ok"] * 18 + ["not_converged", "failed"]
    figure = draw_status_map(X, Y, ends, CLS, flagged=flagged, **TITLES)
    (shown,) = maps(figure)
    assert numbers(shown)["in doubt"] == (X[3], Y[3])
    # One that failed is that and no more.
    assert list(numbers(shown)).count("in doubt") == 1
    assert "in\ndoubt" in ticks(figure.axes[1])
    assert "18 of 20 points are ok; in doubt are 2" in words(figure)
    figure = draw_status_map(X, Y, ends, CLS, flagged=np.zeros(20, dtype=bool), **TITLES)
    assert "18 of 20 points are ok" in words(figure)
    assert "in\ndoubt" not in ticks(figure.axes[1])


def test_status_map_has_panels_of_minima_where_they_were_searched():
    assert len(maps(status())) == 2
    gap = np.where(X == 400.0, 2.5, 0.0)
    figure = status(nll_gap=gap, minima=1.0 + (X == 400.0))
    fall, minima = maps(figure)[2:]
    assert set(numbers(fall)) == {"2.5"}
    assert set(numbers(minima)) == {"2"}
    assert list(ticks(figure.axes[7])) == ["1", "2"]


def test_quantity_that_is_the_same_everywhere_is_one_colour_without_numbers():
    figure = status(mu_hat=np.zeros(20))
    assert numbers(maps(figure)[1]) == {}
    assert set(maps(figure)[1].collections[0].get_array()) == {0.5}


def test_one_axis_has_profiles_on_the_same_scales():
    figure = draw_CLs_map(
        X[:5], None, {"CLs_obs": CLS["CLs_obs"][:5]}, x_title="$m$", space=LOG_CLS
    )
    (ax,) = figure.axes
    curve, limit = ax.get_lines()[0], ax.get_lines()[-1]
    np.testing.assert_array_equal(curve.get_xdata(), X[:5])
    places = ticks(ax)
    assert places["0.05"] == pytest.approx(
        np.interp(limit.get_xdata()[0], X[:5], curve.get_ydata())
    )
    assert ax.get_xlabel() == "$m$"


def test_profile_does_not_depend_on_the_order_of_points():
    order = [3, 0, 4, 1, 2]
    CLs = CLS["CLs_obs"]
    one = draw_CLs_map(X[:5], None, {"CLs_obs": CLs[:5]}, x_title="")
    other = draw_CLs_map(X[order], None, {"CLs_obs": CLs[order]}, x_title="")
    curves = [figure.axes[0].get_lines()[0].get_xydata() for figure in (one, other)]
    np.testing.assert_array_equal(*curves)
