"""What a run would do is said without doing it, and what could not work is an error."""

import json
import re
from pathlib import Path

import pytest
import yaml

from fitscan.check.outlook import outlook
from fitscan.check.read import read_config
from fitscan.config.check import check_config
from fitscan.errors import ConfigError, FitscanError, LikelihoodError
from fitscan.likelihood.fetch import fetch_likelihood

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
        analyses = {"a": analysis | config.pop("analysis", {})}
        if second := config.pop("second", None):
            analyses["b"] = second
        document = {"analyses": analyses} | config
        Path("my.yaml").write_text(yaml.safe_dump(document))
        executors = project_folder / "config/executors"
        return "\n".join(outlook([Path("my.yaml")], cores=2, executors=executors))

    return call


@pytest.mark.parametrize(
    ("scan", "of_a_point"),
    [
        ({"kind": "asymptotic"}, "per point"),
        ({"kind": "limits"}, "per point"),
        ({"kind": "toys", "toys": {"signal": 50, "background": 50}}, "and .* for its toys"),
        (
            {"kind": "coverage", "coverage": {"experiments": 20, "toys": 5, "points": ["m_100_0"]}},
            "and .* for the experiments of each of 1",
        ),
    ],
    ids=lambda scan: scan["kind"] if isinstance(scan, dict) else "",
)
def test_points_and_time_are_said_for_each_kind_and_nothing_is_written(say, scan, of_a_point):
    before = sorted(Path().rglob("*"))
    said = say(scans={"mine": scan}, minima="default")
    assert "a, mine: 4 of 4 points are new" in said
    where = r"in \d jobs?, [12] at a time"
    assert re.search(rf"fits: about .* {where} \(.* {of_a_point} here, .* to start\)", said)
    assert sorted(set(Path().rglob("*")) - {Path("my.yaml")}) == before


def test_quick_points_in_one_job_are_not_said_to_be_fitted_two_at_a_time(say):
    """Was a bug: two cores halved the time of a shard, which one of them fits."""
    assert "in 1 job, 1 at a time" in say(minima="default")
    assert "in 4 jobs, 2 at a time" in say(minima="default", shards={"size": 1})
    assert "with 2 at a time" in say(minima="default", executor="process_pool")


FEW = {"signal": 50, "background": 50}


@pytest.mark.parametrize(
    ("toys", "bound", "lines"),
    [
        ({"precision": {"absolute": 0.1, "maximum": 100}}, "at least about", ["not counted: more"]),
        ({"limits": {}}, "at least about", ["not counted: the toys of upper limits"]),
        ({"near_contour_factor": 3}, "at most about", ["counted, though .* far from the contour"]),
        (
            {"near_contour_factor": 3, "limits": {}},
            "about",
            ["counted, though .* far from the contour", "not counted: the toys of upper limits"],
        ),
    ],
    ids=lambda toys: " ".join(toys) if isinstance(toys, dict) else "",
)
def test_a_time_that_leaves_toys_out_or_counts_too_many_says_which(say, toys, bound, lines):
    """Was a bug: toys of precision and limits were left out of a time that was not said to be."""
    said = say(minima="default", scans={"mine": {"kind": "toys", "toys": FEW | toys}})
    assert f"    fits: {bound} " in said
    assert all(re.search(f"\n    {line}", said) for line in lines)
    assert said.count("counted") == len(lines)


def test_only_points_that_are_named_count_toys(say):
    """Was a bug: where the points that were timed had none, no toys were counted."""
    toys = {"signal": 2000, "background": 2000, "points": ["m_200_50"]}
    said = say(minima="default", scans={"mine": {"kind": "toys", "toys": toys}})
    assert re.search(r"and [\d.]+ m?s for the toys of each of 1 here", said)


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


def test_a_choice_among_parts_that_cannot_be_drawn_is_an_error(say):
    """Was found after the fits of all parts."""
    both = {"of": ["a", "b"], "how": "best_expected", "axes": ["m3"]}
    second = {"workspace": "workspace.json", "patches": "patchset.json"}
    with pytest.raises(ConfigError, match="best: the grid does not have this label: 'm3'"):
        say(second=second, combinations={"best": both}, minima="default")


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
        # Were tracebacks, or had no place.
        (
            "a: b\nb: é".encode() + b"\xe9",
            r"my\.yaml, line 2, column 5: this is not UTF-8: b'\\xe9'\. Hint: have your editor",
        ),
        ("a: b".encode("utf-16"), r"line 1, column 1: this is not UTF-8"),
        (b"a:\n b: \x00", r"line 2, column 5: .*'special characters are not allowed'"),
        (b"a: &x\n  b: *x", r"line 1, column 4: .*recursive"),
        (b"a: &x [*x]", r"line 1, column 4: .*recursive"),
        (b"a: 1\n? [b, c]\n: 2", r"line 2, column 3: .*'a key is no text'"),
        (b"a: " + 3000 * b"[", r"my\.yaml: this is not .*'it is nested too deeply'"),
        (
            b"a: b: c",
            r"line 1, column 5: .*'mapping values are not allowed here'",
        ),
        (
            b"a: {b: 1}\na: {b: 2}",
            r"line 2, column 1: .*the key 'a' stands twice",
        ),
        (b"\xff\xfe\x00", "is not UTF-8"),
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


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("control_regions", ["CRnope"]),
        ("measurement", "nope"),
        ("signal_xsec_uncertainty", "nope"),
    ],
)
def test_a_part_that_a_fetched_likelihood_does_not_have_is_an_error(say, key, value):
    """Was a bug: the configuration was said to be valid, and the run failed."""
    say()
    checked = check_config(
        {"analyses": {"a": {"workspace": "workspace.json", "patches": "patchset.json"}}}
    )
    fetch_likelihood(
        checked["analyses"]["a"], folder=Path("resources/likelihoods/a"), cache=Path("cache")
    )
    assert "4 of 4 points are new" in say()
    with pytest.raises(LikelihoodError, match="nope"):
        say(analysis={key: value})
