"""Upper limits from toys, with workers that measure a signal strength with Gaussian noise.

There the asymptotic formulae are exact: the limits are known.
"""

import json
import math

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from fitscan.columns import CLS, MU_UP
from fitscan.kinds.toys.points import ToyPoint
from fitscan.kinds.toys.rounds import throw_points
from fitscan.kinds.toys.tally import Dispatch
from fitscan.likelihood import JsonPatch
from fitscan.plan.blocks import HYPOTHESES
from fitscan.statistics.counts import on_grid, packed_values, q_on_grid
from fitscan.statistics.extremes import count_extreme

WIDTH, MU_OBS = 0.4, 0.3

OPTIONS = {
    "signal": 2000,
    "background": 2000,
    "toys_per_task": 500,
    "precision": None,
    "points": None,
    "near_contour_factor": None,
    "test_size": 0.05,
    "max_failed_fraction": 0.01,
    "limits": {},
    "keep": "histograms",
}


class Workers:
    """Measure mu in toys with a width; the data gave MU_OBS."""

    def __init__(self, *, asymptotic, seed=0, largest=math.inf, failing=(0.0, 0.0)):
        self.asymptotic, self.seed, self.largest = asymptotic, seed, largest
        self.failing = failing
        self.strengths = set()

    def __call__(self, points, *, take=None):
        rows = [self.row(point) for point in points]
        return rows if take is None else [*filter(take, rows)]

    def row(self, point):
        frame = {"key": point.key, "status": "ok", "message": "", "engine": "e", "mu_test": 1.0}
        frame |= {"wall_s": 1.0, "cpu_s": 0.5}
        block = point.block
        if block is None:
            limits = dict.fromkeys((*MU_UP, "p0", "significance"), self.asymptotic)
            return frame | dict.fromkeys(CLS, 0.04) | limits | {"mu_hat": 0.1, "q_obs": 1.0}
        self.strengths.add(block.mu_test)
        if block.mu_test > self.largest:
            return frame | {"status": "failed", "message": "above the upper bound"}
        which = HYPOTHESES.index(block.hypothesis)
        rng = np.random.default_rng((self.seed, which, block.first))
        thrown_at = block.mu_test if which == 0 else 0.0
        measured = thrown_at + WIDTH * rng.standard_normal(block.count)
        q, q_obs = (
            np.where(mu <= block.mu_test, ((block.mu_test - mu) / WIDTH) ** 2, 0.0)
            for mu in (measured, np.array(MU_OBS))
        )
        return frame | {
            "q": packed_values(q_on_grid(q)),
            "mu_hat": packed_values(on_grid(measured, 1 / 256)),
            "q_obs": float(q_obs),
            "n_extreme": count_extreme(q, q_obs),
            "failed": block.count if self.failing[0] < block.mu_test < self.failing[1] else 0,
        }


def limits(workers, *, name="a", **options):
    point = ToyPoint(
        "k", name, JsonPatch([]), "t", "b", {"signal": "a" * 32, "background": "b" * 32}
    )
    options = OPTIONS | options
    settings = {"kind": "toys", "minima": "default", "mu_test": 1.0, "level": 0.95, "toys": options}
    (row,) = throw_points([point], Dispatch(options, workers), settings=settings)
    return row


def exact(mu_obs):
    """Where CLs+b / CLb is 0.05, with both p-values those of a normal distribution."""

    def distance(mu):
        return norm.sf((mu - mu_obs) / WIDTH) / norm.cdf(mu_obs / WIDTH) - 0.05

    return brentq(distance, 0.0, 10.0)


EXACT = [exact(MU_OBS), *(exact(WIDTH * sigmas) for sigmas in (-2, -1, 0, 1, 2))]


@pytest.mark.parametrize("asymptotic", [0.2, 0.8, 4.0])
def test_limits_are_the_exact_ones_wherever_the_search_begins(asymptotic):
    pulls = []
    for seed in range(12):
        row = limits(Workers(asymptotic=asymptotic, seed=seed))
        assert row["message"] == ""
        found, errors = ([row[f"{name}{end}"] for name in MU_UP] for end in ("", "_err"))
        pulls.append((np.array(found) - EXACT) / errors)
        assert np.max(np.array(errors)[[0, 2, 3, 4, 5]] / EXACT[0]) < 0.1
    # Twelve repetitions know a mean to 0.3 and a scatter to a fifth.
    assert np.abs(np.mean(pulls, axis=0)).max() < 0.9
    scatter = np.std(pulls, axis=0)
    assert 0.4 < scatter.min() < scatter.max() < 1.7


def test_few_strengths_are_tested():
    workers = Workers(asymptotic=0.8)
    limits(workers)
    assert len(workers.strengths) <= 20


def test_asymptotic_limits_stay_beside():
    row = limits(Workers(asymptotic=0.8))
    assert row["mu_up_obs_asymptotic"] == row["mu_up_exp_p2_asymptotic"] == 0.8
    assert row["mu_up_obs"] != 0.8


def test_points_that_are_not_named_keep_asymptotic_limits():
    workers = Workers(asymptotic=0.8)
    row = limits(workers, limits={"points": ["b"]})
    assert (row["mu_up_obs"], row["mu_up_obs_err"], workers.strengths) == (0.8, None, {1.0})


def test_named_point_gets_toys_though_it_is_far_from_the_contour():
    for name, toys in (("a", 2000), ("b", 0)):
        row = limits(Workers(asymptotic=0.8), limits={"points": [name]}, near_contour_factor=1.01)
        assert row["n_toys_signal"] == toys


def test_limit_beyond_the_bounds_is_no_limit_and_says_why_and_others_are_found():
    row = limits(Workers(asymptotic=0.5, largest=1.2))
    found = [row[name] is not None for name in MU_UP]
    assert found == [limit < 1.2 for limit in EXACT]
    assert (row["status"], row["mu_up_exp_p2_err"]) == ("ok", None)
    assert row["message"] == "no mu_up_exp_p2 from toys: above the upper bound"


def test_limits_that_few_toys_cannot_tell_ask_for_more():
    row = limits(Workers(asymptotic=0.8), signal=8, background=8)
    assert row["mu_up_obs"] is None
    assert "from toys: more toys are needed" in row["message"]


def test_limits_are_found_where_there_are_no_asymptotic_ones():
    row = limits(Workers(asymptotic=None))
    assert (row["status"], row["message"]) == ("ok", "")
    assert row["mu_up_obs"] == pytest.approx(EXACT[0], abs=4 * row["mu_up_obs_err"])


def test_bracket_in_which_all_toys_fail_gives_no_limit_and_says_why():
    row = limits(Workers(asymptotic=1.2, failing=(0.1, 0.99)))
    assert (row["status"], row["mu_up_obs"], row["mu_up_obs_err"]) == ("ok", None, None)
    assert "no mu_up_obs, " in row["message"]
    assert "from toys: 2000 of 2000 signal toys could not be fitted" in row["message"]
    json.dumps(row, allow_nan=False)  # as the shard is written
