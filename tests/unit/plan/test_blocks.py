"""Blocks of toys: their spans, keys and streams."""

from fitscan.plan.blocks import Block, block_key, spans
from fitscan.plan.streams import stream_of

STREAM = stream_of(1, workspace="w", patch="p", hypothesis="signal")


def block(**changed):
    held = {"stream": STREAM, "hypothesis": "signal", "mu_test": 1.0, "first": 0, "count": 10}
    return Block(**held | changed)


def test_blocks_of_few_toys_are_the_first_ones_of_many():
    few, many = [*spans(4000, size=500)], [*spans(1_000_000, size=500)]
    assert few == many[:8]
    assert few == [(500 * number, 500) for number in range(8)]


def test_blocks_hold_each_toy_once():
    blocks = [*spans(1_000_000, size=300)]
    ends = [first + count for first, count in blocks]
    assert [first for first, _ in blocks] == [0, *ends[:-1]]
    assert ends[-1] == 1_000_000


def test_blocks_grow_so_that_there_are_few_but_never_beyond_a_bound():
    counts = [count for _, count in spans(1_000_000, size=500)]
    assert len(counts) < 90
    assert counts[:-1] == sorted(counts[:-1])
    assert max(counts) == 32 * 500
    # What a kill loses is a quarter of what is there, or less.
    assert all(4 * count <= first for first, count in spans(1_000_000, size=500) if count > 500)


def test_last_block_holds_what_is_left():
    assert [*spans(25, size=10)] == [(0, 10), (10, 10), (20, 5)]


def test_only_a_last_block_that_is_not_full_is_made_again():
    few, many = ({*spans(toys, size=600)} for toys in (2000, 4000))
    assert (len(few), len(few - many)) == (4, 1)


def test_keys_differ_by_all_that_a_block_holds():
    blocks = [
        block(),
        block(first=10),
        block(count=5),
        block(hypothesis="background"),
        block(stream="0" * 32),
        block(mu_test=2.0),
        block(keep="values"),
    ]
    assert len({block_key(point, block) for point in "ab" for block in blocks}) == 14
