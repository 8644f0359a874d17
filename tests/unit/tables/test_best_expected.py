"""Which part a point is taken from."""

import numpy as np
import pandas as pd
import pytest

from fitscan.columns import CHOSEN
from fitscan.contour import exclusion_lines
from fitscan.errors import LikelihoodError
from fitscan.tables.best_expected import best_expected


def results(rows, labels=("m1", "m2")):
    table = pd.DataFrame(
        [(f"p{x}_{y}", x, y, 1.0, obs, expected, status) for x, y, obs, expected, status in rows],
        columns=["name", *labels, "mu_test", "CLs_obs", "CLs_exp_0", "status"],
    )
    return table.assign(key=[f"key {number}" for number in range(len(rows))])


NAN = float("nan")


def test_the_smallest_expected_CLs_is_chosen_whatever_was_observed():
    a = results([(1, 0, 0.01, 0.3, "ok"), (2, 0, 0.9, 0.1, "ok")])
    b = results([(1, 0, 0.8, 0.2, "ok"), (2, 0, 0.02, 0.2, "ok")])
    best = best_expected({"a": a, "b": b}, match={})
    assert best[CHOSEN].tolist() == ["b", "a"]
    assert best["CLs_obs"].tolist() == [0.8, 0.9]
    assert best["key"].tolist() == ["key 0", "key 1"]
    assert list(best.columns) == [*a.columns, CHOSEN]


def test_of_equal_expected_CLs_the_first_part_is_chosen():
    a, b = results([(1, 0, 0.1, 0.3, "ok")]), results([(1, 0, 0.2, 0.3, "ok")])
    assert best_expected({"b": b, "a": a}, match={})[CHOSEN].tolist() == ["b"]


def test_a_row_that_is_not_ok_never_wins_over_one_that_is():
    a = results([(1, 0, NAN, NAN, "not_converged"), (2, 0, NAN, NAN, "failed")])
    b = results([(1, 0, 0.8, 0.9, "ok"), (2, 0, 0.1, 0.0, "failed")])
    best = best_expected({"a": a, "b": b}, match={})
    assert best[CHOSEN].tolist() == ["b", "b"]
    assert best["status"].tolist() == ["ok", "failed"]


def test_points_that_one_part_has_are_taken_from_it():
    a = results([(1, 0, 0.1, 0.3, "ok"), (3, 0, 0.1, 0.3, "ok")])
    b = results([(0.0, 2.0, 0.2, 0.1, "ok"), (0.0, 3.0, 0.2, 0.1, "ok")], labels=("y", "x"))
    best = best_expected({"a": a, "b": b}, match={"b": ["x", "y"]})
    assert best["m1"].tolist() == [1.0, 3.0, 2.0]
    assert best[CHOSEN].tolist() == ["a", "b", "b"]
    assert best["name"].tolist() == ["p1_0", "p3_0", "p0.0_2.0"]


def test_points_of_two_parts_with_one_name_keep_apart():
    a = results([(1, 0, 0.1, 0.3, "ok")])
    b = results([(2, 0, 0.1, 0.3, "ok")]).assign(name="p1_0")
    assert best_expected({"a": a, "b": b}, match={})["name"].tolist() == ["p1_0", "p1_0.b"]


def test_other_labels_are_refused():
    a, b = results([(1, 0, 0.1, 0.3, "ok")]), results([(1, 0, 0.1, 0.3, "ok")], labels=("x", "y"))
    with pytest.raises(LikelihoodError, match="b and a have different labels"):
        best_expected({"a": a, "b": b}, match={})


def test_its_line_is_that_of_a_part_exactly_where_that_part_is_chosen_on_both_sides():
    """What docs/combinations.md says of parts with the same points."""
    x, y = (grid.ravel() for grid in np.meshgrid(np.arange(9.0), np.arange(9.0)))
    sides = {
        "a": (0.05 * 10 ** (0.31 * (y - 5.3)), 0.05 * 10 ** (0.4 * (x - 4.2))),
        "b": (0.05 * 10 ** (0.29 * (y - 2.6)), 0.05 * 10 ** (0.4 * (4.3 - x))),
    }
    parts = {
        name: results([(*row, "ok") for row in zip(x, y, observed, expected, strict=True)])
        for name, (observed, expected) in sides.items()
    }
    best = best_expected(parts, match={})
    lines = {
        name: np.concatenate(exclusion_lines(table["m1"], table["m2"], table["CLs_obs"]))
        for name, table in {**parts, "best": best}.items()
    }
    chosen = {part: best.loc[best[CHOSEN] == part, "m1"] for part in parts}
    assert (chosen["a"].max(), chosen["b"].min()) == (4.0, 5.0)
    beside = {"a": lines["best"][:, 0] <= 4.0, "b": lines["best"][:, 0] >= 5.0}
    for part, where in beside.items():
        ours = lines["best"][where]
        apart = np.abs(ours[:, None] - lines[part][None]).sum(axis=2).min(axis=1)
        assert len(ours) > 3
        assert apart.max() < 1e-12
    between = lines["best"][~(beside["a"] | beside["b"])]
    assert len(between) > 1
    assert all(np.abs(between[:, None, 1] - [5.3, 2.6]).min(axis=1) > 0.05)
