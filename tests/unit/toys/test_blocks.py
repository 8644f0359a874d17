"""Blocks of toys: their keys, streams and numbers."""

import itertools
import math

import numpy as np

from fitscan.toys.blocks import block_key, blocks_of, packed_values, stream_of, unpacked_values

STREAM = stream_of(1, workspace="w", patch="p", hypothesis="signal")


def test_numbers_come_back_to_the_bit():
    values = np.array([0.0, -0.0, 1e-310, 5e-324, math.pi, math.nan, math.inf])
    parts = [{"q": packed_values(part)} for part in (values[:2], values[2:2], values[2:])]
    assert unpacked_values(parts, "q").tobytes() == values.tobytes()
    assert len(unpacked_values([], "q")) == 0


def test_numbers_of_a_machine_of_the_other_byte_order_are_the_same():
    values = np.array([1.5, -0.0, 5e-324])
    assert packed_values(values.astype(">f8")) == packed_values(values.astype("<f8"))


def test_blocks_of_few_toys_are_the_first_ones_of_many():
    few = [*blocks_of(STREAM, "signal", toys=2000, size=500)]
    many = [*blocks_of(STREAM, "signal", toys=10000, size=500)]
    assert few == many[:4]
    assert sum(block.count for block in many) == 10000


def test_last_block_holds_what_is_left():
    assert [(b.first, b.count) for b in blocks_of(STREAM, "signal", toys=25, size=10)] == [
        (0, 10),
        (10, 10),
        (20, 5),
    ]


def test_only_a_last_block_that_is_not_full_is_made_again():
    few, many = (
        {block_key("p", block) for block in blocks_of(STREAM, "signal", toys=toys, size=600)}
        for toys in (2000, 4000)
    )
    assert (len(few), len(few - many)) == (4, 1)


def test_stream_is_pinned():
    """Another one is other toys: numbers that were published could not be made again."""
    assert STREAM == "b37a637977f71fb6801655890f116beb"


def test_streams_differ_by_seed_point_and_hypothesis():
    streams = {
        stream_of(seed, workspace=workspace, patch=patch, hypothesis=hypothesis)
        for seed, workspace, patch, hypothesis in itertools.product(
            (1, 2), "wv", "pq", ("signal", "background")
        )
    }
    assert len(streams) == 16


def test_keys_differ_by_all_that_a_block_holds():
    blocks = [
        *blocks_of(STREAM, "signal", toys=30, size=10),
        *blocks_of(STREAM, "signal", toys=5, size=10),
        *blocks_of(STREAM, "background", toys=10, size=10),
        *blocks_of("0" * 32, "signal", toys=10, size=10),
    ]
    assert len({block_key(point, block) for point in "ab" for block in blocks}) == 12
