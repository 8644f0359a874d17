"""What rules ask: names as expressions, and plans that keep what they have said."""

import re
from pathlib import Path

import pytest
from snakemake.exceptions import WorkflowError

from fitscan.config.check import check_config
from fitscan.config.wanted import Wanted
from fitscan.errors import ConfigError
from fitscan.likelihood.fetch import fetch_likelihood
from fitscan.rules import Planner, analysis_of, contents, one_of, showing_user_errors

POINTS = [(100, 0), (100, 50), (200, 0), (200, 50)]


def matches(pattern, text):
    return re.fullmatch(f"(?:{pattern})", text) is not None


def test_names_match_themselves_only():
    pattern = one_of(["a.b", "c"])
    assert [matches(pattern, name) for name in ("a.b", "c", "axb", "cc")] == [
        True,
        True,
        False,
        False,
    ]
    assert not matches(one_of([]), "")


def test_an_analysis_matches_with_its_scan_only():
    paths = re.compile(f"results/({analysis_of([('a', 'x'), ('b', 'y')])})/([^/]+)/figures")
    assert paths.match("results/a/x/figures")
    assert paths.match("results/b/y/figures")
    for path in ("results/a/y/figures", "results/a/xx/figures", "results/aa/x/figures"):
        assert not paths.match(path)


def test_contents_are_those_of_files_that_are_there(tmp_path):
    (tmp_path / "one").write_text("1")
    (before,) = contents([str(tmp_path / "one"), str(tmp_path / "none")])
    (tmp_path / "one").write_text("2")
    assert contents([str(tmp_path / "one")]) != [before]


def test_a_user_error_has_no_traceback_and_others_are_left_alone():
    @showing_user_errors
    def fail(error):
        raise error

    with pytest.raises(WorkflowError, match="ConfigError: no such key"):
        fail(ConfigError("no such key"))
    with pytest.raises(KeyError):
        fail(KeyError("a"))


@pytest.fixture
def planner(tmp_path, tiny, monkeypatch):
    """Make a planner of a small likelihood in an empty folder."""

    def make(points=POINTS, has_workers=False, shards="auto", **changes):
        folder = tmp_path / f"{has_workers}"
        folder.mkdir()
        monkeypatch.chdir(folder)
        workspace = tiny.workspace()
        tiny.write(folder / "workspace.json", workspace)
        tiny.write(folder / "patchset.json", tiny.patchset(points, workspace))
        analysis = {"workspace": "workspace.json", "patches": "patchset.json", **changes}
        config = check_config({"analyses": {"a": analysis}, "shards": shards})
        likelihood = folder / "resources/likelihoods/a"
        fetch_likelihood(config["analyses"]["a"], folder=likelihood, cache=folder)
        wanted = Wanted(config)
        return Planner(wanted, has_workers, cores=2, is_dry_run=lambda: False, is_main=True)

    return make


def test_a_scan_is_planned_once(planner):
    plan = planner(shards={"size": 2})
    shards, digest = plan.plan("a", "hypotest")
    assert len(shards) == 2
    assert all(shard.startswith("results/a/hypotest/shards/") for shard in shards)
    assert Path("results/a/hypotest/plan/scan.json").exists()
    assert plan.plan("a", "hypotest") == (shards, digest)


def test_workers_that_live_as_long_as_a_job_get_all_points_at_once(planner):
    points = [(m1, 0) for m1 in range(100, 140)]
    assert len(planner(points=points).plan("a", "hypotest")[0]) == 2  # one a core
    assert len(planner(points=points, has_workers=True).plan("a", "hypotest")[0]) == 1


def test_a_point_that_is_not_there_is_refused(planner):
    with pytest.raises(
        WorkflowError, match="`detail_point` does not name a point of the analysis: 'm_100_1'"
    ):
        planner(detail_point="m_100_1").plan("a", "hypotest")


def test_a_grid_that_cannot_be_drawn_has_no_axes_and_is_planned(planner):
    plan = planner(axes=["m1"])
    assert plan.axes("a") == []
    assert plan.plan("a", "hypotest")[0]
