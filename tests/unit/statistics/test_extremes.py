"""Toys that are as extreme as the data."""

import math

import numpy as np

from fitscan.statistics.extremes import beyond


def test_ties_count_though_the_last_digits_differ():
    """Was a bug: the same data, fitted from two starts, did not tie."""
    assert beyond(np.array([0.0, 1.0, 2.0]), 1.0 + 3e-9) == 2
    assert beyond(np.array([0.0, 1.0, 2.0]), 1.0 + 3e-7) == 1


def test_toys_without_a_test_statistic_are_not_beyond():
    assert beyond(np.array([math.nan, 3.0]), 0.0) == 1
