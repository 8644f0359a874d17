"""Figures of upper limits."""

from functools import partial

import numpy as np
import pytest
from limits_and_cross_section import X, cross_section_in, limits
from matplotlib.colors import same_color
from matplotlib.patches import Patch

from fitscan.columns import MU_UP
from fitscan.contour import limit_plane_table, mass_limits
from fitscan.plots import Colors, draw_limits_plane, draw_limits_scan
from fitscan.tables.minima import SHOWN_LIMITS


@pytest.fixture
def cross_section(tmp_path):
    return partial(cross_section_in, tmp_path)


def test_figure_along_one_axis_marks_where_limits_cross_the_theory(cross_section):
    read = cross_section()
    figure = draw_limits_scan(
        X, limits(), x_title="m", cross_section=read, theory="NLO", unit="pb", title="A"
    )
    ax = figure.axes[0]
    assert ax.get_ylabel() == "Cross-section [pb]"
    marks = [line for line in ax.get_lines() if line.get_marker() == "D"]
    places = sorted(float(line.get_xdata()[0]) for line in marks)
    assert places == pytest.approx([310.0, 330.0])
    assert marks[0].get_ydata() == pytest.approx(read.at([330.0]))
    texts = [text.get_text() for text in ax.texts]
    assert r"Observed limit: 330$^{+18}_{-22}$" in texts
    assert "Expected limit: 310" in texts
    titles = [text.get_text() for text in ax.get_legend().get_texts()]
    assert r"NLO ($\pm1\,\sigma$)" in titles


def test_limits_of_large_masses_are_written_out():
    """Was a bug: 1330 was 1.33e+03."""
    figure = draw_limits_scan(1000.0 + X, limits(), x_title="m")
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts[-2:] == ["Observed limit: 1330", "Expected limit: 1310"]


def test_figure_along_one_axis_without_a_cross_section_is_about_the_strength():
    figure = draw_limits_scan(X, limits(), x_title="m")
    ax = figure.axes[0]
    (observed,) = [
        line
        for line in ax.get_lines()
        if same_color(line.get_color(), Colors().observed) and line.get_marker() == "None"
    ]
    assert np.interp(330.0, *observed.get_data()) == pytest.approx(1.0, abs=0.01)
    assert len(ax.collections) == 2
    handles = ax.get_legend().legend_handles
    assert sum(isinstance(handle, Patch) for handle in handles) == 2


def test_points_without_limits_leave_gaps_and_a_figure():
    gaps = {column: np.where(X == 300.0, np.nan, values) for column, values in limits().items()}
    assert mass_limits(X, gaps)["observed"] == pytest.approx([330.0])
    draw_limits_scan(X, gaps, x_title="m")
    nothing = {column: np.full(5, np.nan) for column in MU_UP}
    figure = draw_limits_scan(X, nothing, x_title="m")
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "crosses nowhere" in " ".join(texts)


def test_maps_show_numbers_and_where_limits_are_one():
    x, y = (a.ravel() for a in np.meshgrid(X, [0.0, 100.0, 200.0]))
    figure = draw_limits_plane(x, y, limits(x), x_title="m1", y_title="m2", title="A")
    for ax, place in zip(figure.axes[::2], (330.0, 310.0), strict=True):
        (line,) = [a for a in ax.get_lines() if len(a.get_xdata()) > 1 and a.get_marker() == "None"]
        np.testing.assert_allclose(line.get_xdata(), place)
    table = limit_plane_table(x, y, limits(x), names=["m1", "m2"])
    assert (table["kind"] == "point").sum() == 6 * len(x)
    vertices = table[(table["kind"] == "line") & (table["curve"] == "observed")]
    np.testing.assert_allclose(vertices["m1"], 330.0)
    assert (vertices["segment"] == 0).all()
    assert table.loc[table["kind"] == "point", "interpolation_half_width"].isna().all()
    np.testing.assert_allclose(vertices["interpolation_half_width"], 0.0, atol=1e-6)


def test_maps_of_points_on_a_line_or_without_limits_have_no_lines():
    y = np.zeros(5)
    draw_limits_plane(X, y, limits(), x_title="m1", y_title="m2")
    nothing = {column: np.full(5, np.nan) for column in MU_UP}
    draw_limits_plane(X, y, nothing, x_title="m1", y_title="m2")
    table = limit_plane_table(X, y, limits(), names=["m1", "m2"])
    assert set(table["kind"]) == {"point"}


def with_lowest(x=X):
    """The same, and limits at lower minima that are 1 at 20 GeV less."""
    lowest = {f"{column}_lowest": limits(x + 20.0)[column] for column in SHOWN_LIMITS}
    return limits(x) | lowest


def lines_of(ax):
    return [a for a in ax.get_lines() if len(a.get_xdata()) > 1 and a.get_marker() == "None"]


def test_limits_at_lower_minima_are_drawn_beside_the_others():
    x, y = (a.ravel() for a in np.meshgrid(X, [0.0, 100.0, 200.0]))
    figure = draw_limits_plane(x, y, with_lowest(x), x_title="m1", y_title="m2")
    for ax, places in zip(figure.axes[::2], ([330.0, 310.0], [310.0, 290.0]), strict=True):
        found = [float(line.get_xdata()[0]) for line in lines_of(ax)]
        assert found == pytest.approx(places)
    titles = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    assert [title for title in titles if "lowest" in title] == [
        "Observed, lowest minimum found",
        "Expected, lowest minimum found",
    ]
    ax = draw_limits_scan(X, with_lowest(), x_title="m").axes[0]
    titles = [text.get_text() for text in ax.get_legend().get_texts()]
    assert "Lowest minimum found" in titles
    assert any(np.interp(310.0, *a.get_data()) == pytest.approx(1.0) for a in lines_of(ax))
