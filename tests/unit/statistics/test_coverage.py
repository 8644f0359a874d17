"""What is counted of experiments."""

import math

import numpy as np
import pytest

from fitscan.columns import COVERAGE
from fitscan.plan.blocks import VALUES
from fitscan.statistics.coverage import coverage


def block(**values):
    """A row with these values, and None for the others."""
    count = len(next(iter(values.values())))
    return {name: values.get(name, [None] * count) for name in VALUES}


def test_intervals_contain_mu_where_the_p_value_is_not_below_the_rest():
    found = coverage(
        [
            block(
                mu_hat=[1.0, 2.0, 3.0, 2.0],
                CLs_asymptotic=[0.051, 0.049, 0.2, 0.3],
                CLsb_asymptotic=[0.01, 0.02, 0.2, 0.3],
                CLsb_toys=[0.04, 0.03, 0.06, 0.5],
                CLb_toys=[0.7, 0.9, 1.0, 1.0],
            )
        ],
        level=0.95,
    )
    assert found["coverage_CLs_asymptotic"] == 0.75
    assert found["coverage_CLsb_asymptotic"] == 0.5
    assert found["coverage_CLs_toys"] == 0.75
    assert found["coverage_CLsb_toys"] == 0.5
    assert found["coverage_CLs_toys_err"] == pytest.approx(math.sqrt(2 / 3 * 1 / 3 / 4))
    assert found["mu_hat_mean"] == 2.0
    assert found["mu_hat_mean_err"] == pytest.approx(math.sqrt(2 / 3) / 2)


@pytest.mark.parametrize("level", [0.95, 0.9, 0.8])
def test_a_share_of_toys_that_is_just_enough_is_enough(level):
    """1 - 0.95 is not 0.05 to the last bit."""
    toys = 200
    enough = round((1.0 - level) * toys)
    found = coverage(
        [block(CLsb_toys=[enough / toys, (enough - 1) / toys], CLb_toys=[1.0, 1.0])], level=level
    )
    assert found["coverage_CLsb_toys"] == found["coverage_CLs_toys"] == 0.5


def test_an_experiment_beyond_all_background_toys_is_not_excluded_by_CLs():
    found = coverage([block(CLsb_toys=[0.0], CLb_toys=[0.0])], level=0.95)
    assert (found["coverage_CLs_toys"], found["coverage_CLsb_toys"]) == (1.0, 0.0)


def test_experiments_that_failed_count_nowhere():
    values = {name: [0.9, None, 0.01] for name in VALUES}
    holes, none = coverage([block(**values)], level=0.95), {name: [0.9, 0.01] for name in VALUES}
    assert holes == coverage([block(**none)], level=0.95)


def test_all_covered_is_not_certain():
    values = dict.fromkeys(VALUES, [0.5] * 98)
    found = coverage([block(**values)], level=0.95)
    assert found["coverage_CLs_toys"] == 1.0
    assert found["coverage_CLs_toys_err"] == pytest.approx(math.sqrt(0.99 * 0.01 / 98))


def test_what_is_not_known_is_empty():
    found = coverage([block(mu_hat=[1.0], CLs_asymptotic=[0.5], CLsb_asymptotic=[0.5])], level=0.9)
    empty = {name for name, value in found.items() if value is None}
    assert empty == {
        *("coverage_CLs_toys", "coverage_CLs_toys_err"),
        *("coverage_CLsb_toys", "coverage_CLsb_toys_err", "mu_hat_mean_err"),
    }
    assert found.keys() <= set(COVERAGE)


def test_blocks_do_not_matter():
    rng = np.random.default_rng(1)
    values = {name: rng.uniform(0.0, 0.2, 31).tolist() for name in VALUES}
    parts = [block(**{n: v[i : i + 7] for n, v in values.items()}) for i in range(0, 31, 7)]
    assert coverage(parts, level=0.95) == coverage([block(**values)], level=0.95)
