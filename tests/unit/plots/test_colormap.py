"""Colours between and at points, and what they leave out."""

import numpy as np
from matplotlib.colors import LogNorm, Normalize

from fitscan.plots import MapPanel, draw_colormap

X, Y = (a.ravel() for a in np.meshgrid(np.linspace(0.0, 400.0, 5), np.linspace(0.0, 300.0, 4)))
TITLES = {"x_title": "$m_1$ [GeV]", "y_title": "$m_2$ [GeV]", "title": "A search"}


def panel(values=X, **options):
    return MapPanel(**{"values": values, "norm": Normalize(0.0, 400.0), "bar_title": "v"} | options)


def colormap(*panels, x=X, y=Y):
    return draw_colormap(x, y, panels, **TITLES)


def maps(figure):
    """The axes of the maps, without those of their scales."""
    return figure.axes[::2]


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
