"""The configuration of a trial."""

from pathlib import Path

import pytest

from fitscan.benchmark.measure.trial_config import trial_config
from fitscan.config.check import check_config

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
        "points": {"m1": [100, 200]},
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


def test_variables_of_an_address_are_filled_in_by_the_trial(monkeypatch):
    monkeypatch.setenv("FS_TOKEN", "swordfish")
    source = "https://example.org/a.zip?token=$FS_TOKEN"
    analyses = {"a": {**LIKELIHOOD, "archive": source}}
    made = trial_config(config(analyses=analyses), "a", "hypotest", folder=Path("/x"))
    assert made["analyses"]["a"]["archive"] == source


def test_a_trial_has_the_limits_of_archives():
    limits = {"members": 7}
    made = trial_config(config(archive_limits=limits), "a", "hypotest", folder=Path("/x"))
    assert made["archive_limits"]["members"] == 7


@pytest.mark.parametrize("source", ["10.17182/hepdata.90607", "https://x.org/a.zip", "/a.zip"])
def test_what_is_no_relative_path_stays(source):
    analyses = {"a": {**LIKELIHOOD, "archive": source}}
    made = trial_config(config(analyses=analyses), "a", "hypotest", folder=Path("/x"))
    assert made["analyses"]["a"]["archive"] == source
