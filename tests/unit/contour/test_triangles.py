import numpy as np
import pytest
from scipy.interpolate import LinearNDInterpolator

from fitscan.contour.triangles import delaunay, in_steps, triangulate, without_slivers


def area(points, triangles):
    a, b, c = np.moveaxis(points[triangles], 1, 0)
    (ux, uy), (vx, vy) = (b - a).T, (c - a).T
    return 0.5 * (ux * vy - uy * vx)


def test_triangles_cover_the_plane_once_and_values_are_linear_over_them():
    rng = np.random.default_rng(3)
    x, y = np.append(rng.uniform(0.0, 1.0, (2, 40)), [[0, 0, 1, 1], [0, 1, 0, 1]], axis=1)
    values = rng.normal(size=len(x))
    plane = triangulate(x, y, values)
    areas = area(plane.points, plane.triangles)
    assert (areas > 0.0).all()
    # All of the square but slivers at its edge.
    assert 0.97 < areas.sum() <= 1.0 + 1e-9
    # scipy joins the points alike where no diagonals cross.
    joined = plane.triangles[(plane.triangles < len(x)).all(axis=1)]
    assert len(joined) > 30
    middle = plane.points[joined].mean(axis=1)
    scipys = LinearNDInterpolator(np.column_stack([x, y]), values)(middle)
    np.testing.assert_allclose(plane.values[joined].mean(axis=1), scipys, atol=1e-9)


def test_cells_of_a_grid_have_a_vertex_where_their_diagonals_cross():
    x, y = (a.ravel() for a in np.meshgrid([0.0, 1.0, 2.0], [0.0, 1.0]))
    plane = triangulate(x, y, np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0]))
    assert sorted(plane.points[6:].tolist()) == [[0.5, 0.5], [1.5, 0.5]]
    np.testing.assert_allclose(plane.values[6:], 0.5)
    assert len(plane.triangles) == 8


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_a_step_is_one_whatever_the_units_of_the_axes_are(scale):
    x, y = (a.ravel() for a in np.meshgrid(np.arange(6.0) * 50.0, np.arange(5.0) * 50.0))
    unit, _ = in_steps(np.column_stack([x / scale, y]))
    np.testing.assert_allclose(np.unique(np.diff(np.unique(unit[:, 0]))), 1.0)
    np.testing.assert_allclose(np.unique(np.diff(np.unique(unit[:, 1]))), 1.0)


def test_slivers_at_the_edge_are_dropped_and_others_kept():
    points = np.array([[0.0, 0.0], [5.0, 0.2], [10.0, 0.0], [5.0, 8.0]])
    kept = without_slivers(points, delaunay(points))
    # Seen from the second point the lower edge is under 175 degrees.
    assert sorted(map(sorted, kept.tolist())) == [[0, 1, 3], [1, 2, 3]]
    points[1, 1] = 3.0
    assert len(without_slivers(points, delaunay(points))) == 3
