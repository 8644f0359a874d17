"""Maps of CLs and of how points ended."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from scipy.stats import norm

from fitscan.columns import STATUSES
from fitscan.plots import Colors, draw_CLs_map, draw_status_map
from fitscan.plots.maps import STATUS_COLORS

X, Y = (a.ravel() for a in np.meshgrid(np.linspace(0.0, 400.0, 5), np.linspace(0.0, 300.0, 4)))
CLS = {"CLs_obs": norm.sf(3.0 - X / 100.0), "CLs_exp_0": norm.sf(2.5 - Y / 100.0)}
TITLES = {"x_title": "$m_1$ [GeV]", "y_title": "$m_2$ [GeV]", "title": "A search"}


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


def test_CLs_map_shows_both_with_their_contours_and_numbers():
    figure = draw_CLs_map(X, Y, CLS, method="CLs, asymptotic", **TITLES)
    observed, expected = maps(figure)
    assert [ax.get_title(loc="left") for ax in (observed, expected)] == ["Observed", "Expected"]
    assert line_colors(observed) == [Colors().observed]
    assert line_colors(expected) == [Colors().expected]
    np.testing.assert_allclose(observed.get_lines()[-1].get_xdata(), 100.0 * (3.0 - norm.isf(0.05)))
    assert words(figure) == [
        "A search",
        "Limits at 95% CL; linear in significance between points",
        "CLs, asymptotic",
    ]
    assert numbers(observed)["0.023"][0] == 100.0
    assert numbers(observed)["0.16"][0] == 200.0
    assert [a.get_text() for a in figure.legends[0].get_texts()] == [
        "Observed limit",
        "Expected limit",
    ]


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
    assert "18 of 20 points are ok; 2 in doubt" in words(figure)
    figure = draw_status_map(X, Y, ends, CLS, flagged=np.zeros(20, dtype=bool), **TITLES)
    assert "18 of 20 points are ok" in words(figure)
    assert "in\ndoubt" not in ticks(figure.axes[1])


def test_status_map_has_panels_of_minima_where_they_were_searched():
    assert len(maps(status())) == 2
    gap = np.where(X == 400.0, 2.5, 0.0)
    figure = status(delta_nll=gap, n_minima=1.0 + (X == 400.0))
    fall, minima = maps(figure)[2:]
    assert set(numbers(fall)) == {"2.5"}
    assert set(numbers(minima)) == {"2"}
    assert list(ticks(figure.axes[7])) == ["1", "2"]


def test_no_number_of_a_status_map_crosses_the_tested_strength_by_rounding():
    """Was a bug: 1.04 was written as 1."""
    mu_hat = np.where(X == 400.0, 1.04, 0.5)
    assert numbers(maps(status(mu_hat=mu_hat))[1]).keys() == {"0.5", "1.04"}


def test_large_numbers_of_a_status_map_are_written_out():
    """Was a bug: 120 was written as 1.2e+02."""
    assert numbers(maps(status(mu_hat=X + 120.0))[1]).keys() >= {"120", "220"}


def test_no_number_of_a_map_of_CLs_crosses_the_test_size_by_rounding():
    """Was a bug: 0.0496 was written as 0.05."""
    values = {"CLs_obs": np.where(X == 400.0, 0.0496, 0.0504)}
    assert numbers(maps(draw_CLs_map(X, Y, values, **TITLES))[0]).keys() == {"0.0496", "0.0504"}


def test_quantity_that_is_the_same_everywhere_is_one_colour_without_numbers():
    figure = status(mu_hat=np.zeros(20))
    assert numbers(maps(figure)[1]) == {}
    assert set(maps(figure)[1].collections[0].get_array()) == {0.5}


def test_the_scale_of_one_value_has_no_others():
    """Was a bug: where all was well, minima from 0.6 to 1.4 and a negative difference of NLLs."""
    figure = status(delta_nll=np.zeros(len(X)), n_minima=np.ones(len(X)))
    assert [list(ticks(figure.axes[scale])) for scale in (5, 7)] == [["0"], ["1"]]
