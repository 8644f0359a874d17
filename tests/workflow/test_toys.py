"""Scans of toys by the real Snakefile: split anyhow, continued, killed."""

import os
import signal
import time

import pandas as pd
import psutil
import pytest

TARGET = "results/plane/toys/results.csv"
CONFIG = """\
audit: {points: 0}
shards: SHARDS
scans:
  toys: {kind: toys, toys: {signal: SIGNAL, background: 40, block: 20}}
analyses:
  plane: {workspace: plane/workspace.json, patches: plane/patchset.json}
"""


@pytest.fixture
def thrown(fresh):
    """Throw toys; give results.csv."""

    def call(*arguments, signal=40, size=None):
        text = CONFIG.replace("SIGNAL", str(signal))
        text = text.replace("SHARDS", "auto" if size is None else f"{{size: {size}}}")
        (fresh.folder / "config.yaml").write_text(text)
        fresh.run(TARGET, *arguments)
        return (fresh.folder / TARGET).read_bytes()

    call.project = fresh
    return call


def journaled(project):
    """The keys of rows in the journal, one for each that was written."""
    rows = [
        line
        for path in (project.folder / "results/plane/toys/journal").glob("*.jsonl")
        for line in path.read_text().splitlines()
    ]
    return [line.partition('"key": "')[2][:64] for line in rows]


def start_over(project):
    for path in (project.folder / "results").rglob("*"):
        if path.is_file():
            path.unlink()


def test_toys_are_the_same_however_they_are_split(thrown):
    whole = thrown()
    results = pd.read_csv(thrown.project.folder / TARGET)
    assert (results["n_toys_signal"] == 40).all()
    assert results["CLs_obs_err"].between(0.0, 0.5, inclusive="neither").all()
    start_over(thrown.project)
    assert thrown(size=1) == whole
    start_over(thrown.project)
    assert thrown("--config", "executor=process_pool") == whole


def test_more_toys_throw_only_those_that_are_new(thrown):
    thrown()
    before = journaled(thrown.project)
    thrown(signal=80)
    keys = journaled(thrown.project)
    # Of each of the eight points two more blocks.
    assert (len(before), len(keys), len(set(keys))) == (8 * 5, 8 * 7, 8 * 7)
    continued = thrown(signal=80)
    start_over(thrown.project)
    assert thrown(signal=80) == continued


def test_precision_throws_toys_only_where_the_answer_is_open(thrown):
    thrown(signal="40, precision: {significance: 1.0, maximum: 160}")
    results = pd.read_csv(thrown.project.folder / TARGET)
    toys = results["n_toys_signal"]
    known = (results["CLs_obs"] - 0.05).abs() >= results["CLs_obs_err"]
    assert (known | (toys == 160)).all()
    assert toys.isin([40, 80, 160]).all()
    assert toys.nunique() > 1
    # The test of each point, and each block once.
    keys = journaled(thrown.project)
    assert len(keys) == len(set(keys)) == 8 + (toys + results["n_toys_background"]).sum() / 20


def test_killed_shard_loses_at_most_its_own_block(thrown):
    project = thrown.project
    whole = thrown(signal=4000)
    start_over(project)
    process = project.start(TARGET)
    deadline = time.monotonic() + 120
    while len(journaled(project)) < 30:
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    while any(p.info["cwd"] == str(project.folder) for p in psutil.process_iter(["cwd"])):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    project.run("--unlock")
    assert thrown(signal=4000) == whole
    keys = journaled(project)
    assert len(keys) == len(set(keys))
