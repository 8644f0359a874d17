"""Lines and bands against what is known exactly, and against scipy's own interpolation."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import LinearNDInterpolator
from scipy.stats import norm

from fitscan import contour
from fitscan.errors import FitscanError

LEVEL = NormalDist().inv_cdf(0.95)


def grid(nx=8, ny=6):
    x, y = np.meshgrid(np.linspace(100.0, 800.0, nx), np.linspace(0.0, 50.0, ny))
    return x.ravel(), y.ravel()


def scattered(count, seed=1):
    return np.random.default_rng(seed).uniform(0.0, 1.0, (2, count)) * [[900.0], [40.0]]


def area(polygon):
    x, y = (polygon - polygon[0]).T
    return 0.5 * np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))


@pytest.mark.parametrize("points", [grid(), scattered(50)], ids=["grid", "scattered"])
def test_linear_significance_gives_one_straight_line(points):
    x, y = points
    (line,) = contour.exclusion_lines(x, y, norm.sf(LEVEL + (x - 400.0) / 100.0 + (y - 20.0) / 10))
    np.testing.assert_allclose(
        (line[:, 0] - 400.0) / 100.0 + (line[:, 1] - 20.0) / 10, 0, atol=1e-9
    )


def test_open_line_reaches_from_edge_to_edge_of_the_hull():
    x, y = grid()
    (line,) = contour.exclusion_lines(x, y, norm.sf(LEVEL + (430.0 - x) / 100.0))
    assert sorted([line[0, 1], line[-1, 1]]) == pytest.approx([0.0, 50.0])


def test_circle_is_closed_and_has_its_radius():
    x, y = grid(71, 71)
    r = np.hypot((x - 450.0) / 350.0, (y - 25.0) / 25.0)
    (line,) = contour.exclusion_lines(x, y, norm.sf(LEVEL + 3.0 * (0.6 - r)))
    np.testing.assert_array_equal(line[0], line[-1])
    radius = np.hypot((line[:, 0] - 450.0) / 350.0, (line[:, 1] - 25.0) / 25.0)
    # A chord of the cone, h long, is off by up to h^2 / 8r; the diagonal of a cell is the longest.
    np.testing.assert_allclose(radius, 0.6, atol=2.0 / 35.0**2 / (8.0 * 0.6))


def test_ring_gives_two_closed_lines():
    x, y = grid(41, 41)
    r = np.hypot((x - 450.0) / 350.0, (y - 25.0) / 25.0)
    lines = contour.exclusion_lines(x, y, norm.sf(LEVEL + 0.2 - np.abs(r - 0.6)))
    assert len(lines) == 2
    assert all((line[0] == line[-1]).all() for line in lines)


def test_lines_are_where_scipy_interpolates_the_level():
    """In a lattice of triangles with equal sides: it has no ties, which scipy does not cross."""
    row, column = (a.ravel() for a in np.meshgrid(np.arange(18.0), np.arange(18.0)))
    x, y = column + 0.5 * (row % 2), np.sqrt(0.75) * row
    Z = LEVEL + np.random.default_rng(2).normal(size=len(x))
    lines = contour.exclusion_lines(x, y, norm.sf(Z))
    field = LinearNDInterpolator(np.column_stack([x, y]), Z)
    found = field(np.concatenate(lines))
    inside = np.isfinite(found)  # an end on the hull may be out by a rounding
    assert inside.sum() > 300
    np.testing.assert_allclose(found[inside], LEVEL, atol=1e-8)


def test_lines_stay_inside_the_hull():
    x, y = grid(15, 11)
    below = y / 50.0 <= (x - 100.0) / 700.0 + 1e-9
    x, y = x[below], y[below]
    lines = contour.exclusion_lines(x, y, norm.sf(LEVEL + np.sin(x / 60.0) + np.cos(y / 5.0)))
    vertices = np.concatenate(lines)
    assert len(vertices) > 20
    assert (vertices[:, 1] / 50.0 <= (vertices[:, 0] - 100.0) / 700.0 + 1e-9).all()


def test_no_line_runs_along_a_slanting_hull_whose_points_are_off_it_by_a_rounding():
    k = np.arange(7)
    x, y = np.append(10.0 * k, [70.0, 83.0]), np.append(7.0 * k, [0.0, 56.0])
    lines = contour.exclusion_lines(x, y, np.where(np.arange(9) % 2, 0.01, 0.5))
    assert lines
    for line in lines:
        on_hull = np.abs(line[:, 1] - 0.7 * line[:, 0]) < 1e-6
        assert not (on_hull[1:] & on_hull[:-1]).any()


def test_failed_points_are_left_out():
    x, y = scattered(60)
    CLs = norm.sf(LEVEL + (x - 400.0) / 100.0)
    failed = np.where(np.arange(60) % 5 == 0, np.nan, CLs)
    kept = np.isfinite(failed)
    (with_nan,) = contour.exclusion_lines(x, y, failed)
    (without,) = contour.exclusion_lines(x[kept], y[kept], CLs[kept])
    np.testing.assert_array_equal(with_nan, without)


@pytest.mark.parametrize("CLs", [0.0, 0.01, 0.05, 1.0])
def test_no_line_where_all_points_agree(CLs):
    x, y = grid()
    assert contour.exclusion_lines(x, y, np.full(len(x), CLs)) == []


def test_points_on_the_test_size_are_not_excluded():
    x, y = grid()
    assert contour.exclusion_lines(x, y, np.where(x < 450.0, 0.05, 0.5)) == []


def test_CLs_of_zero_and_one_give_a_finite_line():
    x, y = grid()
    (line,) = contour.exclusion_lines(x, y, np.where(x < 450.0, 0.0, 1.0))
    # Between the columns at 400 and 500 the significance falls from 8.21 to -8.21.
    np.testing.assert_allclose(line[:, 0], 450.0 - 50.0 * LEVEL / 8.2095, atol=1e-2)


def test_test_size_moves_the_line():
    x, y = grid()
    (line,) = contour.exclusion_lines(
        x, y, norm.sf((800.0 - x) / 100.0), test_size=0.5 - 0.341344746
    )
    np.testing.assert_allclose(line[:, 0], 700.0, atol=1e-3)


@settings(deadline=None, max_examples=30, derandomize=True)
@given(
    across=st.floats(1e-3, 1e3),
    up=st.floats(1e-3, 1e3),
    Z=st.lists(st.floats(-3.0, 3.0), min_size=20, max_size=20),
)
def test_units_of_the_axes_do_not_move_the_lines(across, up, Z):
    x, y = grid(5, 4)
    CLs = norm.sf(LEVEL + np.array(Z))
    plain = contour.exclusion_lines(x, y, CLs)
    scaled = contour.exclusion_lines(x * across, y * up, CLs)
    assert len(scaled) == len(plain)
    if plain:  # the order of the lines may be another
        back = [line / [across, up] for line in scaled]
        assert contour.line_distance(plain, back).largest < 1e-6


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1.0, 2.0, np.nan], [1.0, 5.0, 3.0], "Fewer than three points have a CLs: 2"),
        ([], [], "Fewer than three points have a CLs: 0"),
        ([1.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 5.0], "lie on one line"),
        ([0.1, 0.2, 0.3, 0.7], [1.3, 1.6, 1.9, 3.1], "lie on one line"),
        ([1.0, 2.0, 1.0, 3.0], [1.0, 5.0, 1.0, 3.0], r"have the same coordinates: \(1.0, 1.0\)"),
    ],
    ids=["two", "none", "upright", "slanting", "shared"],
)
def test_points_that_span_no_plane_are_refused(x, y, message):
    with pytest.raises(FitscanError, match=message):
        contour.exclusion_lines(x, y, np.linspace(0.01, 0.1, len(x)))


@pytest.mark.parametrize("points", [grid(), scattered(200)], ids=["grid", "scattered"])
def test_band_fills_exactly_what_is_between_the_lines(points):
    x, y = points
    frame = np.tile(np.linspace(0.0, 900.0, 181), 2)  # so dense that no triangle is a sliver
    x, y = np.append(x, frame), np.append(y, np.repeat([-1.0, 51.0], 181))
    low, high = norm.sf(LEVEL + (600.0 - x) / 100.0), norm.sf(LEVEL + (570.0 - x) / 100.0)
    polygons = contour.exclusion_band(x, y, low, high)
    assert min(area(polygon) for polygon in polygons) > -1e-9
    assert sum(area(polygon) for polygon in polygons) == pytest.approx(30.0 * 52.0)
    corners = np.concatenate(polygons)
    assert [corners[:, 0].min(), corners[:, 0].max()] == pytest.approx([570.0, 600.0])


@pytest.mark.parametrize(("absent", "width"), [("low", 300.0), ("high", 400.0)])
def test_band_without_one_of_its_lines_ends_at_the_hull(absent, width):
    x, y = grid()
    cut = norm.sf(LEVEL + (500.0 - x) / 100.0)
    low = np.full(len(x), 1e-3) if absent == "low" else cut
    high = np.full(len(x), 0.5) if absent == "high" else cut
    polygons = contour.exclusion_band(x, y, low, high)
    assert sum(area(polygon) for polygon in polygons) == pytest.approx(width * 50.0)


def test_band_is_empty_where_both_curves_agree():
    x, y = grid()
    assert contour.exclusion_band(x, y, np.full(len(x), 1e-4), np.full(len(x), 1e-3)) == []
    assert contour.exclusion_band(x, y, np.full(len(x), 0.2), np.full(len(x), 0.6)) == []
