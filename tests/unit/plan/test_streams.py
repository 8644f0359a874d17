"""Random streams."""

import itertools

from fitscan.plan.streams import stream_of

STREAM = stream_of(1, workspace="w", patch="p", hypothesis="signal")


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
