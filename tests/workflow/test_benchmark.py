"""Trials are runs of their own: each is kept, and only those that are missing are made."""

import os
import shutil
import signal

import pytest
from project import Project, make_project, wait_for

from fitscan.benchmark.records import PHASES, Trial
from fitscan.tables.checksums import write_checksums

CONFIG = "benchmark: {{trials: {trials}, workers: [1], pyhf_points: 1}}\n"


def ask_for(project: Project, trials: int) -> None:
    """Let the configuration ask for so many trials of the analysis ``line``, and for that only."""
    config = project.folder / "config.yaml"
    lines = [
        line
        for line in config.read_text().splitlines(keepends=True)
        if not line.startswith(("benchmark", "  plane"))
    ]
    config.write_text("".join(lines) + CONFIG.format(trials=trials))


SECOND = "results/benchmark/line/hypotest/workers_1/trial_2.json"


def trials(project: Project):
    return sorted(project.folder.glob("results/benchmark/line/hypotest/workers_1/*.json"))


@pytest.fixture(scope="module")
def timed_once(tmp_path_factory, project_folder, tiny):
    project = make_project(tmp_path_factory.mktemp("timed"), project_folder, tiny)
    ask_for(project, 1)
    project.run()
    return project


@pytest.fixture
def timed(timed_once, tmp_path) -> Project:
    shutil.copytree(timed_once.folder, tmp_path / "run")
    return Project(tmp_path / "run")


def test_a_trial_is_a_whole_run_of_the_scan(timed_once):
    (path,) = trials(timed_once)
    trial = Trial.read(path)
    assert (trial.analysis, trial.workers, trial.trial, trial.patches) == ("line", 1, 1, 3)
    assert set(trial.phases) == set(PHASES)
    # Clocks of two processes, and times of files.
    assert min(trial.phases.values()) > -0.1
    assert sum(trial.phases.values()) == pytest.approx(trial.wall_s, abs=0.02)
    assert 0.0 < trial.fit_s < trial.wall_s
    assert trial.cpu_s > 1.0  # of Snakemake and of the jobs
    assert trial.conditions.threads["OMP_NUM_THREADS"] == "1"
    # It fitted anew, elsewhere: the scan's own journal has no more rows.
    assert len(timed_once.journal("line")) == 3


def test_tables_figures_and_the_report_show_it(timed_once):
    results = timed_once.folder / "results"
    for name in ("benchmark.csv", "benchmark.md", "benchmark.tex"):
        assert (results / name).stat().st_size > 0
    for name in ("timing", "workers", "phases", "line/hypotest/times"):
        for suffix in ("pdf", "png", "csv"):
            assert (results / f"benchmark/{name}.{suffix}").stat().st_size > 0
    assert 'id="benchmark"' in (results / "report.html").read_text()
    assert "workers_1/trial_1.json" in (results / "benchmark.csv").read_text()


def test_a_second_start_times_nothing(timed):
    assert timed.jobs() == {}


def test_more_trials_add_only_those_that_are_new(timed):
    before = trials(timed)[0].read_bytes()
    ask_for(timed, 2)
    jobs = timed.jobs()
    assert jobs.items() >= {"time_trial": 1, "end_round": 1, "report_benchmark": 1}.items()
    assert not jobs.keys() & {"fit_shard", "time_pyhf"}
    timed.run()
    assert [path.name for path in trials(timed)] == ["trial_1.json", "trial_2.json"]
    assert trials(timed)[0].read_bytes() == before
    assert timed.jobs() == {}


def test_colours_and_figures_time_nothing(timed):
    config = timed.folder / "config.yaml"
    config.write_text(config.read_text().replace("figures: {", 'figures: {observed: "black", '))
    jobs = timed.jobs()
    assert jobs["draw_figures"] == 2
    assert not jobs.keys() & {"time_trial", "time_pyhf"}


def test_other_fits_are_timed_anew(timed):
    with (timed.folder / "config.yaml").open("a") as config:
        config.write("minima: default\n")
    jobs = timed.jobs()
    assert (jobs["time_trial"], jobs["report_benchmark"]) == (1, 1)
    assert "time_pyhf" not in jobs


def test_another_executor_is_timed_anew_in_every_round(timed):
    """Was a bug: later rounds kept the times of the executor before, until the next start."""
    ask_for(timed, 2)
    timed.run(SECOND)
    settings = timed.folder / "config/executors/in_process.yaml"
    shutil.copy(settings, timed.folder / "mine.yaml")
    with (timed.folder / "config.yaml").open("a") as config:
        config.write("executor: mine.yaml\n")
    jobs = timed.jobs()
    assert jobs["time_trial"] == 2
    assert "fit_shard" not in jobs


def test_a_kill_loses_only_the_trial_in_flight(timed):
    first = trials(timed)[0].read_bytes()
    ask_for(timed, 2)
    running = timed.start(SECOND)
    log = timed.folder / "logs/time_trial/line/hypotest/workers_1/trial_2.log"
    wait_for(log.exists)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert [path.read_bytes() for path in trials(timed)] == [first]
    assert not list(timed.folder.glob("results/benchmark/**/.tmp-*"))
    timed.run("--unlock")
    timed.run(SECOND)
    assert len(trials(timed)) == 2
    assert trials(timed)[0].read_bytes() == first


def test_a_trial_with_other_results_is_none(timed):
    results = timed.folder / "results/line/hypotest/results.csv"
    trials(timed)[0].unlink()
    content = results.read_text()
    results.write_text(content.replace("ok", "failed", 1))
    # With its checksum, or the table would be written again.
    write_checksums(results.parent, [results])
    path = "results/benchmark/line/hypotest/workers_1/trial_1.json"
    output = timed.run(path, fails=True)
    assert "the results of a trial differ from the scan that it repeats" in output
    assert trials(timed) == []


def test_more_workers_than_cores_are_refused_before_anything_runs(timed):
    config = timed.folder / "config.yaml"
    config.write_text(config.read_text().replace("workers: [1]", "workers: [3]"))
    output = timed.run("--dry-run", fails=True)
    assert "ConfigError: benchmark.workers asks for more workers than there are cores: 3" in output


def test_without_the_key_nothing_is_timed(finished):
    assert not (finished.folder / "results/benchmark.csv").exists()
    assert 'id="benchmark"' not in (finished.folder / "results/report.html").read_text()
