"""Toys that are as extreme as the data."""

import math

import numpy as np

from fitscan.statistics.extremes import count_extreme


def test_ties_count_though_the_last_digits_differ():
    """Was a bug: the same data, fitted from two starts, did not tie."""
    assert count_extreme(np.array([0.0, 1.0, 2.0]), 1.0 + 3e-9) == 2
    assert count_extreme(np.array([0.0, 1.0, 2.0]), 1.0 + 3e-7) == 1


def test_toys_without_a_test_statistic_are_not_count_extreme():
    assert count_extreme(np.array([math.nan, 3.0]), 0.0) == 1
