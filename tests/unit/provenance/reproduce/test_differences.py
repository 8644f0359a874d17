"""What differs between two runs is named, with the largest difference and its place."""

import copy
import math

import pandas as pd
import pytest

from fitscan.files import file_sha256
from fitscan.provenance.reproduce.differences import (
    compare_inputs,
    compare_outputs,
    compare_results,
    compare_software,
    compare_tables,
)

PATH = "results/a/hypotest/results.csv"
SOFTWARE = {
    "fitscan": {"version": "0.1.0", "revision": "abc", "dirty": False},
    "python": "3.11.7",
    "packages": {"numpy": "2.0.0", "numba": "0.68.0"},
    "lock": {"sha256": "1"},
}


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "name": ["p", "q", "r"],
            "CLs_obs": [0.01, 0.5, math.nan],
            "mu_up_obs": [2.0, 1000.0, math.nan],
            "status": ["ok", "ok", "failed"],
            "message": ["", "", "why"],
            "key": ["1", "2", "3"],
        }
    )


def edited(table, row, column, value):
    other = table.copy()
    other.loc[row, column] = value
    return other


def test_equal_tables_have_no_difference(table):
    assert compare_tables(table, table.copy(), tolerance=0.0) == (True, [])


@pytest.mark.parametrize(("by", "same"), [(1e-7, True), (1e-5, False)])
def test_the_largest_difference_of_a_column_is_named_with_its_point(table, by, same):
    other = edited(edited(table, 0, "CLs_obs", 0.01 + by / 10), 1, "CLs_obs", 0.5 + by)
    found = compare_tables(table, other, tolerance=1e-6)
    assert found.same is same
    (line,) = found.lines
    assert line.startswith("CLs_obs differs at 2 of 3 points, most at q: 0.5, now 0.5")
    assert ("within" if same else "outside") in line


@pytest.mark.parametrize(("value", "same"), [(1000.0009, True), (1000.0011, False)])
def test_above_one_the_tolerance_is_a_share(table, value, same):
    assert compare_tables(table, edited(table, 1, "mu_up_obs", value), tolerance=1e-6)[0] is same


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (2, "CLs_obs", 0.5),
        (0, "CLs_obs", math.nan),
        (1, "status", "failed"),
        (1, "CLs_obs", math.inf),
    ],
)
def test_what_came_or_went_is_beyond_every_tolerance(table, row, column, value):
    found = compare_tables(table, edited(table, row, column, value), tolerance=1e6)
    assert not found.same
    assert table["name"][row] in found.lines[0]


def test_keys_and_messages_are_no_numbers(table):
    other = edited(edited(table, 0, "key", "4"), 2, "message", "because")
    assert compare_tables(table, other, tolerance=0.0) == (True, [])


def test_other_points_and_columns_are_named(table):
    assert compare_tables(table, table[:2], tolerance=1.0) == (False, ["other points: r"])
    found = compare_tables(table, table[::-1].reset_index(drop=True), tolerance=1.0)
    assert found == (False, ["other points: in another order"])
    without = table.drop(columns="mu_up_obs")
    assert compare_tables(table, without, tolerance=1.0) == (
        False,
        ["mu_up_obs is missing"],
    )


@pytest.fixture
def runs(tmp_path, table):
    """Two runs of the same on disk: their records and folders of results."""
    made = []
    for name in ("old", "new"):
        folder = tmp_path / name / "results"
        (folder / "a/hypotest").mkdir(parents=True)
        # As results.csv has them; the columns that make up the grid and mu_test do not matter.
        table.to_csv(folder / "a/hypotest/results.csv", index=False)
        digest = file_sha256(folder / "a/hypotest/results.csv")
        made.append(({"outputs": {PATH: {"sha256": digest}}}, folder))
    return made


def compared(runs, tolerance=1e-6):
    (old, beside), (new, reproduced) = runs
    return compare_results(old, new, beside=beside, reproduced=reproduced, tolerance=tolerance)


def test_equal_bytes_are_the_same(runs):
    assert compared(runs) == (True, [])


def test_results_of_a_combination_are_compared_too(runs):
    """Was a bug: the best expected is no scan, and its results.csv was compared nowhere."""
    for (record, _), digest in zip(runs, ("before", "now"), strict=True):
        record["outputs"]["results/both/hypotest/results.csv"] = {"sha256": digest}
    same, (line,) = compared(runs)
    assert not same
    assert line.startswith("results/both/hypotest/results.csv has other bytes")


def test_other_bytes_are_compared_number_by_number(runs, table):
    (_, _), (new, folder) = runs
    edited(table, 1, "CLs_obs", 0.6).to_csv(folder / "a/hypotest/results.csv", index=False)
    new["outputs"][PATH]["sha256"] = "other"
    found = compared(runs)
    assert not found.same
    assert "CLs_obs differs at 1 of 3 points, most at q: 0.5, now 0.6" in found.lines[0]
    assert compared(runs, tolerance=0.2).same


def test_a_digest_that_was_edited_is_noticed(runs):
    (old, _), _ = runs
    old["outputs"][PATH]["sha256"] = "edited"
    assert compared(runs) == (
        False,
        [
            f"{PATH} does not have the digest of its record: one of the two was changed",
            f"{PATH}: the same numbers",
        ],
    )


def test_without_the_old_results_their_digest_decides(runs):
    (_, folder), (new, _) = runs
    (folder / "a/hypotest/results.csv").unlink()
    assert compared(runs).same
    new["outputs"][PATH]["sha256"] = "other"
    same, (line,) = compared(runs)
    assert not same
    assert "the old file is not there to compare with" in line


def test_equal_software_has_no_difference():
    assert compare_software(SOFTWARE, copy.deepcopy(SOFTWARE)) == []


def test_every_version_that_differs_is_named():
    other = copy.deepcopy(SOFTWARE)
    other["fitscan"] = {"version": "0.2.0"}
    other["python"] = "3.12.1"
    other["packages"] = {"numpy": "2.1.0", "pyhf": "0.7.6"}
    other["lock"] = None
    assert compare_software(SOFTWARE, other) == [
        "fitscan 0.1.0, now 0.2.0",
        "revision of fitscan abc, now unknown",
        "python 3.11.7, now 3.12.1",
        "numba 0.68.0, now absent",
        "numpy 2.0.0, now 2.1.0",
        "pyhf absent, now 0.7.6",
        "another lock file",
    ]


def test_edits_of_the_code_are_told_whenever_they_were_made():
    edits = copy.deepcopy(SOFTWARE)
    edits["fitscan"]["dirty"] = True
    assert compare_software(edits, SOFTWARE) == ["fitscan was edited since its revision, then"]
    assert compare_software(SOFTWARE, edits) == ["fitscan was edited since its revision, now"]


@pytest.mark.parametrize(
    ("key", "same", "line"),
    [
        ("workspace_digest", False, "a: other workspace (1, now 2)"),
        ("patchset_sha256", False, "a: other patches (1, now 2)"),
        ("archive_sha256", True, "a: another archive"),
    ],
)
def test_another_archive_with_the_same_content_is_a_remark_only(key, same, line):
    digests = dict.fromkeys(("workspace_digest", "patchset_sha256", "archive_sha256"), "1")
    old, new = {"inputs": {"a": digests}}, {"inputs": {"a": digests | {key: "2"}}}
    assert compare_inputs(old, new) == (same, [line])
    assert compare_inputs(old, old) == (True, [])


def test_other_files_with_other_bytes_are_listed():
    old = {"outputs": {name: {"sha256": "1"} for name in (PATH, "one", "two", "gone")}}
    new = {"outputs": {"one": {"sha256": "1"}, "two": {"sha256": "2"}, PATH: {"sha256": "2"}}}
    assert compare_outputs(old, new) == ["gone is no longer written", "two has other bytes"]
