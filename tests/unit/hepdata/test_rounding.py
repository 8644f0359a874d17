"""Rounded numbers have few digits, and are on the same side of the numbers that decide."""

import math

import numpy as np
import pytest

from fitscan.hepdata.rounding import rounded


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0.0123456, 3, 0.0123),
        (0.999, 2, 1.0),
        (-1234.5, 2, -1200.0),
        (1.23456e-12, 3, 1.23e-12),
        (0.0, 3, 0.0),
        (0.1 + 0.2, 17, 0.1 + 0.2),
    ],
)
def test_numbers_have_the_digits_asked_for(value, digits, expected):
    assert rounded([value], digits) == [expected]


def test_without_a_number_of_digits_all_are_kept():
    assert rounded([0.1 + 0.2, 0.05 - 1e-17], None, beside=[0.05]) == [0.1 + 0.2, 0.05 - 1e-17]


def test_what_is_not_finite_stays():
    found = rounded([math.nan, math.inf], 2, beside=[0.05])
    assert math.isnan(found[0])
    assert found[1] == math.inf


@pytest.mark.parametrize("digits", range(1, 18))
@pytest.mark.parametrize("edge", [0.05, 1.0, 0.1 + 0.2])
def test_no_number_is_rounded_to_or_across_one_that_decides(edge, digits):
    near = edge * (1.0 + np.array([-1e-3, -1e-9, -2e-16, 0.0, 2.3e-16, 1e-9, 1e-3, 0.3]))
    found = rounded(near.tolist(), digits, beside=[edge])
    assert np.sign(np.subtract(found, edge)).tolist() == np.sign(near - edge).tolist()


def test_a_number_has_no_more_digits_than_its_side_takes():
    assert rounded([0.0496, 0.049961, 0.0549], 1, beside=[0.05]) == [0.0496, 0.04996, 0.055]
