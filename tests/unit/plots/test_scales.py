"""Scales of colours and their numbers."""

import numpy as np
import pytest
from matplotlib.colors import LogNorm, Normalize
from scipy.stats import norm

from fitscan.contour import SPACES
from fitscan.plots import MapPanel, draw_CLs_map, draw_colormap
from fitscan.plots.scales import scale_ticks

X, Y = (a.ravel() for a in np.meshgrid(np.linspace(0.0, 400.0, 5), np.linspace(0.0, 300.0, 4)))
CLS = {"CLs_obs": norm.sf(3.0 - X / 100.0), "CLs_exp_0": norm.sf(2.5 - Y / 100.0)}
TITLES = {"x_title": "$m_1$ [GeV]", "y_title": "$m_2$ [GeV]", "title": "A search"}


def panel(values=X, **options):
    return MapPanel(**{"values": values, "norm": Normalize(0.0, 400.0), "bar_title": "v"} | options)


def colormap(*panels, x=X, y=Y):
    return draw_colormap(x, y, panels, **TITLES)


def ticks(ax):
    return dict(zip([t.get_text() for t in ax.get_yticklabels()], ax.get_yticks(), strict=True))


def words(figure):
    return [text.get_text() for text in figure.texts]


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


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_scale_of_CLs_is_even_in_the_space_and_names_the_test_size(space):
    figure = draw_CLs_map(X, Y, CLS, test_size=0.1, space=space, **TITLES)
    found = {float(text): place for text, place in ticks(figure.axes[1]).items() if "$" not in text}
    assert 0.1 in found
    heights = space.height(list(found))
    slope = np.polyfit(heights, list(found.values()), 1)
    np.testing.assert_allclose(np.polyval(slope, heights), list(found.values()), atol=1e-9)
    assert f"linear in {space.title}" in words(figure)[1]
