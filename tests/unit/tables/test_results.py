"""The tables hold every number exactly, and know the labels of their grid."""

import csv
import io
import math
import random

import pandas as pd
import pytest

from fitscan.columns import CLS, LIMITS_LOWEST, NUMBERS, STATUSES, TEXTS, TIMES
from fitscan.errors import ConfigError
from fitscan.tables.results import (
    grid_axes,
    grid_labels,
    read_table,
    results_table,
    status_table,
    timings_table,
)


def point(name, *values):
    return {"name": name, "values": values, "digest": "d", "offset": 0, "length": 1}


def row(key, CLs=0.25, **parts):
    return {
        **dict.fromkeys(CLS, CLs),
        "mu_test": 1.0,
        "mu_hat": CLs,
        "status": "ok",
        "message": "",
        "engine": "pyhf",
        "key": key,
        "wall_s": 0.5,
        "cpu_s": 0.25,
    } | parts


FAILED = row("b", None, status="failed", message='ValueError: a, "b"')


def table(*values, labels=("m1", "m2")):
    """Results at those places of the grid."""
    points = [point(f"p{number}", *place) for number, place in enumerate(values)]
    return results_table(points, [row(str(n)) for n in range(len(values))], labels=labels)


def csv_file(results):
    return io.StringIO(results.to_csv(index=False, lineterminator="\n"))


def test_columns_are_name_labels_numbers_and_texts_in_order():
    assert list(table((1.0, 2.0)).columns) == [
        "name",
        "m1",
        "m2",
        "mu_test",
        "CLs_obs",
        "CLs_exp_m2",
        "CLs_exp_m1",
        "CLs_exp_0",
        "CLs_exp_p1",
        "CLs_exp_p2",
        "mu_hat",
        "status",
        "message",
        "engine",
        "key",
    ]


def test_each_row_stands_with_its_point():
    results = results_table(
        [point("A", 1.0), point("B", 2.0)], [row("a", 0.1), row("b", 0.2)], labels=["m"]
    )
    columns = ["name", "m", "CLs_obs", "key"]
    assert results[columns].to_numpy().tolist() == [["A", 1.0, 0.1, "a"], ["B", 2.0, 0.2, "b"]]


def test_point_without_a_row_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        results_table([point("A", 1.0), point("B", 2.0)], [row("a")], labels=["m"])


@pytest.mark.parametrize("rows", [[row("a"), FAILED], [FAILED, FAILED]])
def test_missing_numbers_are_nan_in_columns_of_floats(rows):
    results = results_table([point("A", 1.0), point("B", 2.0)], rows, labels=["m"])
    assert {str(results[column].dtype) for column in NUMBERS} == {"float64"}
    assert math.isnan(results["CLs_obs"].iloc[1])
    assert results["mu_test"].tolist() == [1.0, 1.0]


def test_numbers_survive_csv_to_the_last_digit():
    rng = random.Random(20210520)
    numbers = [rng.random() * 10.0 ** rng.randint(-300, 2) for _ in range(200)]
    numbers += [0.1 + 0.2, 0.0, 5e-324, 1.0]
    points = [point(f"p{number}", number, -number) for number in numbers]
    rows = [row(str(number), number) for number in numbers]
    results = results_table(points, rows, labels=["m1", "m2"])
    again = list(csv.DictReader(csv_file(results)))
    for column in ("m1", "m2", *NUMBERS):
        # Not pandas' own reader, which in some versions is wrong in the last digit.
        assert [float(line[column]) for line in again] == results[column].tolist()


def test_texts_survive_csv():
    results = results_table([point("A, <b>", 1.0)], [FAILED], labels=["m"])
    again = pd.read_csv(csv_file(results))
    assert again["name"].tolist() == ["A, <b>"]
    assert again["message"].tolist() == ['ValueError: a, "b"']
    assert again["CLs_obs"].isna().all()


@pytest.mark.parametrize("labels", [["m"], ["m1", "m2"], ["m1", "x", "decay"]])
def test_labels_are_recovered_from_the_table(labels):
    results = table(range(len(labels)), labels=labels)
    assert grid_labels(results) == labels
    assert grid_labels(pd.read_csv(csv_file(results))) == labels


def test_timings_are_apart_from_results():
    timings = timings_table([point("A", 1.0)], [row("a", wall_s=1.5, cpu_s=1.25)])
    assert timings.to_dict("records") == [{"name": "A", "wall_s": 1.5, "cpu_s": 1.25, "key": "a"}]
    assert set(TIMES).isdisjoint({*NUMBERS, *TEXTS})


def test_statuses_and_exclusions_are_counted():
    rows = [
        row("a", 0.0499),
        row("b", 0.0499, CLs_exp_0=0.0501),
        row("c", 0.05),
        row("d", 0.9),
        row("e", None, status="not_converged"),
        row("f", 0.01, CLs_obs=None, status="failed"),
    ]
    results = results_table([point(r["key"], 1.0) for r in rows], rows, labels=["m"])
    counts = status_table(results, test_size=0.05)
    assert dict(zip(counts["status"], counts["points"], strict=True)) == {
        "ok": 4,
        "not_converged": 1,
        "failed": 1,
        "excluded (observed)": 2,
        "excluded (expected)": 1,
    }
    assert list(counts["status"][: len(STATUSES)]) == list(STATUSES)


def test_axes_of_a_table_are_labels_of_its_grid_whose_points_do_not_coincide():
    plane = table((1.0, 2.0, "x"), (2.0, 2.0, "y"), labels=["m1", "m2", "decay"])
    assert grid_axes(plane, ["m2", "m1"]) == ["m2", "m1"]
    with pytest.raises(ConfigError, match="does not have this label: 'CLs_obs'"):
        grid_axes(plane, ["m1", "CLs_obs"])
    with pytest.raises(ConfigError, match=r"equal values of m2 .*\['p0', 'p1'\]"):
        grid_axes(plane, ["m2"])


def test_limits_at_the_lowest_minima_that_are_missing_are_read_as_numbers(tmp_path):
    """Was a bug: a column with an empty cell was text."""
    columns = (*NUMBERS, *LIMITS_LOWEST)
    rows = [row("a", **dict.fromkeys(LIMITS_LOWEST, 1.5)), row("b")]
    points = [point("a", 1.0), point("b", 2.0)]
    table = results_table(points, rows, labels=["m"], columns=columns)
    table.to_csv(tmp_path / "results.csv", index=False)
    read = read_table(tmp_path / "results.csv")
    pd.testing.assert_frame_equal(read[list(LIMITS_LOWEST)], table[list(LIMITS_LOWEST)])
