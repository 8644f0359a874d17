"""Plans of scans, which keep what they have said."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from fitscan.config.check import check_config
from fitscan.config.wanted import Wanted
from fitscan.likelihood import mark_refused
from fitscan.likelihood.fetch import fetch_likelihood
from fitscan.plan.scan import read_scan
from fitscan.rules import Planner
from fitscan.tables.checksums import write_checksums

POINTS = [(100, 0), (100, 50), (200, 0), (200, 50)]


@pytest.fixture
def planner(tmp_path, tiny, monkeypatch):
    """Make a planner of a small likelihood in an empty folder."""

    def make(
        points=POINTS,
        *,
        has_workers=False,
        shards="auto",
        combined=None,
        is_used=lambda _: False,
        chosen=None,
        scans=None,
        **changes,
    ):
        folder = tmp_path / f"{has_workers}"
        folder.mkdir()
        monkeypatch.chdir(folder)
        workspace = tiny.workspace()
        tiny.write(folder / "workspace.json", workspace)
        tiny.write(folder / "patchset.json", tiny.patchset(points, workspace))
        analysis = {"workspace": "workspace.json", "patches": "patchset.json", **changes}
        analysis["points"] = chosen
        analyses = {"a": analysis} | ({} if combined is None else {"b": analysis})
        config = check_config(
            {
                "analyses": analyses,
                "shards": shards,
                "scans": scans or {"hypotest": {"kind": "asymptotic"}},
                "combinations": {} if combined is None else {"both": {"of": ["a", "b"]} | combined},
            }
        )
        likelihood = folder / "resources/likelihoods/a"
        fetch_likelihood(config["analyses"]["a"], folder=likelihood, cache=folder)
        wanted = Wanted(config)
        return Planner(
            wanted, has_workers, cores=2, is_dry_run=lambda: False, is_used=is_used, is_main=True
        )

    return make


def test_parts_whose_labels_do_not_fit_are_refused_as_soon_as_they_are_known(planner):
    """Was found after the fits of all parts."""
    plan = planner(combined={"how": "best_expected", "match": {"b": ["m1", "m3"]}})
    assert plan.plan("a", "hypotest")
    likelihoods = Path("resources/likelihoods")
    shutil.copytree(likelihoods / "a", likelihoods / "b")
    with pytest.raises(WorkflowError, match="b and a have different labels"):
        plan.plan("b", "hypotest")


def test_what_a_part_was_before_it_is_fetched_again_is_not_kept(planner, tiny):
    """Was a bug: points that a part of a combination got were fitted only by the next run."""
    plan = planner(combined={"how": "best_expected"}, shards={"size": 1})
    likelihoods = Path("resources/likelihoods")
    shutil.copytree(likelihoods / "a", likelihoods / "b")
    assert len(plan.plan("a", "hypotest")[0]) == len(POINTS)
    tiny.write(Path("patchset.json"), tiny.patchset([*POINTS, (300, 0)], tiny.workspace()))
    analysis = plan.wanted.config["analyses"]["b"]
    fetch_likelihood(analysis, folder=likelihoods / "b", cache=Path())
    assert len(plan.plan("b", "hypotest")[0]) == len(POINTS) + 1


def test_a_scan_is_planned_once(planner):
    plan = planner(shards={"size": 2})
    shards, digest = plan.plan("a", "hypotest")
    assert len(shards) == 2
    assert all(shard.startswith("results/a/hypotest/shards/") for shard in shards)
    assert Path("results/a/hypotest/plan/scan.json").exists()
    assert plan.plan("a", "hypotest") == (shards, digest)


def test_workers_that_live_as_long_as_a_job_get_all_points_at_once(planner):
    points = [(m1, 0) for m1 in range(100, 300)]
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


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("axis_titles", {"axis_titles": {"m1": "mass", "mass_1": "mass"}}),
        ("hepdata.units", {"hepdata": {"units": {"mass_1": "GeV"}}}),
    ],
)
def test_a_label_that_the_grid_does_not_have_is_refused(planner, key, changes):
    """Was accepted without a word."""
    with pytest.raises(WorkflowError, match=rf"{key} of a names a label .*: 'mass_1'.* m1, m2"):
        planner(**changes).plan("a", "hypotest")


def test_a_plan_that_another_snakemake_uses_is_left_alone(planner):
    """Was a bug: one that its lock refused had rewritten the plan of the running one."""
    plan = planner(shards={"size": 2}, is_used="results/a/hypotest".__eq__)
    path = Path("results/a/hypotest/plan/scan.json")
    path.parent.mkdir(parents=True)
    path.write_text("of the other")
    assert len(plan.plan("a", "hypotest")[0]) == 2
    assert path.read_text() == "of the other"


@pytest.mark.parametrize("points", [["m_200_50", "m_100_0"], {"m2": 50}])
def test_points_that_are_left_out_are_not_planned(planner, points):
    plan = planner(points=[*POINTS, (300, 0)], chosen=points)
    plan.plan("a", "hypotest")
    names = [point.name for point in read_scan(Path("results/a/hypotest/plan/scan.json")).points]
    found = ["m_100_0", "m_200_50"] if isinstance(points, list) else ["m_100_50", "m_200_50"]
    assert names == found


def test_points_that_are_not_there_are_refused_before_any_fit(planner):
    with pytest.raises(WorkflowError, match=r"`points` does not name .*: 'm_10_0'.* 'm_100_0'"):
        planner(chosen=["m_10_0"]).plan("a", "hypotest")


def test_a_point_that_is_left_out_cannot_be_shown_in_detail(planner):
    with pytest.raises(
        WorkflowError, match="`detail_point` names a point that `points` of a leaves out"
    ):
        planner(chosen={"m1": 100}, detail_point="m_200_0").plan("a", "hypotest")


@pytest.mark.parametrize("key", ["points", "limits"])
def test_toys_at_a_point_that_is_not_there_are_refused(planner, key):
    names = {"points": ["m_1_0"]}
    toys = {"kind": "toys", "toys": names if key == "points" else {"limits": names}}
    with pytest.raises(WorkflowError, match=rf"scans.toys.toys.*{key}.*: 'm_1_0'.* 'm_100_0'"):
        planner(scans={"toys": toys}).plan("a", "toys")


@pytest.mark.parametrize("used", [False, True])
def test_tables_that_another_run_is_writing_were_changed_by_nobody(planner, used):
    folder = Path("results/a/hypotest")
    plan = planner(is_used=lambda name: used and name == str(folder))
    folder.mkdir(parents=True)
    table = folder / "audit.csv"
    table.write_text("old")
    write_checksums(folder, [table])
    table.write_text("new")
    assert plan.kept_tables("a", "hypotest", "flagged.csv") == []
    kept = [] if used else ["audit.csv.changed"]
    assert plan.kept_tables("a", "hypotest", "audit.csv") == kept
    assert [path.name for path in folder.glob("*.changed")] == kept


@pytest.mark.parametrize("is_main", [True, False])
def test_points_that_leave_the_results_are_told_once(planner, monkeypatch, is_main):
    """Was silent: a run with fewer points replaced the results of more."""
    plan = replace(planner(chosen={"m2": 50}), is_main=is_main)
    said = []
    monkeypatch.setattr(logger, "warning", said.append)
    folder = Path("results/a/hypotest")
    folder.mkdir(parents=True)
    (folder / "results.csv").write_text("name\nm_100_0\nm_100_50\nm_200_0\n")
    plan.plan("a", "hypotest")
    plan.plan("a", "hypotest")
    assert len(said) == is_main
    assert all(
        text.startswith("a, hypotest: results.csv has 2 points that this configuration leaves out")
        for text in said
    )


def test_points_of_which_none_can_be_fitted_are_refused_with_the_reason(planner):
    """Was a bug: it said that a scan without points cannot be planned."""
    plan = planner(chosen=["m_100_0", "m_200_0"])
    refusals = {"m_100_0": "a bin is negative: -1.0.", "m_200_0": "the same."}
    mark_refused(Path("resources/likelihoods/a"), refusals)
    said = r"^.*a: .* none that can be fitted; the first, m_100_0: a bin is negative: -1\.0\.$"
    with pytest.raises(WorkflowError, match=said):
        plan.plan("a", "hypotest")
