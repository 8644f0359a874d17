import numpy as np
import pytest

from fitscan.contour.distance import line_distance

LINE = np.array([[0.0, 0.0], [10.0, 0.0]])


def test_parallel_lines_are_as_far_apart_as_they_are():
    found = line_distance([LINE], [LINE + np.array([0.0, 3.0])])
    assert (found.mean, found.largest) == (3.0, 3.0)


def test_the_largest_distance_is_that_of_hausdorff():
    # The end of the longer line is beyond that of the other one: (3, 4) from (10, 0).
    found = line_distance([LINE], [np.array([[0.0, 0.0], [10.0, 0.0], [13.0, 4.0]])])
    assert found.largest == 5.0
    assert (found.place, found.nearest) == ((13.0, 4.0), (10.0, 0.0))


def test_vertices_count_by_the_length_of_line_that_they_stand_for():
    # Of 10 + 15 in length, the last vertex stands for 2.5 at a distance of 5.
    found = line_distance([LINE], [np.array([[0.0, 0.0], [10.0, 0.0], [13.0, 4.0]])])
    assert found.mean == pytest.approx(5.0 * 2.5 / 25.0)


def test_without_a_line_there_is_no_distance():
    assert line_distance([LINE], []) is None
    assert line_distance([np.array([[1.0, 1.0]])], [np.array([[4.0, 5.0]])]).mean == 5.0
