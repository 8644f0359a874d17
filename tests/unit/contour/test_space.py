"""Lines in each space against contours that are known, and what must not move them."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from fitscan import contour
from fitscan.contour import SPACES
from fitscan.errors import FitscanError

TEST_SIZE = 0.05
A, B = 0.7, 0.45  # half axes of the ellipse, of a square from -1 to 1

every_space = pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)


def square(points):
    x, y = np.meshgrid(np.linspace(-1.0, 1.0, points), np.linspace(-1.0, 1.0, points))
    return x.ravel(), y.ravel()


def inside(x, y):
    """Above 0 in the ellipse, with second derivatives of -2 / A^2 and -2 / B^2."""
    return 1.0 - (x / A) ** 2 - (y / B) ** 2


def ellipse(x, y, space):
    """CLs that is the test size on the ellipse, quadratic in the space."""
    return space.CLs(space.height(TEST_SIZE) + 0.2 * inside(x, y))


@every_space
@pytest.mark.parametrize("CLs", [1e-9, 0.01, 0.05, 0.5, 0.999])
def test_heights_lead_back_to_CLs(space, CLs):
    assert space.CLs(space.height(CLs)) == pytest.approx(CLs, rel=1e-9)
    assert space.height(0.9 * CLs) > space.height(CLs)


@every_space
def test_heights_are_finite_at_the_ends(space):
    assert np.isfinite(space.height([0.0, 1.0, 1.2])).all()
    assert np.isnan(space.height(np.nan))


@every_space
@pytest.mark.parametrize("points", [11, 21, 41, 81])
def test_error_of_a_known_contour_falls_with_the_square_of_the_step(space, points):
    """A quadratic function is off its chord of length h by at most h^2 / 8 times its curvature."""
    x, y = square(points)
    step = 2.0 / (points - 1)
    (line,) = contour.exclusion_lines(x, y, ellipse(x, y, space), space=space)
    np.testing.assert_array_equal(line[0], line[-1])
    bound = (2.0 * step**2) / 8.0 * (2.0 / B**2)
    off = np.abs(inside(*line.T))
    assert off.max() <= bound
    if points > 11:  # the bound says something: it is not far from what happens
        assert off.max() > 0.1 * bound


@every_space
def test_crossings_of_a_known_curve_come_nearer_with_more_points(space):
    def error(points):
        x = np.linspace(0.0, 1.0, points)
        (found,) = contour.crossings(x, ellipse(x, 0.0, space), space=space)
        return abs(found - A)

    assert error(10) < 0.02
    assert error(100) < 0.01 * 0.02


def test_spaces_give_different_lines_between_the_same_points():
    CLs = [1e-6, 0.5]
    (by_significance,) = contour.crossings([0.0, 1.0], CLs)
    (by_log,) = contour.crossings([0.0, 1.0], CLs, space=SPACES["log_CLs"])
    assert by_log == pytest.approx(np.log(0.05 / 1e-6) / np.log(0.5 / 1e-6))
    assert by_significance < by_log - 0.1


@pytest.mark.parametrize("space", SPACES)
def test_tables_name_the_space(space):
    x, y = square(5)
    CLs = {"CLs_obs": ellipse(x, y, SPACES[space])}
    (plane,) = set(contour.plane_table(x, y, CLs, space=SPACES[space]).method)
    (line,) = set(
        contour.scan_table(x[:5], {"CLs_obs": CLs["CLs_obs"][:5]}, space=SPACES[space]).method
    )
    title = space.replace("_", " ")
    assert plane == f"linear in {title} on Delaunay triangulation with tied diagonals crossed"
    assert line == f"linear in {title} between points"


places = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=6, max_size=30, unique=True
)


def drawn(x, y, CLs, space):
    """The vertices of all lines, in an order of their own; None where there is no plane."""
    try:
        lines = contour.exclusion_lines(x, y, CLs, space=space)
    except FitscanError:
        return None
    vertices = np.concatenate([np.empty((0, 2)), *lines])
    return vertices[np.lexsort(np.round(vertices, 9).T)]


def chosen(points, seed):
    x, y = np.array(points, dtype=float).T
    random = np.random.default_rng(seed)
    return x, y, 10.0 ** random.uniform(-4.0, 0.0, len(x)), random.permutation(len(x))


@every_space
@settings(deadline=None, max_examples=60, derandomize=True)
@given(points=places, seed=st.integers(0, 1000))
def test_order_of_the_points_moves_nothing(space, points, seed):
    """Also on regular grids, where the diagonal of a cell is a tie."""
    x, y, CLs, order = chosen(points, seed)
    one, other = drawn(x, y, CLs, space), drawn(x[order], y[order], CLs[order], space)
    assert (one is None) == (other is None)
    if one is not None:
        np.testing.assert_allclose(other, one, atol=1e-9)


@every_space
@settings(deadline=None, max_examples=60, derandomize=True)
@given(points=places, seed=st.integers(0, 1000), power=st.integers(-1, 1))
def test_units_of_the_axes_move_nothing(space, points, seed, power):
    """Units differ by powers of 1000, as GeV and TeV do; another factor is another shape."""
    across = 1e3**power
    x, y, CLs, _ = chosen(points, seed)
    one, other = drawn(x, y, CLs, space), drawn(across * x, y - 7.0, CLs, space)
    assert (one is None) == (other is None)
    if one is not None:
        np.testing.assert_allclose(other / [across, 1.0] + [0.0, 7.0], one, atol=1e-6)


@every_space
@settings(deadline=None, max_examples=60, derandomize=True)
@given(points=places, seed=st.integers(0, 1000))
def test_lines_never_leave_the_hull(space, points, seed):
    x, y, CLs, _ = chosen(points, seed)
    vertices = drawn(x, y, CLs, space)
    if vertices is not None:
        sides = ConvexHull(np.column_stack([x, y])).equations
        assert (vertices @ sides[:, :2].T + sides[:, 2] < 1e-9).all()


def near_the_diagonal():
    """A triangular grid whose outermost points follow its diagonal nearly; two ends stand out."""
    x, y = np.meshgrid(np.arange(0.0, 801.0, 100.0), np.arange(0.0, 801.0, 100.0))
    kept = y <= x
    x, y = x[kept], y[kept]
    return np.append(x, [-40.0, 840.0]), np.append(y, [-10.0, 850.0])


def test_far_points_do_not_decide_over_the_heads_of_those_along_the_edge():
    """Between the two ends runs the hull; beside it are points that say what is there."""
    x, y = near_the_diagonal()
    plane = contour.triangulate(x, y, np.zeros(len(x)))
    ends = {len(x) - 2, len(x) - 1}
    assert not any(ends <= set(triangle) for triangle in plane.triangles.tolist())
    assert set(plane.triangles.ravel().tolist()) >= set(range(len(x)))


def test_triangles_of_a_regular_grid_all_stay_however_fine_in_one_direction():
    for shape in [(40, 3), (3, 40), (2, 60)]:
        x, y = (a.ravel() for a in np.meshgrid(*(np.arange(float(n)) for n in shape)))
        plane = contour.triangulate(x, y, np.zeros(len(x)))
        assert len(plane.triangles) == 4 * (shape[0] - 1) * (shape[1] - 1)


def test_points_that_are_nearly_on_one_line_span_no_plane():
    with pytest.raises(FitscanError, match="nearly on one line"):
        contour.exclusion_lines([0.0, 0.5, 1.0], [0.0, 0.52, 1.0], [0.01, 0.2, 0.5])


@pytest.mark.parametrize("CLs", [1e-12, 0.0013498980316301, 0.05, 0.5, 0.97])
def test_significance_is_the_one_sided_gaussian_quantile(CLs):
    assert contour.significance(CLs) == pytest.approx(-NormalDist().inv_cdf(CLs), abs=1e-9)


def test_significance_is_finite_and_antisymmetric_at_the_ends():
    low, high, beyond = contour.significance([0.0, 1.0, 1.001])
    assert low == pytest.approx(8.2095, abs=1e-4)
    assert low == pytest.approx(-high)
    assert high == beyond


def test_significance_of_a_failed_point_stays_nan():
    assert np.isnan(contour.significance(np.nan))
