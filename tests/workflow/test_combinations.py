"""Combinations through the real workflow: a likelihood of two regions, and the best of them."""

import copy
import io
import json
import os

import pandas as pd
import pytest
import yaml
from hepdata_validator.full_submission_validator import FullSubmissionValidator
from project import POINTS, Project

from fitscan.likelihood import read_index

CONFIG = """\
shards: {size: 4}
audit: {refits: 0}
figures: {draw: [combination]}
analyses:
  a: {workspace: a/workspace.json, patches: a/patchset.json, axis_titles: {m1: mass}}
  b: {workspace: b/workspace.json, patches: b/patchset.json}
combinations:
  both: {of: [a, b], how: statistical, title: Both}
  either: {of: [a, b, both], how: best_expected}
"""


def renamed(document, new):
    """Return a document with other names, wherever they stand."""
    text = json.dumps(document)
    for name in new:
        text = text.replace(f'"{name}"', f'"{name}_b"')
    return json.loads(text)


def write_parts(folder, tiny, *, missing=2):
    """Write a region and another one, which lacks the last points and expects fewer events."""
    workspace = tiny.workspace(2)
    tiny.write(folder / "a/workspace.json", workspace)
    tiny.write(folder / "a/patchset.json", tiny.patchset(POINTS, workspace))
    other = renamed(workspace, ["SR", "stat_SR", "mu_bkg"])
    patchset = copy.deepcopy(tiny.patchset(POINTS[: len(POINTS) - missing], other))
    for patch in patchset["patches"]:
        signal = patch["patch"][0]["value"]
        signal["data"] = [0.5 * events for events in signal["data"]]
    tiny.write(folder / "b/workspace.json", other)
    tiny.write(folder / "b/patchset.json", patchset)


@pytest.fixture
def combining(fresh: Project, tiny) -> Project:
    write_parts(fresh.folder, tiny)
    (fresh.folder / "config.yaml").write_text(CONFIG)
    return fresh


def table(project, name):
    return pd.read_csv(io.StringIO(project.results(name)), keep_default_na=False)


def test_combinations_are_made_drawn_and_reported(combining, tiny):
    before = combining.jobs()
    assert before["combine_likelihoods"] == before["combine_results"] == 1
    assert before["draw_figures"] == 4
    combining.run()
    assert combining.jobs() == {}

    parts = {name: table(combining, name) for name in ("a", "b", "both", "either")}
    assert [len(part) for part in parts.values()] == [8, 6, 6, 8]
    assert (parts["both"]["status"] == "ok").all()
    # Two regions exclude more than either; what only one of them has is taken from it.
    expected = {name: part["CLs_exp_0"].to_numpy() for name, part in parts.items()}
    assert (expected["both"] < expected["a"][:6]).all()
    assert (expected["both"] < expected["b"]).all()
    assert parts["either"]["chosen"].tolist() == ["both"] * 6 + ["a"] * 2
    source = read_index(combining.folder / "resources/likelihoods/both/points.json").source
    assert (source["combined"], source["left_out"]) == (["a", "b"], 2)
    for name in ("both", "either"):
        drawn = combining.folder / f"results/{name}/hypotest/figures"
        for suffix in ("pdf", "png", "csv"):
            assert (drawn / f"combination.{suffix}").stat().st_size > 0
        assert set(pd.read_csv(drawn / "combination.csv")["of"]) >= {name, "a"}
    report = (combining.folder / "results/report.html").read_text()
    assert "Both" in report
    record = json.loads((combining.folder / "results/provenance.json").read_text())
    for name in ("both", "either"):
        folder = combining.folder / f"results/{name}/hypotest"
        validator = FullSubmissionValidator()
        assert validator.validate(directory=str(folder / "hepdata")), validator.get_messages()
        assert f"results/{name}/hypotest/hepdata.tar.gz" in record["outputs"]
        assert f'href="{name}/hypotest/hepdata.tar.gz"' in report
    submitted = yaml.safe_load((folder / "hepdata/cls.yaml").read_text())
    part = submitted["dependent_variables"][-1]
    assert part["header"]["name"] == "Chosen part"
    assert [entry["value"] for entry in part["values"]] == parts["either"]["chosen"].tolist()

    # A point that the other region gets too is one more of the combination, and nothing else.
    write_parts(combining.folder, tiny, missing=1)
    combining.run("results/either/hypotest/results.csv")
    assert len(table(combining, "both")) == 7
    assert [len(combining.journal(name)) for name in ("a", "b", "both")] == [8, 7, 7]
    assert table(combining, "either")["chosen"].tolist() == ["both"] * 7 + ["a"]

    # Was a bug: after results of parts that a clock has made older than itself, it stayed.
    write_parts(combining.folder, tiny, missing=3)
    combining.run(*(f"results/{name}/hypotest/results.csv" for name in ("a", "b", "both")))
    for name in ("a", "b", "both"):
        folder = combining.folder / f"results/{name}/hypotest"
        for path in (*folder.glob("*.*"), *folder.glob("shards/*")):
            os.utime(path, (1.5e9, 1.5e9))
    assert combining.jobs("results/either/hypotest/results.csv") == {"combine_results": 1}


def test_a_region_with_another_channel_of_the_same_name_is_refused(combining, tiny):
    workspace = tiny.workspace(3)
    tiny.write(combining.folder / "b/workspace.json", workspace)
    tiny.write(combining.folder / "b/patchset.json", tiny.patchset(POINTS, workspace))
    output = combining.run("resources/likelihoods/both/points.json", fails=True)
    assert "a and b have different channels of the same name: ['SR']. Hint: " in output
    assert "Traceback" not in output
    assert not (combining.folder / "resources/likelihoods/both/points.json").exists()
