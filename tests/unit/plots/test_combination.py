"""The figure of a combination: which lines it has, what it says, and what stays free."""

import numpy as np
import pytest
from pictures import NEUTRAL, is_the_picture
from scipy.stats import norm

from fitscan.contour import plane_contours
from fitscan.plots import Curves, draw_combination_plane, draw_combination_scan
from fitscan.plots.colors import COLORS
from fitscan.plots.combination import SAID, THICK, THIN

TITLES = {
    "x_title": "$m$ [GeV]",
    "title": "Both",
    "method": r"CLs, asymptotic formulae, $\tilde{q}_\mu$; default initial values",
}


def curves(limit, points=8):
    """Return a plane of which all left of a limit is excluded; less is expected."""
    x, y = (a.ravel() for a in np.meshgrid(np.linspace(100.0, 800.0, points), np.arange(6) * 50.0))
    Z = norm.isf(0.05) + (limit - x) / 150.0
    CLs = {"CLs_obs": norm.sf(Z), "CLs_exp_0": norm.sf(Z - 0.2)}
    return Curves(x, y, CLs, plane_contours(x, y, CLs))


def row(of):
    first = of.y == 0.0
    CLs = {column: values[first] for column, values in of.CLs.items()}
    return Curves(of.x[first], of.y[first], CLs)


def plane(combined, parts, how="statistical", colors=COLORS):
    return draw_combination_plane(combined, parts, how=how, y_title="$m$", colors=colors, **TITLES)


def lines(figure, width):
    return [line for line in figure.axes[0].get_lines() if line.get_linewidth() == width]


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def legend(figure):
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


@is_the_picture("combination_plane")
def test_a_plane_is_its_picture():
    return plane(
        curves(500.0), {"low": curves(300.0), "high": curves(450.0)}, "best_expected", NEUTRAL
    )


def test_parts_whose_long_names_begin_and_end_alike_are_told_apart():
    """Was a bug: the legend had one entry for all of them."""
    names = [f"search_for_staus_in_{data}_with_two_taus" for data in ("early", "late")]
    for parts in (names, [*names, "another"]):
        figure = plane(curves(500.0), {name: curves(300.0) for name in parts})
        shown = legend(figure)[2:]
        assert len(shown) == len(parts)
        assert ["early" in shown[0], "late" in shown[1]] == [True, True]


def test_thick_lines_are_the_combination_and_thin_ones_its_parts():
    figure = plane(curves(500.0), {"low": curves(300.0), "high": curves(450.0)})
    thick, thin = lines(figure, THICK), lines(figure, THIN)
    assert [line.get_xdata()[0] for line in thick] == pytest.approx([500.0, 470.0])
    assert [line.get_xdata()[0] for line in thin] == pytest.approx([300.0, 270.0, 450.0, 420.0])


@pytest.mark.parametrize("how", SAID)
def test_a_figure_says_whether_it_is_a_statistical_combination(how):
    part = curves(300.0)
    for figure in (
        plane(part, {"low": part}, how),
        draw_combination_scan(row(part), {"low": row(part)}, how=how, **TITLES),
    ):
        said = " ".join(texts(figure))
        assert ("no statistical combination" in said) == (how == "best_expected")
        assert ("Statistical combination" in said) == (how == "statistical")
        assert ("Chosen, observed" in legend(figure)) == (how == "best_expected")


def test_lines_stay_below_the_header():
    figure = plane(curves(500.0), {f"part {n}": curves(300.0 + n) for n in range(7)})
    ax = figure.axes[0]
    figure.canvas.draw()
    highest = max(ax.transData.transform(line.get_xydata())[:, 1].max() for line in ax.lines)
    header = [*ax.texts, *ax.get_legend().get_texts()]
    assert highest < min(text.get_window_extent().y0 for text in header)


def test_a_part_without_a_contour_is_named_with_the_reason():
    said = " ".join(texts(plane(curves(500.0), {"low": curves(-9000.0)})))
    assert "Low, observed and low, expected: no point" in said


def test_along_one_axis_CLs_of_all_are_drawn_to_where_they_cross():
    parts = {"low": row(curves(300.0)), "high": row(curves(450.0))}
    figure = draw_combination_scan(row(curves(500.0)), parts, how="statistical", **TITLES)
    (observed, _), thin = lines(figure, THICK), lines(figure, THIN)
    x, CLs = observed.get_data()
    assert np.interp(500.0, x, CLs) == pytest.approx(0.05, rel=1e-3)
    assert len(thin) == 4 + 1  # that of the test size
    assert figure.axes[0].get_yscale() == "log"
