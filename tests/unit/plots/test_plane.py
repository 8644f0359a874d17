"""The exclusion plane: what it shows, says and leaves free."""

import numpy as np
import pytest
from drawn import (
    LEVEL,
    assert_nothing_covers_the_data,
    bands,
    grid,
    legend,
    lines,
    markers,
    plane,
    texts,
)
from matplotlib.colors import same_color
from pictures import NEUTRAL, is_the_picture
from scipy.stats import norm

from fitscan.plots import Colors


@is_the_picture("exclusion_plane")
def test_plane_is_its_picture():
    x, y, CLs = grid(tilt=0.88)
    for values in CLs.values():
        values[[0, 9]] = np.nan
    return plane(x, y, CLs, colors=NEUTRAL)


def test_contours_and_band_lie_where_the_significance_says():
    figure = plane(*grid())
    (observed,) = lines(figure, color=Colors().observed, style="-")
    (expected,) = lines(figure, color=Colors().expected, style="--")
    np.testing.assert_allclose(observed.get_xdata(), 390.0)
    np.testing.assert_allclose(expected.get_xdata(), 420.0)
    (band,) = bands(figure)
    extent = band.get_path().get_extents()
    assert extent.bounds == pytest.approx((240.0, 0.0, 300.0, 250.0))
    assert markers(figure, "o", face=Colors().points) == 18
    assert markers(figure, "o", face="white") == 30


@pytest.mark.parametrize("title", ["", "1Lbb", "A search " * 12, r"$\sqrt{s}=13$ TeV, " * 9])
def test_header_of_the_plane_covers_nothing(title):
    x, y, CLs = grid()
    CLs["CLs_obs"][7] = np.nan
    figure = plane(
        x, y, CLs, title=title, method=r"CL$_s$, 2000 + 2000 toys a point, seed 20210520"
    )
    assert_nothing_covers_the_data(figure, top=250.0)
    assert figure.axes[0].get_ylim()[0] < 0.0


def test_colours_and_test_size_are_the_callers():
    colors = Colors(observed="blue", expected="green", band="cyan", points="black")
    figure = plane(*grid(), colors=colors, test_size=0.32)
    (observed,) = lines(figure, color="blue", style="-")
    np.testing.assert_allclose(observed.get_xdata(), 390.0 + 150.0 * (LEVEL - norm.isf(0.32)))
    assert len(lines(figure, color="green", style="--")) == 1
    assert same_color(bands(figure)[0].get_facecolor(), "cyan")
    assert markers(figure, "o", face="black") == 30
    assert "All limits at 68% CL" in texts(figure)


@pytest.mark.parametrize(
    ("shift", "words"), [(-9.0, "no point excluded"), (9.0, "all points excluded")]
)
def test_plane_without_contour_says_why(shift, words):
    figure = plane(*grid(shift))
    assert lines(figure, color=Colors().observed, style="-") == []
    assert bands(figure) == []
    assert f"Observed and expected: {words} at 95% CL" in " ".join(texts(figure))
    assert markers(figure, "o") == 48
    assert_nothing_covers_the_data(figure, top=250.0)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (slice(0, 1), "no contour. Fewer than three points have a CLs"),
        (slice(0, 8), "no contour. All points with a CLs lie on one line"),
        (slice(0, 0), "no contour. Fewer than three points have a CLs"),
        ([0, 1, 8, 8], "no contour. Several points have the same coordinates"),
    ],
    ids=["one", "row", "none", "shared"],
)
def test_points_that_span_no_plane_are_shown_with_the_reason(chosen, words):
    x, y, CLs = grid()
    figure = plane(x[chosen], y[chosen], {name: values[chosen] for name, values in CLs.items()})
    assert f"Observed and expected: {words}" in " ".join(texts(figure))
    assert markers(figure, "o") == len(x[chosen])
    figure.draw_without_rendering()


def test_observed_alone_needs_no_expected_columns():
    x, y, CLs = grid()
    figure = plane(x, y, {"CLs_obs": CLs["CLs_obs"]})
    assert legend(figure) == ["Observed limit", "Excluded", "Not excluded"]


def test_expected_without_band_promises_none():
    x, y, CLs = grid()
    figure = plane(x, y, {name: CLs[name] for name in ("CLs_obs", "CLs_exp_0")})
    assert "Expected limit" in legend(figure)


@pytest.mark.parametrize(("count", "expected"), [(2000, False), (2001, True)])
def test_many_points_are_rasterised(count, expected):
    x, y = np.random.default_rng(1).uniform(0.0, 1000.0, (2, count))
    figure = plane(x, y, {"CLs_obs": norm.sf(LEVEL + (500.0 - x) / 100.0)})
    points = lines(figure, color=Colors().points, style="None")
    assert {bool(a.get_rasterized()) for a in points} == {expected}
    (observed,) = lines(figure, color=Colors().observed, style="-")
    assert not observed.get_rasterized()
