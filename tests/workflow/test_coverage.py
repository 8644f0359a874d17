"""Scans of coverage by the real Snakefile: split anyhow, continued, and in the report."""

import pandas as pd
import pytest

from fitscan.columns import COVERAGE

FOLDER = "results/plane/coverage"
CONFIG = """\
audit: {points: 0}
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


@pytest.fixture
def covered(fresh):
    """Make experiments; give results.csv."""

    def call(*arguments, experiments=10, size=None, target=f"{FOLDER}/results.csv"):
        text = CONFIG.replace("EXPERIMENTS", str(experiments))
        text = text.replace("SHARDS", "auto" if size is None else f"{{size: {size}}}")
        (fresh.folder / "config.yaml").write_text(text)
        fresh.run(target, *arguments)
        return (fresh.folder / FOLDER / "results.csv").read_bytes()

    call.project = fresh
    return call


def test_coverage_is_the_same_however_it_is_split(covered):
    whole = covered()
    results = pd.read_csv(covered.project.folder / FOLDER / "results.csv")
    chosen = results["name"].isin(["m_100_0", "m_400_50"])
    assert (results["n_experiments"] == 10 * chosen).all()
    assert (results["status"] == "ok").all()
    assert "mu_up_obs" not in results  # was a bug: a level was taken for limits
    assert results["CLs_obs"].notna().all()
    for column in (c for c in COVERAGE if c.startswith("coverage")):
        assert (results[column].notna() == chosen).all()
        assert results[column].dropna().between(0.0, 1.0).all()
    covered.project.start_over()
    assert covered(size=1) == whole
    covered.project.start_over()
    assert covered("--config", "executor=process_pool") == whole


def test_more_experiments_make_only_those_that_are_new(covered):
    covered()
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
    assert "no point of the name in `scans.coverage.coverage.points`: 'm_401_50'" in said
    assert not (fresh.folder / FOLDER / "journal").exists()
