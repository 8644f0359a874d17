"""What comes of blocks of toys, counted."""

import numpy as np
import pytest

from fitscan.kinds.toys.tally import Tally, ToyTest
from fitscan.statistics.counts import packed_values


def block(q, **changes):
    row = {"status": "ok", "message": "", "q": packed_values(np.array(q)), "failed": 0}
    row |= {"mu_hat": packed_values(np.ones(len(q))), "q_obs": 2.0, "wall_s": 0.5, "cpu_s": 0.25}
    return row | {"n_extreme": int(np.sum(np.array(q) >= 2.0))} | changes


def counted(*rows):
    tally = Tally()
    for row in rows:
        tally.add(row)
    return tally


def test_blocks_add_up_in_whatever_order_they_come():
    blocks = [block([0.0, 1.0, 3.0]), block([2.0, 5.0], failed=1)]
    one, other = counted(*blocks), counted(*blocks[::-1])
    assert (one.n_extreme, one.failed, one.wall_s, one.cpu_s) == (3, 1, 1.0, 0.5)
    for tally in (one, other):
        values = np.repeat(tally.q.values, tally.q.counts)
        assert sorted(values.tolist()) == [0.0, 1.0, 2.0, 3.0, 5.0]


def test_a_block_that_was_not_thrown_is_a_problem_and_counts_no_toys():
    bad = [block([1.0], status="failed", message=said) for said in ("no likelihood", "a bug")]
    for rows in (bad, bad[::-1]):
        tally = counted(block([3.0]), *rows)
        assert (tally.problem, tally.n_extreme, tally.wall_s) == ("no likelihood", 1, 1.5)


@pytest.mark.parametrize(
    ("failed", "allowed", "said"),
    [
        (0, 0.0, ""),
        (1, 0.3, ""),
        (1, 0.2, "1 of 4 signal toys could not be fitted"),
        (4, 1.0, "4 of 4 signal toys could not be fitted"),
    ],
)
def test_too_many_failures_are_a_problem(failed, allowed, said):
    test = ToyTest(None, 1.0, {"signal": 4, "background": 4})
    test.tallies["signal"].add(block([1.0] * (4 - failed), failed=failed))
    assert test.problem(allowed) == said


def test_CLs_is_the_ratio_of_what_is_beyond_the_data():
    test = ToyTest(None, 1.0, {"signal": 4, "background": 4})
    test.tallies["signal"].add(block([0.0, 1.0, 1.5, 3.0]))
    test.tallies["background"].add(block([1.0, 2.5, 3.0, 4.0]))
    assert test.toy_CLs().CLs[0] == pytest.approx((1 / 4) / (3 / 4))
