"""What a run would do is said without doing it, and what could not work is an error."""

import json
import re
from pathlib import Path

import pytest
import yaml

from fitscan.check.outlook import outlook
from fitscan.check.read import read_config
from fitscan.errors import ConfigError, FitscanError

POINTS = [(100, 0), (100, 50), (200, 0), (200, 50)]


@pytest.fixture
def say(tmp_path, tiny, project_folder, monkeypatch):
    """Check a configuration of a tiny likelihood; return what is printed."""
    monkeypatch.chdir(tmp_path)
    workspace = tiny.workspace()
    tiny.write(Path("workspace.json"), workspace)
    tiny.write(Path("patchset.json"), tiny.patchset(POINTS, workspace))

    def call(**config):
        analysis = {"workspace": "workspace.json", "patches": "patchset.json"}
        document = {"analyses": {"a": analysis | config.pop("analysis", {})}} | config
        Path("my.yaml").write_text(yaml.safe_dump(document))
        executors = project_folder / "config/executors"
        return "\n".join(outlook([Path("my.yaml")], cores=2, executors=executors))

    return call


@pytest.mark.parametrize(
    "scan",
    [
        {"kind": "asymptotic"},
        {"kind": "limits"},
        {"kind": "toys", "toys": {"signal": 50, "background": 50}},
        {"kind": "coverage", "coverage": {"experiments": 20, "toys": 5}},
    ],
    ids=lambda scan: scan["kind"],
)
def test_points_and_time_are_said_for_each_kind_and_nothing_is_written(say, scan):
    before = sorted(Path().rglob("*"))
    said = say(scans={"mine": scan}, minima="default")
    assert "a, mine: 4 of 4 points are new" in said
    assert re.search(r"fits: about .* with 2 at a time \(.* per point here, .* to start\)", said)
    assert sorted(set(Path().rglob("*")) - {Path("my.yaml")}) == before


def test_what_a_time_leaves_out_is_said_if_workers_are_elsewhere(say):
    pytest.importorskip("parsl")
    left_out = "`make doctor EXECUTOR=parsl` measures it"
    assert left_out in say(executor="parsl", minima="default")
    assert "make doctor" not in say(executor="process_pool", minima="default")


def test_a_likelihood_that_would_be_downloaded_is_not(say):
    said = say(analysis={"archive": "https://example.org/a.tar.gz"})
    assert "a: the likelihood is not here yet" in said


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"analysis": {"measurement": "other"}}, "LikelihoodError: .*'other'"),
        ({"analysis": {"axis_titles": {"m3": "x"}}}, "axis_titles of a names a label"),
        ({"analysis": {"detail_point": "m_1_1"}}, "`detail_point` does not name a point"),
        ({"executor": "nowhere"}, "unknown executor"),
        ({"figures": {"test_size": 2}}, r"figures\.test_size is not valid"),
    ],
)
def test_what_could_not_work_is_one_error(say, config, words):
    with pytest.raises(FitscanError) as told:
        say(**config)
    assert re.match(f".*{words}", f"{type(told.value).__name__}: {told.value}")


def test_later_files_override_earlier_ones_key_by_key(tmp_path):
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("figures: {test_size: 0.1, style: neutral}\nengine: pyhf\n")
    second.write_text("figures: {test_size: 0.2}\n")
    assert json.dumps(read_config([first, second])) == json.dumps(
        {"figures": {"test_size": 0.2, "style": "neutral"}, "engine": "pyhf"}
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"a:\n\t- b",
            r"my\.yaml, line 2, column 1: .*cannot start any token",
        ),
        (b"a: [1\nb: 2", r"line 2, column 2: this is not a configuration"),
        (
            b"a: b: c",
            r"line 1, column 5: .*'mapping values are not allowed here'",
        ),
        (
            b"a: {b: 1}\na: {b: 2}",
            r"line 2, column 1: .*the key 'a' stands twice",
        ),
        (b"\xff\xfe\x00", "is not YAML"),
        (b"- 1", "does not hold a configuration"),
        (b"", "does not hold a configuration"),
    ],
)
def test_yaml_that_cannot_be_read_is_named_by_line_and_column(tmp_path, content, words):
    path = tmp_path / "my.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        read_config([path])
    with pytest.raises(ConfigError, match="cannot be read: 'No such file or directory'"):
        read_config([tmp_path / "nowhere.yaml"])
