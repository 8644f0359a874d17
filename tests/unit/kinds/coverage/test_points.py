"""Blocks of experiments and the rows made of them, with workers that know all answers."""

from collections import Counter

import pytest

from fitscan.columns import COVERAGE, NUMBERS
from fitscan.engines.base import Work
from fitscan.kinds.coverage.points import CoveragePoint, cover_points
from fitscan.likelihood import JsonPatch
from fitscan.plan.blocks import VALUES

NO_SIGNAL = JsonPatch([])

OPTIONS = {
    "experiments": 50,
    "toys": 10,
    "points": None,
    "seed": 0,
    "experiments_per_task": 20,
    "max_failed_fraction": 0.01,
}


class Workers:
    """Answer points and blocks; remember what was asked, and find what was asked before."""

    def __init__(self, *, failed=0, toys_failed=0, lost=False, test="ok"):
        self.asked = Counter()
        self.rows = {}
        self.failed, self.toys_failed, self.lost, self.test = failed, toys_failed, lost, test

    def __call__(self, points):
        for point in points:
            if point.key not in self.rows:
                self.asked[point.name] += point.block.count if point.block else 0
                self.rows[point.key] = self.row(point)
        return [self.rows[point.key] for point in points]

    def row(self, point):
        frame = {"key": point.key, "status": "ok", "message": "", "engine": "e", "mu_test": 1.0}
        frame |= {"wall_s": 1.0, "cpu_s": 0.5}
        if point.block is None:
            return frame | dict.fromkeys(NUMBERS, 0.04) | {"status": self.test}
        if self.lost:
            return frame | {"status": "failed", "message": "its worker was lost"}
        indices = range(point.block.first, point.block.first + point.block.count)
        values = {name: [index / 100.0 for index in indices] for name in VALUES}
        return frame | values | {"failed": self.failed, "toys_failed": self.toys_failed}


@pytest.fixture
def cover():
    def call(workers, chosen=("a", "b"), expect=lambda _: None, **options):
        points = [
            CoveragePoint(Work(f"k {n}", n, NO_SIGNAL), f"t {n}", n * 32, n in chosen) for n in "ab"
        ]
        settings = {"kind": "coverage", "level": 0.9, "coverage": OPTIONS | options}
        return cover_points(points, settings=settings, fit=workers, expect=expect)

    return call


def test_rows_do_not_depend_on_blocks(cover):
    numbers = [
        [[row[column] for column in COVERAGE] for row in cover(Workers(), block=block)]
        for block in (7, 20, 50)
    ]
    assert numbers[0] == numbers[1] == numbers[2]


def test_row_has_the_test_of_the_data_and_what_experiments_say(cover):
    row = cover(Workers())[0]
    assert (row["key"], row["status"], row["CLs_obs"], row["mu_hat"]) == ("k a", "ok", 0.04, 0.04)
    assert (row["n_experiments"], row["n_toys"], row["level"]) == (50, 10, 0.9)
    assert (row["n_experiments_failed"], row["n_toys_failed"]) == (0, 0)
    # The p-value of an experiment is its index in percent: ten of 50 are below 10 %.
    assert row["coverage_CLsb_asymptotic"] == 0.8
    assert (row["wall_s"], row["cpu_s"]) == (4.0, 2.0)


def test_more_experiments_make_only_those_that_are_new(cover):
    workers = Workers()
    cover(workers, experiments=40)
    cover(workers, experiments=80)
    assert workers.asked == {"a": 80, "b": 80}
    cover(workers, experiments=80, toys=20)
    assert workers.asked == {"a": 160, "b": 160}


def test_points_that_are_not_chosen_keep_the_test_of_the_data(cover):
    workers = Workers()
    first, second = cover(workers, chosen=("b",))
    assert workers.asked == {"a": 0, "b": 50}
    assert (first["status"], first["n_experiments"], first["CLs_obs"]) == ("ok", 0, 0.04)
    assert first["coverage_CLs_toys"] is None
    assert second["n_experiments"] == 50


def test_no_experiments_where_the_test_of_the_data_failed(cover):
    workers = Workers(test="not_converged")
    row = cover(workers)[0]
    assert workers.asked == {"a": 0, "b": 0}
    assert (row["status"], row["n_experiments"]) == ("not_converged", 0)


def test_progress_is_told_of_experiments_that_are_not_made(cover):
    """Was a bug: the line of progress waited for those of a point whose test had failed."""
    expected = {}
    cover(Workers(), expect=expected.update)
    assert expected == {}
    cover(Workers(test="failed"), chosen="a", expect=expected.update)
    assert [*expected.values()] == [0, 0, 0]  # of a: 20 + 20 + 10


@pytest.mark.parametrize(
    ("workers", "message"),
    [
        (Workers(failed=1), "3 of 50 experiments could not be fitted"),
        (Workers(toys_failed=4), "12 of 1000 toys could not be fitted"),
        (Workers(lost=True), "its worker was lost"),
    ],
)
def test_point_whose_experiments_cannot_be_trusted_has_failed(cover, workers, message):
    row = cover(workers)[0]
    assert (row["status"], row["message"]) == ("failed", message)
    assert (row["coverage_CLs_asymptotic"], row["mu_hat_mean"]) == (None, None)
    assert row["n_experiments"] == 50


def test_failures_within_bounds_are_counted(cover):
    row = cover(Workers(failed=1, toys_failed=4), max_failed_fraction=0.06)[0]
    assert (row["status"], row["n_experiments_failed"], row["n_toys_failed"]) == ("ok", 3, 12)
