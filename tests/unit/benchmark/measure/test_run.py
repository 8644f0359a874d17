"""What a trial runs: the scan as it is configured, in another folder, with so many workers."""

from pathlib import Path

import pytest

from fitscan.benchmark.measure.conditions import PINNED, conditions, pinned_environment
from fitscan.benchmark.measure.run import run_trial
from fitscan.benchmark.measure.trial_config import check_workers, trial_config
from fitscan.config.check import check_config
from fitscan.errors import ConfigError, FitscanError

LIKELIHOOD = {"workspace": "w.json", "patches": "p_{mass}.json"}


def config(**top):
    return check_config(
        {
            "analyses": {"a": LIKELIHOOD, "b": {**LIKELIHOOD, "archive": "b.tar.gz"}},
            "scans": {"hypotest": {"kind": "asymptotic"}, "limits": {"kind": "limits"}},
            "benchmark": {},
            **top,
        }
    )


def test_a_trial_runs_one_scan_of_one_analysis_and_no_benchmark():
    made = check_config(trial_config(config(minima="default"), "a", "hypotest", folder=Path("/x")))
    assert list(made["analyses"]) == ["a"]
    assert list(made["scans"]) == ["hypotest"]
    assert made["scans"]["hypotest"] == config()["scans"]["hypotest"]
    assert (made["minima"], made["benchmark"]) == ("default", None)


def test_a_trial_has_all_of_an_analysis_that_decides_numbers_or_what_is_drawn():
    own = {
        "signal_xsec_uncertainty": "SigXSec",
        "axes": ["m1"],
        "slice": {"m2": 1},
        "measurement": "Normal",
    }
    made = trial_config(
        config(analyses={"a": {**LIKELIHOOD, **own}}), "a", "hypotest", folder=Path("/x")
    )
    assert made["analyses"]["a"].items() >= own.items()


def test_paths_hold_in_another_folder():
    analyses = [
        trial_config(config(), name, "hypotest", folder=Path("/x"))["analyses"][name]
        for name in ("a", "b")
    ]
    assert (analyses[0]["workspace"], analyses[0]["patches"]) == ("/x/w.json", "/x/p_{mass}.json")
    assert (analyses[1]["archive"], analyses[1]["workspace"]) == ("/x/b.tar.gz", "w.json")


def test_a_complete_workspace_is_timed_without_patches():
    analyses = {"a": {"workspace": "w.json"}}
    made = trial_config(config(analyses=analyses), "a", "hypotest", folder=Path("/x"))
    assert (made["analyses"]["a"]["workspace"], made["analyses"]["a"]["patches"]) == (
        "/x/w.json",
        None,
    )


@pytest.mark.parametrize("source", ["10.17182/hepdata.90607", "https://x.org/a.zip", "/a.zip"])
def test_what_is_no_relative_path_stays(source):
    analyses = {"a": {**LIKELIHOOD, "archive": source}}
    made = trial_config(config(analyses=analyses), "a", "hypotest", folder=Path("/x"))
    assert made["analyses"]["a"]["archive"] == source


def check(workers, *, cores=2, executor="in_process", folder):
    check_workers(workers, cores=cores, executor=executor, folder_of_executors=folder)


def test_more_workers_than_cores_are_refused(project_folder):
    folder = project_folder / "config/executors"
    check([1, 2], folder=folder)
    with pytest.raises(ConfigError, match=r"more workers than there are cores: 3.*--cores"):
        check([1, 3], folder=folder)


def test_an_executor_with_a_number_of_its_own_takes_one_number(project_folder):
    folder = project_folder / "config/executors"
    check([1, 2], executor="process_pool", folder=folder)
    check([2], executor="parsl", folder=folder)
    with pytest.raises(ConfigError, match="the executor can have only one: 'parsl'"):
        check([1, 2], executor="parsl", folder=folder)


def test_a_benchmark_without_an_asymptotic_scan_is_refused():
    with pytest.raises(ConfigError, match="kind asymptotic, but there are none"):
        config(scans={"limits": {"kind": "limits"}})


def test_processes_that_are_measured_have_one_thread_and_nothing_of_this_run():
    given = {"OMP_NUM_THREADS": "8", "HOME": "/h", "SNAKEMAKE_PROFILE": "p", "FITSCAN_COMMAND": "c"}
    assert pinned_environment(given) == {"HOME": "/h", **PINNED}
    assert set(PINNED.values()) == {"1"}


def test_conditions_name_the_machine():
    made = conditions()
    assert made.cpu
    assert made.cores >= 1
    assert made.memory_GB > 0.1
    assert {"fitscan", "Python", "pyhf", "numba"} <= made.versions.keys()
    assert made.began.endswith("+00:00")


def test_a_trial_that_fails_says_what_its_run_said(tmp_path, monkeypatch, project_folder):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FitscanError, match=r"(?s)a trial failed: 1\..*no file matches the pattern"):
        run_trial(
            config(),
            analysis="a",
            scan="hypotest",
            workers=1,
            trial=1,
            project=project_folder,
            path_to_results=tmp_path / "results.csv",
        )
