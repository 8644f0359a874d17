"""The time of a scan is that of its points, on the cores or workers that share them."""

import pytest

from fitscan.check.duration import Duration

TOOK = Duration(start_s=10.0, point_s=1.0, toys_s=100.0, with_toys=frozenset("ab"))


@pytest.mark.parametrize(
    ("shards", "cores", "seconds"),
    [
        (["cdef"], 2, 14.0),  # one core fits them all
        (["cd", "ef"], 2, 12.0),
        (["cd", "ef", "g"], 2, 12.0 + 11.0),
        (["ac", "bd"], 2, 10.0 + 2.0 + 100.0),
        (["ab", "cd"], 2, 10.0 + 2.0 + 200.0),
        (["ab", "cd"], 1, 2 * 10.0 + 4.0 + 200.0),
        ([], 2, 0.0),
    ],
    ids=str,
)
def test_a_core_fits_one_shard_after_the_other(shards, cores, seconds):
    assert TOOK.of_shards(shards, cores=cores) == seconds


@pytest.mark.parametrize(
    ("keys", "workers", "seconds"),
    [("c", 8, 11.0), ("cde", 2, 12.0), ("ac", 2, 10.0 + 1.0 + 50.0)],
)
def test_workers_share_toys_but_not_a_test(keys, workers, seconds):
    assert TOOK.of_workers(keys, workers=workers) == seconds
