"""Scans of coverage by the real Snakefile: split anyhow, continued, and in the report."""

import shutil

import pandas as pd
import pytest
from project import Project, make_project

from fitscan.columns import COVERAGE

FOLDER = "results/plane/coverage"
CONFIG = """\
audit: {points: 0}
figures: {draw: [coverage]}
shards: SHARDS
scans:
  coverage:
    kind: coverage
    level: 0.9
    coverage:
      experiments: EXPERIMENTS
      toys: 10
      experiments_per_task: 5
      points: [m_100_0, m_400_50]
analyses:
  plane: {workspace: plane/workspace.json, patches: plane/patchset.json}
"""


def experimenter(project):
    """Give what makes experiments in a project and returns results.csv."""

    def call(*arguments, experiments=10, size=None, target=f"{FOLDER}/results.csv"):
        text = CONFIG.replace("EXPERIMENTS", str(experiments))
        text = text.replace("SHARDS", "auto" if size is None else f"{{size: {size}}}")
        (project.folder / "config.yaml").write_text(text)
        project.run(target, *arguments)
        return (project.folder / FOLDER / "results.csv").read_bytes()

    call.project = project
    return call


@pytest.fixture(scope="module")
def whole(tmp_path_factory, project_folder, tiny):
    """A finished scan of 10 experiments a point; not to be changed."""
    project = make_project(tmp_path_factory.mktemp("coverage"), project_folder, tiny)
    experimenter(project)()
    return project


@pytest.fixture
def covered(whole, tmp_path):
    """Make experiments in a copy of the finished scan."""
    shutil.copytree(whole.folder, tmp_path / "run")
    return experimenter(Project(tmp_path / "run"))


def test_coverage_is_the_same_however_it_is_split(covered):
    path = covered.project.folder / FOLDER / "results.csv"
    whole, results = path.read_bytes(), pd.read_csv(path)
    chosen = results["name"].isin(["m_100_0", "m_400_50"])
    assert (results["n_experiments"] == 10 * chosen).all()
    assert (results["status"] == "ok").all()
    assert "mu_up_obs" not in results  # was a bug: a level was taken for limits
    assert results["CLs_obs"].notna().all()
    for column in (c for c in COVERAGE if c.startswith("coverage")):
        assert (results[column].notna() == chosen).all()
        assert results[column].dropna().between(0.0, 1.0).all()
    covered.project.start_over()
    assert covered("--config", "executor=process_pool", size=3) == whole


def test_more_experiments_make_only_those_that_are_new(covered):
    before = covered.project.journaled("coverage")
    continued = covered(experiments=20)
    keys = covered.project.journaled("coverage")
    # The tests of eight points, and blocks of two.
    assert (len(before), len(keys), len(set(keys))) == (8 + 2 * 2, 8 + 2 * 4, 8 + 2 * 4)
    covered.project.start_over()
    assert covered(experiments=20) == continued


def test_coverage_is_in_the_report_with_its_figure(covered):
    covered(target="all")
    page = (covered.project.folder / "results/report.html").read_text()
    assert '<section id="coverage"' in page
    assert "10 experiments at each of 2 points with μ = 1" in page
    table = pd.read_csv(covered.project.folder / FOLDER / "figures/coverage.csv")
    assert table["name"].tolist() == ["m_100_0", "m_400_50"]
    for suffix in ("pdf", "png"):
        assert (
            covered.project.folder / FOLDER / f"figures/coverage.{suffix}"
        ).stat().st_size > 1000


def test_point_that_the_grid_does_not_have_is_refused_before_anything_is_fitted(fresh):
    text = CONFIG.replace("EXPERIMENTS", "5").replace("SHARDS", "auto")
    (fresh.folder / "config.yaml").write_text(text.replace("m_400_50", "m_401_50"))
    said = fresh.run(f"{FOLDER}/results.csv", fails=True)
    assert (
        "`scans.coverage.coverage.points` does not name a point of the analysis: 'm_401_50'" in said
    )
    assert not (fresh.folder / FOLDER / "journal").exists()
