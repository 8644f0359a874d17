"""Scans of toys by the real Snakefile: split anyhow, continued, killed."""

import os
import shutil
import signal
import time

import pandas as pd
import psutil
import pytest
from project import Project, make_project

TARGET = "results/plane/toys/results.csv"
TABLE = "results/plane/toys/toys.parquet"
CONFIG = """\
audit: {points: 0}
shards: SHARDS
scans:
  toys: {kind: toys, toys: {signal: SIGNAL, background: 40, toys_per_task: 20}}
analyses:
  plane: {workspace: plane/workspace.json, patches: plane/patchset.json}
"""


def thrower(project):
    """Give what throws toys in a project and returns results.csv."""

    def call(*arguments, signal=40, size=None):
        text = CONFIG.replace("SIGNAL", str(signal))
        text = text.replace("SHARDS", "auto" if size is None else f"{{size: {size}}}")
        (project.folder / "config.yaml").write_text(text)
        project.run(TARGET, *arguments)
        return (project.folder / TARGET).read_bytes()

    call.project = project
    return call


@pytest.fixture(scope="module")
def whole(tmp_path_factory, project_folder, tiny):
    """A finished scan of 40 toys a hypothesis; not to be changed."""
    project = make_project(tmp_path_factory.mktemp("toys"), project_folder, tiny, bins=24)
    thrower(project)()
    return project


@pytest.fixture
def thrown(whole, tmp_path):
    """Throw toys in a copy of the finished scan."""
    shutil.copytree(whole.folder, tmp_path / "run")
    return thrower(Project(tmp_path / "run"))


def test_toys_are_the_same_however_they_are_split(thrown):
    path = thrown.project.folder / TARGET
    whole, results = path.read_bytes(), pd.read_csv(path)
    assert (results["n_toys_signal"] == 40).all()
    assert results["CLs_obs_err"].between(0.0, 0.5, inclusive="neither").all()
    thrown.project.start_over()
    assert thrown("--config", "executor=process_pool", size=3) == whole


def test_more_toys_throw_only_those_that_are_new(thrown):
    before = thrown.project.journaled("toys")
    thrown(signal=80)
    keys = thrown.project.journaled("toys")
    # Of each of the eight points two more blocks.
    assert (len(before), len(keys), len(set(keys))) == (8 * 5, 8 * 7, 8 * 7)
    continued = (thrown.project.folder / TARGET).read_bytes()
    thrown.project.start_over()
    assert thrown(signal=80) == continued


def test_precision_throws_toys_only_where_the_answer_is_open(thrown):
    thrown(signal="40, precision: {significance: 1.0, maximum: 160}")
    results = pd.read_csv(thrown.project.folder / TARGET)
    toys = results["n_toys_signal"]
    known = (results["CLs_obs"] - 0.05).abs() >= results["CLs_obs_err"]
    assert (known | (toys == 160)).all()
    assert (results["enough_toys"] == known).all()
    assert toys.isin([40, 80, 160]).all()
    assert toys.nunique() > 1
    # The test of each point, and each block once.
    keys = thrown.project.journaled("toys")
    assert len(keys) == len(set(keys)) == 8 + (toys + results["n_toys_background"]).sum() / 20


def test_every_value_is_kept_where_that_is_asked_for(thrown):
    counted = pd.read_csv(thrown.project.folder / TARGET)
    thrown(signal="40, keep: values")
    thrown.project.run(TABLE)
    results = pd.read_csv(thrown.project.folder / TARGET)
    # What is kept decides no observed number, and of the expected ones less than the toys do.
    pd.testing.assert_series_equal(results["CLs_obs"], counted["CLs_obs"])
    toys = pd.read_parquet(thrown.project.folder / TABLE)
    sizes = toys.groupby(["name", "hypothesis"], sort=False)["toy"].agg(["size", "max"])
    assert sizes.index.get_level_values("name").unique().tolist() == results["name"].tolist()
    assert (sizes.to_numpy() == (40, 39)).all()
    point = toys[toys["name"] == results["name"][0]].set_index("hypothesis")
    signal, background = (point.loc[h, "q"] for h in ("signal", "background"))
    beyond = [(q >= results["q_obs"][0] - 1e-7).mean() for q in (signal, background)]
    assert results["CLs_obs"][0] == pytest.approx(beyond[0] / beyond[1], abs=1e-12)


def test_upper_limits_come_from_toys_at_the_points_that_are_named(thrown):
    thrown(signal="40, limits: {points: [m_100_0, m_400_50]}")
    results = pd.read_csv(thrown.project.folder / TARGET).set_index("name")
    found = results[results["mu_up_obs_err"].notna()]
    assert found.index.tolist() == ["m_100_0", "m_400_50"]
    # By 40 toys, so not well.
    pulls = (found["mu_up_obs"] - found["mu_up_obs_asymptotic"]) / found["mu_up_obs_err"]
    assert pulls.abs().max() < 5
    others = results.drop(index=found.index)
    assert (others["mu_up_exp_0"] == others["mu_up_exp_0_asymptotic"]).all()
    before = thrown.project.journaled("toys")
    whole = (thrown.project.folder / TARGET).read_bytes()
    assert thrown(signal="40, limits: {points: [m_100_0, m_400_50]}", size=3) == whole
    assert len(before) == len(thrown.project.journaled("toys"))


def test_limit_at_a_point_that_is_not_there_is_refused(thrown):
    (thrown.project.folder / "config.yaml").write_text(
        CONFIG.replace("SIGNAL", "40, limits: {points: [m_1_1]}").replace("SHARDS", "auto")
    )
    output = thrown.project.run(TARGET, fails=True)
    assert (
        "`scans.toys.toys.limits.points` does not name a point of the analysis: 'm_1_1'" in output
    )


def test_killed_shard_loses_at_most_its_own_block(thrown):
    project = thrown.project
    whole = thrown(signal=1000)
    project.start_over()
    process = project.start(TARGET)
    deadline = time.monotonic() + 120
    while len(project.journaled("toys")) < 30:
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    while any(p.info["cwd"] == str(project.folder) for p in psutil.process_iter(["cwd"])):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    project.run("--unlock")
    assert thrown(signal=1000) == whole
    keys = project.journaled("toys")
    assert len(keys) == len(set(keys))
