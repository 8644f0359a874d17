"""What figures say of the uncertainty by interpolation, and the band."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.patches import PathPatch
from scipy.stats import norm

from fitscan.contour import (
    LineUncertainty,
    limit_uncertainties,
    line_uncertainties,
    plane_contours,
)
from fitscan.plots import (
    Colors,
    Curves,
    draw_combination_plane,
    draw_exclusion_plane,
    draw_limits_plane,
)
from fitscan.plots.uncertainty_band import uncertainty_note

X, Y = (a.ravel() for a in np.meshgrid(np.linspace(100.0, 900.0, 9), np.arange(7) * 50.0))
NOISE = np.random.default_rng(7).normal(0.0, 0.2, len(X))
Z = norm.isf(0.05) + (420.0 - X) / 100.0 + NOISE
CLS = {"CLs_obs": norm.sf(Z), "CLs_exp_0": norm.sf(Z + 0.5 + 0.1 * np.sin(X))}
TITLES = {"x_title": "$m_1$ [GeV]", "y_title": "$m_2$ [GeV]", "title": "A search"}


def plane(**options):
    return draw_exclusion_plane(X, Y, CLS, **(TITLES | options))


def said(figure):
    return " ".join(text.get_text() for text in [*figure.axes[0].texts, *figure.texts])


def half_widths(found):
    return [f"{found[curve].half_width:.0f}" for curve in ("observed", "expected")]


def tints(figure):
    return [
        patch
        for patch in figure.axes[0].patches
        if isinstance(patch, PathPatch) and same_color(patch.get_facecolor()[:3], Colors().observed)
    ]


def test_the_plane_says_the_half_widths_and_draws_no_band_unless_asked():
    uncertain = line_uncertainties(X, Y, CLS)
    observed, expected = half_widths(uncertain)
    figure = plane(uncertainties=uncertain)
    assert f"Interpolation: ±{observed} (obs.), ±{expected} (exp.) GeV" in said(figure)
    assert tints(figure) == []
    assert "Interpolation" not in said(plane())


def test_the_band_is_around_the_observed_line_and_in_the_legend():
    uncertain = line_uncertainties(X, Y, CLS)
    figure = plane(uncertainties=uncertain, band=True)
    (band,) = tints(figure)
    corners = band.get_path().vertices
    edges = np.concatenate([*uncertain["observed"].inner, *uncertain["observed"].outer])
    np.testing.assert_allclose(corners.min(axis=0), edges.min(axis=0))
    np.testing.assert_allclose(corners.max(axis=0), edges.max(axis=0))
    names = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert "Interpolation" in names


def test_where_nothing_is_known_the_plane_says_nothing():
    few = {column: values[:4] for column, values in CLS.items()}
    x, y = X[[0, 1, 9, 10]], Y[[0, 1, 9, 10]]
    uncertain = line_uncertainties(x, y, few)
    figure = draw_exclusion_plane(x, y, few, uncertainties=uncertain, band=True, **TITLES)
    assert "Interpolation" not in said(figure)


@pytest.mark.parametrize(
    ("titles", "unit"),
    [
        (("$m$ [GeV]", "g"), ""),
        (("$m$ [GeV]", "$m$ [TeV]"), ""),
        (("x", "y"), ""),
        (("x [a]", "y [a]"), " a"),
    ],
)
def test_a_unit_is_named_where_both_axes_have_it(titles, unit):
    observed = {"observed": LineUncertainty(0.1, 12.3, [], [], [], 50)}
    assert uncertainty_note(observed, titles=titles) == [f"Interpolation: ±12 (obs.){unit}"]


@pytest.mark.parametrize(
    ("half_width", "text"),
    [(123.4, "123"), (9.96, "10"), (9.94, "9.9"), (7.0, "7.0"), (0.1, "0.10")],
)
def test_half_widths_have_two_digits(half_width, text):
    expected = {"expected": LineUncertainty(0.1, half_width, [], [], [], 50)}
    assert uncertainty_note(expected, titles=("x", "y")) == [f"Interpolation: ±{text} (exp.)"]


def test_a_combination_says_that_of_its_own_lines():
    uncertain = line_uncertainties(X, Y, CLS)
    curves = Curves(X, Y, CLS, plane_contours(X, Y, CLS), uncertain)
    observed, _ = half_widths(uncertain)
    figure = draw_combination_plane(curves, {"part": curves}, how="statistical", **TITLES)
    assert f"±{observed} (obs.)" in said(figure)


def test_maps_of_limits_say_it():
    names = ("mu_up_obs", *(f"mu_up_exp_{band}" for band in ("m2", "m1", "0", "p1", "p2")))
    limits = dict.fromkeys(names, np.exp((X - 410.0) / 200.0 + NOISE))
    uncertain = limit_uncertainties(X, Y, limits)
    observed, _ = half_widths(uncertain)
    figure = draw_limits_plane(X, Y, limits, uncertainties=uncertain, **TITLES)
    assert f"±{observed} (obs.)" in said(figure)
