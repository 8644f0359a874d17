"""Rounds of toys, with workers that draw test statistics from known distributions."""

import math
from collections import Counter

import numpy as np
import pytest

from fitscan.columns import CLS
from fitscan.kinds.toys.points import ToyPoint
from fitscan.kinds.toys.rounds import throw_points
from fitscan.kinds.toys.tally import Dispatch
from fitscan.likelihood import JsonPatch
from fitscan.plan.blocks import HYPOTHESES
from fitscan.statistics.counts import on_grid, packed_values, q_on_grid
from fitscan.statistics.extremes import count_extreme

OPTIONS = {
    "signal": 40,
    "background": 40,
    "seed": 0,
    "toys_per_task": 20,
    "precision": None,
    "test_size": 0.05,
    "points": None,
    "near_contour_factor": None,
    "max_failed_fraction": 0.01,
    "limits": None,
    "keep": "histograms",
}
# By point: q of the data, and how far apart the hypotheses are in standard deviations.
POINTS = {"excluded": (16.0, 2.5), "open": (0.5, 1.0), "undecided": (3.0, 1.5)}


class Workers:
    """Answer points and blocks; remember what was asked, and find what was asked before."""

    def __init__(self, *, failing=0, lost=False, asymptotic=0.04):
        self.asked = Counter()
        self.rows = {}
        self.failing, self.lost, self.asymptotic = failing, lost, asymptotic

    def __call__(self, points, *, take=None):
        for point in points:
            if point.key not in self.rows:
                self.asked[point.name] += point.block.count if point.block else 0
                self.rows[point.key] = self.row(point)
        rows = [self.rows[point.key] for point in points]
        return rows if take is None else [*filter(take, rows)]

    def row(self, point):
        q_obs, separation = POINTS[point.name]
        frame = {"key": point.key, "status": "ok", "message": "", "engine": "e", "mu_test": 1.0}
        frame |= {"wall_s": 1.0, "cpu_s": 0.5}
        if point.block is None:
            CLs = dict.fromkeys(CLS, self.asymptotic)
            return frame | CLs | {"mu_hat": 0.1, "q_obs": q_obs}
        if self.lost:
            return frame | {"status": "failed", "message": "its worker was lost"}
        shift = separation if point.block.hypothesis == "background" else 0.0
        toys = range(point.block.first, point.block.first + point.block.count)
        seeds = [(HYPOTHESES.index(point.block.hypothesis), toy) for toy in toys]
        roots = np.array([np.random.default_rng(seed).standard_normal() + shift for seed in seeds])
        q = np.where(roots > 0.0, roots**2, 0.0)
        q[: self.failing] = math.nan
        return frame | {
            "q": packed_values(q_on_grid(q)),
            "mu_hat": packed_values(on_grid(q, 1 / 256)),
            "q_obs": q_obs,
            "n_extreme": count_extreme(q, q_obs),
            "failed": self.failing,
            "again": 0,
        }


@pytest.fixture
def throw():
    def call(workers, names=tuple(POINTS), **options):
        points = [
            ToyPoint(
                f"k {n}",
                n,
                JsonPatch([]),
                f"t {n}",
                f"b {n}",
                {"signal": "a" * 32, "background": "b" * 32},
            )
            for n in names
        ]
        settings = {"kind": "toys", "minima": "default", "mu_test": 1.0, "toys": OPTIONS | options}
        dispatch = Dispatch(settings["toys"], workers)
        return dict(zip(names, throw_points(points, dispatch, settings=settings), strict=True))

    return call


def test_rows_do_not_depend_on_blocks(throw):
    numbers = [
        {name: [row[column] for column in CLS] for name, row in throw(Workers(), block=b).items()}
        for b in (7, 20, 40)
    ]
    assert numbers[0] == numbers[1] == numbers[2]


def test_row_counts_its_toys_and_their_time(throw):
    row = throw(Workers())["open"]
    assert (row["key"], row["n_toys_signal"], row["n_toys_background"]) == ("k open", 40, 40)
    assert (row["wall_s"], row["cpu_s"]) == (5.0, 2.5)
    assert row["CLs_obs_asymptotic"] == 0.04
    assert sum(row["distributions"]["signal"]["mu_hat"]) == 40


def test_more_toys_throw_only_those_that_are_new(throw):
    workers = Workers()
    throw(workers)
    before = workers.asked.total()
    more = throw(workers, signal=100, background=100)
    assert (before, workers.asked.total()) == (3 * 80, 3 * 200)
    assert more == throw(Workers(), signal=100, background=100)


def test_toys_are_doubled_where_the_answer_is_open_and_nowhere_else(throw):
    precision = {"significance": 3.0, "maximum": 1000}
    rows = throw(Workers(), precision=precision)
    toys = {name: row["n_toys_signal"] for name, row in rows.items()}
    assert toys["open"] < toys["undecided"] <= 1000
    for row in rows.values():
        known = abs(row["CLs_obs"] - 0.05) >= 3.0 * row["CLs_obs_err"]
        assert known or row["n_toys_signal"] == 1000


def test_toys_are_doubled_until_the_uncertainty_is_small(throw):
    row = throw(Workers(), ["open"], precision={"absolute": 0.05, "maximum": 5000})["open"]
    assert row["CLs_obs_err"] <= 0.05
    assert row["n_toys_signal"] in {80, 160, 320, 640}


def test_toys_end_at_the_maximum_where_nothing_is_decided(throw):
    workers = Workers()
    row = throw(workers, ["open"], precision={"absolute": 1e-9, "maximum": 150})["open"]
    assert (row["n_toys_signal"], row["n_toys_background"]) == (150, 150)
    assert row["CLs_obs_err"] > 1e-9
    # 40, 80 and 150 toys fill 2, 4 and 8 blocks of 20, the last one of 10: none is thrown twice.
    assert workers.asked["open"] == 2 * 150


@pytest.mark.parametrize(
    ("options", "enough"),
    [
        (
            {"precision": {"significance": 3.0, "maximum": 640}},
            {"open": "true", "undecided": "false"},
        ),
        ({"precision": {"absolute": 0.05, "maximum": 80}}, {"open": "false", "undecided": "true"}),
        # Three standard deviations where nothing is asked for.
        ({"signal": 640, "background": 640}, {"open": "true", "undecided": "false"}),
    ],
)
def test_row_says_whether_its_toys_are_enough(throw, options, enough):
    rows = throw(Workers(), ["open", "undecided"], **options)
    assert {name: row["enough_toys"] for name, row in rows.items()} == enough


def test_row_whose_CLs_is_not_from_toys_does_not_say_whether_they_are_enough(throw):
    for workers, factor in ((Workers(asymptotic=0.9), 2.0), (Workers(lost=True), None)):
        row = throw(workers, ["open"], near_contour_factor=factor)["open"]
        assert row["enough_toys"] is None


def test_one_condition_of_two_is_enough(throw):
    precision = {"significance": 1e-9, "absolute": 1e-9, "maximum": 1000}
    assert throw(Workers(), ["open"], precision=precision)["open"]["n_toys_signal"] == 40


def test_points_near_the_contour_get_toys_and_others_none(throw):
    for asymptotic, toys in ((0.0124, 0), (0.0126, 40), (0.199, 40), (0.201, 0)):
        row = throw(Workers(asymptotic=asymptotic), ["open"], near_contour_factor=4.0)["open"]
        assert (row["n_toys_signal"], row["n_toys_background"]) == (toys, toys)


def test_points_far_from_the_contour_keep_their_asymptotic_CLs(throw):
    workers = Workers(asymptotic=0.9)
    row = throw(workers, ["open"], near_contour_factor=4.0)["open"]
    assert workers.asked.total() == row["n_toys_signal"] == 0
    assert (row["CLs_obs"], row["CLs_obs_err"], row["status"]) == (0.9, None, "ok")


def test_only_points_that_are_named_get_toys_and_others_keep_their_asymptotic_CLs(throw):
    rows = throw(workers := Workers(), points=["open"])
    assert {name: row["n_toys_signal"] for name, row in rows.items()} == {
        "excluded": 0,
        "open": 40,
        "undecided": 0,
    }
    assert workers.asked.total() == 80
    row = rows["excluded"]
    assert (row["CLs_obs"], row["CLs_obs_err"], row["status"]) == (0.04, None, "ok")


def test_named_points_far_from_the_contour_get_no_toys(throw):
    far = {"points": ["open", "excluded"], "near_contour_factor": 4.0}
    rows = throw(Workers(asymptotic=0.9), **far)
    assert {row["n_toys_signal"] for row in rows.values()} == {0}


def test_too_many_failed_toys_are_a_failed_point_that_says_how_many(throw):
    row = throw(Workers(failing=2), ["open"])["open"]
    assert (row["status"], row["CLs_obs"]) == ("failed", None)
    assert row["message"] == "4 of 40 signal toys could not be fitted"


def test_a_failed_point_keeps_what_the_test_of_its_data_says(throw):
    """Was a bug: that minima are equally low, or toys thrown at the lowest ones, was lost."""

    class Saying(Workers):
        def row(self, point):
            return super().row(point) | {"message": "" if point.block else "two minima"}

    row = throw(Saying(failing=2), ["open"])["open"]
    assert row["message"] == "4 of 40 signal toys could not be fitted; two minima"


def test_few_failed_toys_are_counted(throw):
    row = throw(Workers(failing=2), ["open"], max_failed_fraction=0.1)["open"]
    assert (row["status"], row["n_toys_failed"]) == ("ok", 8)


def test_toys_that_all_failed_are_a_failed_point_whatever_may_fail(throw):
    """More toys would not help."""
    row = throw(Workers(failing=20), ["open"], max_failed_fraction=1.0)["open"]
    assert (row["status"], row["message"]) == (
        "failed",
        "40 of 40 signal toys could not be fitted",
    )


def test_lost_block_is_a_failed_point_that_says_why(throw):
    row = throw(Workers(lost=True), ["open"])["open"]
    assert (row["status"], row["message"]) == ("failed", "its worker was lost")


def test_point_without_background_toys_beyond_the_data_asks_for_more(throw):
    row = throw(Workers(), ["excluded"], background=1)["excluded"]
    assert row["status"] == "failed"
    assert "more toys are needed" in row["message"]


def test_point_whose_data_could_not_be_fitted_gets_no_toys(throw):
    class Broken(Workers):
        def row(self, point):
            lacking = dict.fromkeys((*CLS, "q_obs"))
            return super().row(point) | lacking | {"status": "failed", "message": "why"}

    workers = Broken()
    row = throw(workers, ["open"])["open"]
    assert workers.asked.total() == row["n_toys_signal"] == row["n_toys_failed"] == 0
    assert (row["status"], row["message"], row["CLs_obs"]) == ("failed", "why", None)


def test_failed_point_gets_no_further_toys(throw):
    precision = {"absolute": 1e-9, "maximum": 1000}
    row = throw(Workers(failing=2), ["open"], precision=precision)["open"]
    assert (row["status"], row["n_toys_signal"]) == ("failed", 40)


def test_disagreement_with_the_asymptotic_formula_is_said(throw):
    row = throw(Workers(asymptotic=0.01), ["open"], signal=400, background=400)["open"]
    assert "toys and asymptotics disagree" in row["message"]


def test_data_at_q_0_disagree_by_definition_and_it_is_not_said(throw, monkeypatch):
    monkeypatch.setitem(POINTS, "open", (0.0, 1.0))
    row = throw(Workers(asymptotic=0.01), ["open"], signal=400, background=400)["open"]
    assert (row["CLs_obs"], row["message"]) == (1.0, "")
