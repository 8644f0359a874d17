"""Maps along one axis."""

import numpy as np
import pytest
from scipy.stats import norm

from fitscan.contour import LOG_CLS
from fitscan.plots import draw_CLs_map

X, Y = (a.ravel() for a in np.meshgrid(np.linspace(0.0, 400.0, 5), np.linspace(0.0, 300.0, 4)))
CLS = {"CLs_obs": norm.sf(3.0 - X / 100.0), "CLs_exp_0": norm.sf(2.5 - Y / 100.0)}


def ticks(ax):
    return dict(zip([t.get_text() for t in ax.get_yticklabels()], ax.get_yticks(), strict=True))


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
