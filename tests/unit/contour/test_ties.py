"""Vertices where diagonals cross: their values, and what moves no line."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.tri import LinearTriInterpolator, Triangulation
from scipy.stats import norm

from fitscan import contour
from fitscan.contour import ties, triangulate
from fitscan.errors import FitscanError

LEVEL = norm.isf(0.05)


def new_vertices(x, y, values):
    """The places and values of the vertices that are no points."""
    plane = triangulate(x, y, values)
    return plane.points[len(x) :], plane.values[len(x) :], plane


def height_at(x, y, values, places):
    plane = triangulate(x, y, values)
    field = Triangulation(*plane.points.T, plane.triangles)
    return LinearTriInterpolator(field, plane.values)(*np.atleast_2d(places).T)


def test_diagonals_of_a_rectangle_cross_in_its_middle_at_the_mean_of_the_corners():
    places, values, plane = new_vertices(
        [100.0, 150.0, 100.0, 150.0], [0.0, 0.0, 20.0, 20.0], [1.0, 2.0, 4.0, 9.0]
    )
    np.testing.assert_allclose(places, [[125.0, 10.0]])
    np.testing.assert_allclose(values, [4.0])
    assert sorted(map(sorted, plane.triangles.tolist())) == [
        *([0, 1, 4], [0, 2, 4], [1, 3, 4], [2, 3, 4])
    ]


def test_diagonals_of_a_trapezoid_on_a_circle_cross_at_the_mean_of_both():
    """They cross at a third of their length; each gives a value there, linear along it."""
    x, y = [0.0, 4.0, 1.0, 3.0], [0.0, 0.0, 2.0, 2.0]
    places, values, _ = new_vertices(x, y, [0.0, 3.0, 6.0, 9.0])
    np.testing.assert_allclose(places, [[2.0, 4.0 / 3.0]])
    np.testing.assert_allclose(values, [((0.0 + 2.0 * 9.0) / 3.0 + (3.0 + 2.0 * 6.0) / 3.0) / 2.0])


def rhombus(slack):
    """Four points of which those at the left and right see their side under pi/2 less slack/2."""
    half = np.tan(np.pi / 4.0 - slack / 4.0)
    return [-1.0, 1.0, 0.0, 0.0], [0.0, 0.0, -half, half]


@pytest.mark.parametrize("part", [0.25, 0.5, 0.75])
def test_weight_of_the_other_diagonal_falls_linearly_away_from_the_tie(part):
    x, y = rhombus(part * ties.TIE)
    places, values, _ = new_vertices(x, y, [1.0, 1.0, 0.0, 0.0])
    np.testing.assert_allclose(places, [[0.0, 0.0]], atol=1e-12)
    # The shorter diagonal, on which the values are 0, is Delaunay's.
    np.testing.assert_allclose(values, [(1.0 - part) / 2.0])


def test_what_is_no_tie_gets_no_vertex():
    x, y = rhombus(1.01 * ties.TIE)
    assert len(new_vertices(x, y, np.zeros(4))[0]) == 0


@pytest.mark.parametrize("slack", [0.0, ties.TIE])
def test_nothing_jumps_where_a_diagonal_turns_or_a_tie_ends(slack):
    one, other = (
        height_at(*rhombus(slack + by), [1.0, 1.0, 0.0, 0.0], [[0.1, 0.05]]) for by in (-1e-6, 1e-6)
    )
    assert abs(one - other).max() < 1e-5


@pytest.mark.parametrize("corners", [5, 6, 8])
def test_more_than_four_corners_on_one_circle_meet_at_the_mean_of_all(corners):
    """Was a limitation of crossings alone: five corners fell back to arbitrary diagonals."""
    turn = 2.0 * np.pi * (np.arange(corners) + 0.3) / corners
    values = np.arange(float(corners)) ** 2
    places, at, plane = new_vertices(np.cos(turn), np.sin(turn), values)
    np.testing.assert_allclose(places, [[0.0, 0.0]], atol=1e-12)
    np.testing.assert_allclose(at, [values.mean()])
    assert len(plane.triangles) == corners
    assert area(plane) == pytest.approx(corners / 2.0 * np.sin(2.0 * np.pi / corners))


def area(plane):
    (ax, ay), (bx, by), (cx, cy) = (plane.points[corner].T for corner in plane.triangles.T)
    signed = ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) / 2.0
    assert (signed > 0.0).all()  # counterclockwise, none turned over
    return signed.sum()


def holed(holes):
    """A grid of 8 by 8 points without some of them."""
    x, y = (grid.ravel() for grid in np.meshgrid(np.arange(8.0), np.arange(8.0)))
    kept = np.array([place not in holes for place in zip(x, y, strict=True)])
    return x[kept], y[kept]


@pytest.mark.parametrize(
    "holes", [[], [(3, 3)], [(3, 3), (3, 4), (4, 3), (4, 4)], [(2, 2), (5, 4)]], ids=len
)
def test_triangles_fill_the_plane_once_and_linear_functions_are_exact(holes):
    x, y = holed(holes)
    plane = triangulate(x, y, 2.0 * x - 3.0 * y + 1.0)
    assert area(plane) == pytest.approx(49.0)
    np.testing.assert_allclose(
        plane.values, 2.0 * plane.points[:, 0] - 3.0 * plane.points[:, 1] + 1.0, atol=1e-9
    )


def test_points_come_first_and_as_they_were():
    x, y = holed([])
    plane = triangulate(x, y, np.column_stack([x, y**2]))
    np.testing.assert_array_equal(plane.points[: len(x)], np.column_stack([x, y]))
    np.testing.assert_array_equal(plane.values[: len(x)], np.column_stack([x, y**2]))
    assert len(plane.points) == len(x) + 49


@pytest.mark.parametrize("shape", [(60, 3), (3, 60), (200, 2)])
def test_cells_however_thin_have_their_mean_in_the_middle(shape):
    """Neighbours of thin cells are nearly ties too; they take no weight from a tie."""
    x, y = (grid.ravel() for grid in np.meshgrid(*(np.arange(float(n)) for n in shape)))
    values = np.random.default_rng(3).normal(size=len(x))
    noise = np.random.default_rng(4).uniform(-1e-6, 1e-6, (2, len(x)))
    found = []
    for dx, dy in (0.0 * noise, noise):
        places, at, _ = new_vertices(x + dx, y + dy, values)
        assert len(places) == (shape[0] - 1) * (shape[1] - 1)
        found.append(at[np.lexsort(np.round(places, 3).T)])
    cells = values.reshape(shape[::-1])
    means = (cells[1:, 1:] + cells[1:, :-1] + cells[:-1, 1:] + cells[:-1, :-1]) / 4.0
    np.testing.assert_allclose(found[0], means.ravel(), atol=1e-9)
    np.testing.assert_allclose(found[1], means.ravel(), atol=1e-3)


places = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=6, max_size=40, unique=True
)


def lines_of(x, y, CLs):
    try:
        return contour.exclusion_lines(x, y, CLs)
    except FitscanError:
        return None


@settings(deadline=None, max_examples=150, derandomize=True)
@given(points=places, seed=st.integers(0, 1000), across=st.integers(-1, 1))
def test_order_mirrors_and_units_move_nothing_on_grids_with_holes(points, seed, across):
    """Was a bug: a mirror image turned diagonals; a grid with holes has ties of many corners."""
    x, y = np.array(points, dtype=float).T
    random = np.random.default_rng(seed)
    CLs, order = norm.sf(LEVEL + random.normal(size=len(x))), random.permutation(len(x))
    plain, unit = lines_of(x, y, CLs), 1e3**across
    images = [
        (lines_of(x[order], y[order], CLs[order]), np.eye(2)),
        (lines_of(-x, y, CLs), np.diag([-1.0, 1.0])),
        (lines_of(x, 7.0 - y, CLs), np.diag([1.0, -1.0])),
        (lines_of(y, x, CLs), np.eye(2)[::-1]),
        (lines_of(unit * x, y, CLs), np.diag([1.0 / unit, 1.0])),
    ]
    for image, back in images:
        if not plain:
            assert image == plain
            continue
        moved = [line @ back + ([0.0, 7.0] if back[1, 1] < 0 else 0.0) for line in image]
        assert contour.line_distance(plain, moved).largest < 1e-6


def test_every_way_to_a_contour_takes_its_triangles_from_one_place(project_folder):
    word = re.compile(r"\b(Delaunay\(|tricontourf?\(|griddata\(|LinearNDInterpolator\()")
    found = [
        path.name
        for folder in ("src", "scripts")
        for path in (project_folder / folder).rglob("*.py")
        if word.search(path.read_text())
    ]
    assert found == ["triangles.py"]


def cells_of_many_kinds():
    """Steps of different size, a row without some points, and a part as fine again."""
    x, y = (a.ravel() for a in np.meshgrid([0, 20, 40, 80, 120, 160, 240], [0, 25, 50, 100, 150]))
    kept = ~((x == 80) & (y == 50)) & (x >= y)
    return np.append(x[kept], [60.0, 60.0]), np.append(y[kept], [0.0, 25.0])


@pytest.mark.parametrize("seed", range(5))
def test_noise_of_a_millionth_of_a_cell_moves_no_line(seed):
    x, y = cells_of_many_kinds()
    random = np.random.default_rng(seed)
    CLs = norm.sf(LEVEL + (120.0 - x) / 60.0 + random.normal(0.0, 0.4, len(x)))
    dx, dy = random.normal(0.0, 20e-6, (2, len(x)))
    plain, moved = contour.exclusion_lines(x, y, CLs), contour.exclusion_lines(x + dx, y + dy, CLs)
    assert contour.line_distance(plain, moved).largest < 20e-3


@pytest.mark.parametrize("far", [[(4000, 0)], [(0, 4000)], [(3e3, 2e3), (-5e3, 10), (7, -9e3)]])
def test_far_points_move_no_line(far):
    """Was a bug: they set the scale of the axes, which decided between diagonals."""
    x, y = cells_of_many_kinds()
    CLs = norm.sf(LEVEL + (120.0 - x) / 60.0 + np.random.default_rng(8).normal(0, 0.4, len(x)))
    plain = contour.exclusion_lines(x, y, CLs)
    fx, fy = np.array(far, dtype=float).T
    more = contour.exclusion_lines(
        np.append(x, fx), np.append(y, fy), np.append(CLs, np.full(len(fx), 0.9))
    )
    inner = [line[np.all((line > [5, 1]) & (line < [235, 145]), axis=1)] for line in plain]
    apart = [min(nearest(vertex, line) for line in more) for vertex in np.concatenate(inner)]
    assert len(apart) > 5
    assert max(apart) < 20e-3


def nearest(place, line):
    """How far a place is from a line."""
    start, along = line[:-1], np.diff(line, axis=0)
    part = ((place - start) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-30)
    feet = start + np.clip(part, 0.0, 1.0)[:, None] * along
    return np.hypot(*(feet - place).T).min()
