"""benchmark.csv: means over trials that are alike, and where each number came from."""

import math

import pandas as pd
import pytest
from timed import conditions, pyhf_record, trial

from fitscan.benchmark.records import PHASES, Trial
from fitscan.benchmark.table import COLUMNS, benchmark_table
from fitscan.errors import FitscanError


def table(*trials, pyhf=()):
    return benchmark_table(
        {f"trial_{number}.json": each for number, each in enumerate(trials)},
        {f"pyhf_{number}.json": each for number, each in enumerate(pyhf)},
    )


def test_mean_and_standard_deviation_are_over_trials():
    (row,) = table(trial(1, 10.0), trial(2, 12.0), trial(3, 14.0)).to_dict("records")
    assert (row["trials"], row["wall_s"], row["wall_sd_s"]) == (3, 12.0, 2.0)
    assert (row["fit_s"], row["fit_sd_s"]) == (pytest.approx(1.2), pytest.approx(0.2))
    assert row["files"] == "trial_0.json trial_1.json trial_2.json"
    assert sum(row[f"{phase}_phase_s"] for phase in PHASES) == pytest.approx(12.0)


def test_single_trial_has_no_standard_deviation():
    (row,) = table(trial(1, 10.0)).to_dict("records")
    assert row["trials"] == 1
    assert math.isnan(row["wall_sd_s"])


@pytest.mark.parametrize(
    "other",
    [
        {"made": conditions(cpu="another")},
        {"made": conditions(versions={"fitscan": "0.2.0"})},
        {"made": conditions(threads={"OMP_NUM_THREADS": "2"})},
        {"workers": 2},
        {"executor": "process_pool"},
        {"minima": "search"},
    ],
)
def test_trials_of_different_things_are_not_averaged(other):
    rows = table(trial(1, 10.0), trial(2, 90.0, **other)).to_dict("records")
    assert sorted(row["wall_s"] for row in rows) == [10.0, 90.0]


def test_row_tells_when_and_under_which_load():
    early = conditions(began="2026-01-01T00:00:00+00:00", load_before=0.5, code="a")
    late = conditions(began="2026-01-02T00:00:00+00:00", load_before=0.2, code="b")
    (row,) = table(trial(1, 1.0, made=late), trial(2, 1.0, made=early)).to_dict("records")
    assert (row["first"], row["last"]) == (early.began, late.began)
    assert (row["load_least"], row["load_most"], row["code"]) == (0.2, 0.5, "a b")


def test_time_of_pyhf_is_extrapolated_from_its_sample_and_marked():
    (row,) = table(trial(1, 1.0), pyhf=[pyhf_record(10.0, 12.0)]).to_dict("records")[1:]
    assert (row["kind"], row["wall_s"]) == ("extrapolated", 2.0 + 125 * 11.0)
    assert row["sample_err_s"] == pytest.approx(125 * 1.0)
    assert (row["sample"], row["sample_s"]) == ("p_0 p_1", "10 12")
    (row,) = table(trial(1, 1.0), pyhf=[pyhf_record(10.0)]).to_dict("records")[1:]
    assert math.isnan(row["sample_err_s"])


def test_time_of_pyhf_for_all_points_is_measured():
    record = pyhf_record(10.0, 12.0, patches=2)
    (row,) = table(trial(1, 1.0), pyhf=[record]).to_dict("records")[1:]
    assert (row["kind"], row["wall_s"]) == ("measured", 24.0)
    assert math.isnan(row["sample_err_s"])


def test_rows_are_in_the_order_of_the_configuration():
    rows = table(
        trial(1, 1.0, analysis="z", workers=10),
        trial(1, 1.0, analysis="z", workers=2),
        trial(1, 1.0, analysis="a"),
        pyhf=[pyhf_record(1.0, analysis="a"), pyhf_record(1.0, analysis="z")],
    )
    assert list(rows.columns) == list(COLUMNS)
    assert list(zip(rows["analysis"], rows["what"], rows["workers"], strict=True)) == [
        *(("z", "fitscan", 2), ("z", "fitscan", 10), ("z", "pyhf", 1)),
        *(("a", "fitscan", 1), ("a", "pyhf", 1)),
    ]


def test_record_is_read_as_it_was_written(tmp_path):
    written = trial(1, 10.5)
    written.write(tmp_path / "trial.json")
    assert Trial.read(tmp_path / "trial.json") == written
    assert not list(tmp_path.glob(".tmp-*"))


@pytest.mark.parametrize("content", ["", "{}", '{"analysis": "1Lbb"}', "[1"])
def test_damaged_record_is_refused_by_its_name(tmp_path, content):
    (tmp_path / "trial.json").write_text(content)
    with pytest.raises(FitscanError, match=r"trial\.json.*delete it"):
        Trial.read(tmp_path / "trial.json")


def test_table_survives_csv(tmp_path):
    made = table(trial(1, 10.0), pyhf=[pyhf_record(10.0, 12.0)])
    made.to_csv(tmp_path / "benchmark.csv", index=False)
    back = pd.read_csv(tmp_path / "benchmark.csv")
    assert back["trials"].tolist()[0] == 1
    assert back["wall_s"].tolist() == made["wall_s"].tolist()
