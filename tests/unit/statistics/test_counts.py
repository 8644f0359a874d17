"""Numbers of toys as they are kept."""

import math

import numpy as np

from fitscan.statistics.counts import Sample, on_grid, packed_values, q_on_grid, unpacked_values


def test_numbers_come_back_to_the_bit():
    values = np.array([0.0, -0.0, 1e-310, 5e-324, math.pi, math.nan, math.inf])
    assert unpacked_values(packed_values(values)).tobytes() == values.tobytes()
    assert len(unpacked_values(packed_values(np.empty(0)))) == 0


def test_numbers_of_a_machine_of_the_other_byte_order_are_the_same():
    values = np.array([1.5, -0.0, 5e-324])
    assert packed_values(values.astype(">f8")) == packed_values(values.astype("<f8"))


def test_sample_counts_numbers_however_they_came():
    values = np.random.default_rng(1).integers(0, 20, 300).astype(float)
    values[::7] = math.nan
    whole, parts = Sample.of(values), Sample.of(np.empty(0))
    for part in reversed(np.split(values, 6)):
        parts = parts.with_more(part)
    assert whole.values.tolist() == parts.values.tolist()
    assert whole.counts.tolist() == parts.counts.tolist()
    assert whole.size == np.isfinite(values).sum()


def test_grid_moves_no_root_by_more_than_half_a_step():
    q = np.random.default_rng(2).chisquare(1.0, 1000)
    moved = np.abs(np.sqrt(q_on_grid(q)) - np.sqrt(np.sort(q)))
    assert 0.4 / 1024 < moved.max() <= 0.5 / 1024
    assert on_grid(np.array([0.9, math.nan, 0.1, -0.4]), 0.5).tolist() == [-0.5, 0.0, 1.0]


def test_toys_on_the_grid_take_little_room_however_many():
    q = np.random.default_rng(3).chisquare(1.0, 200_000)
    kept = Sample.of(q_on_grid(q))
    assert len(kept.values) < 6000
    assert len(packed_values(q_on_grid(q))) < 0.3 * len(q)
