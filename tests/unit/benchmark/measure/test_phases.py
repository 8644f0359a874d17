"""Where the time of a run went, from files whose times are known."""

import os

import pytest

from fitscan.benchmark.measure.phases import fit_span, run_phases
from fitscan.benchmark.records import PHASES
from fitscan.errors import FitscanError
from fitscan.plan.row_checksums import with_checksum

BEGAN = 1_700_000_000.0


def job(folder, rule, *, begins, ends, name="a.tsv"):
    path = folder / "benchmarks" / rule / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"s\th:m:s\n{ends - begins:.4f}\t0:00:01\n")
    os.utime(path, (BEGAN + ends, BEGAN + ends))


@pytest.fixture
def finished_run(tmp_path):
    job(tmp_path, "fetch_likelihood", begins=2.0, ends=5.0)
    job(tmp_path, "fit_shard", begins=6.0, ends=11.0, name="1.tsv")
    job(tmp_path, "fit_shard", begins=6.5, ends=12.0, name="2.tsv")
    job(tmp_path, "collect_results", begins=12.25, ends=13.0)
    job(tmp_path, "draw_figures", begins=13.5, ends=15.5)
    return tmp_path


def test_phases_follow_one_another_and_leave_nothing_out(finished_run):
    fits = (BEGAN + 7.0, BEGAN + 11.5)
    phases = run_phases(finished_run, began=BEGAN, ended=BEGAN + 16.0, fits=fits)
    assert list(phases) == list(PHASES)
    assert phases == pytest.approx(
        {
            "start": 2.0,
            "fetch": 3.0,
            "plan": 1.0,
            "jobs": 1.0,
            "fit": 4.5,
            "shards": 0.5,
            "collect": 0.75,
            "draw": 2.0,
            "between": 1.25,
        },
        abs=2e-3,
    )
    assert sum(phases.values()) == pytest.approx(16.0)


def test_run_without_a_job_is_no_run(tmp_path):
    with pytest.raises(FitscanError, match="lacks a job: 'fetch_likelihood'"):
        run_phases(tmp_path, began=BEGAN, ended=BEGAN, fits=(BEGAN, BEGAN))


def test_fits_last_from_the_first_journal_to_the_last_row(tmp_path):
    for label, opened, times in (("x", 3.0, (4.0, 9.0)), ("y", 2.5, (8.0,))):
        lines = [with_checksum({"key": label, "time": BEGAN + time}) + "\n" for time in times]
        name = f"{label}-some-host-123-{round((BEGAN + opened) * 1e9)}.jsonl"
        (tmp_path / name).write_text("".join(lines))
    assert fit_span(tmp_path) == pytest.approx((BEGAN + 2.5, BEGAN + 9.0))


def test_run_that_fitted_nothing_has_no_time(tmp_path):
    with pytest.raises(FitscanError, match="a timed run fitted nothing"):
        fit_span(tmp_path)
