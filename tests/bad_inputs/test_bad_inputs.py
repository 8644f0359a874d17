"""Every bad input is refused: the message names the fault and the way out; nothing is written.

The files beside this one are named by their fault and differ from those in good/ by it alone.
"""

import io
import shutil
import tarfile
from pathlib import Path

import pandas as pd
import pytest
import yaml

from fitscan.columns import NUMBERS
from fitscan.config.check import check_config
from fitscan.errors import ConfigError, ExecutorError, LikelihoodError
from fitscan.executors import open_executor
from fitscan.likelihood.fetch import fetch_likelihood
from fitscan.tables.results import grid_axes

# pyhf validates by an interface of jsonschema that is deprecated there.

HERE = Path(__file__).parent
PATTERN = "patch_{mass}.json"

WORKSPACES = {
    "not_json": "workspace.json is not JSON: \"Expecting ',' delimiter: line 3",
    "no_workspace": "workspace.json is JSON, but not a HistFactory workspace: 'an object",
    "violates_schema": "workspace.json is not a valid workspace by pyhf's schema, at /",
    "boolean_observation": "by pyhf's schema, at /observations/0/data/0: \"True is not of type",
    "nan": "workspace.json holds a number that is not finite: 'NaN'",
    "infinity": "workspace.json holds a number that is not finite: 'Infinity'",
    "1e999": "workspace.json holds a number that is not finite: '1e999'",
    "negative_observation": "the observation of channel 'SR' is negative: -9.0",
    "negative_expectation": "channel 'SR' expects a negative number of events in bin 1: -10.0",
    "negative_staterror": "stat_SR.data.1 input should be greater than or equal to 0: -1.0",
    "negative_shapesys": "shape_CR.data.0 input should be greater than or equal to 0: -8.0",
    "wrong_number_of_bins": "sample 'background': data needs one entry per bin: 3",
    "wrong_number_of_bins_in_modifier": "'background': shape_CR needs one entry per bin: 1",
    "two_channels_of_one_name": "workspace.json has two channels of the same name: 'SR'",
    "no_observation_of_a_channel": "workspace.json has no observation of a channel: 'SR'",
}
PATCHES = {
    "does_not_apply": "patch 'patch_100' does not apply to the workspace: \"index '7' is out of",
    "unknown_operation": "patch 'patch_100' does not apply to the workspace: \"Unknown operation",
    "not_a_patch": "patch_100.json is not a JSON patch: 'dict'",
    "not_json": "patch_100.json is not JSON",
    "no_sample_carries_poi": "no sample carries the parameter of interest of measurement 'nominal'",
    "nan": "patch_100.json holds a number that is not finite: 'NaN'",
    "1e999": "patch_100.json holds a number that is not finite: '1e999'",
    "wrong_number_of_bins": "channel 'SR', sample 'signal': data needs one entry per bin: 3",
    "wrong_number_of_bins_in_staterror": "sample 'signal': theory needs one entry per bin: 1",
    "wrong_number_of_bins_in_histosys": "'signal': theory.lo_data needs one entry per bin: 1",
    "negative_total": "channel 'SR' expects a negative number of events in bin 1: -30.0",
    "negative_observation": "the observation of channel 'SR' is negative: -9.0",
    "negative_staterror": "theory.data.0 input should be greater than or equal to 0: -0.5",
    "modifier_of_unknown_type": "signal.modifiers.theory input tag 'normsyst' found using 'type'",
    "modifier_without_data": "signal.modifiers.theory.data field required",
    "modifier_without_hi": "signal.modifiers.theory.data.hi field required",
    "second_sample_of_one_name": "channel 'SR' has two samples of the same name: 'background'",
}
PATCHSETS = {
    "empty": "patchset.json has no patches",
    "other_workspace": "patchset.json was made for another workspace",
    "duplicate_names": "two patches with equal name: 'm100' and 'm100': 'm100'",
    "duplicate_values": "two patches with equal values: 'm100' and 'm200': (100.0,)",
    "too_many_values": "needs one value for each label: [200, 1]",
    "label_named_like_a_column": "a label of the grid has the name of a column of the tables: 'st",
    "two_labels_of_one_name": "the grid has two labels of the same name: 'mass'",
    "violates_schema": "by pyhf's schema, at /metadata: \"'labels' is a required prop",
    "unknown_version": "is not a valid patchset by pyhf's schema",
    "single_patch": "patchset.json is JSON, but not a patchset: 'list'",
    "1e999": "patchset.json holds a number that is not finite: '1e999'",
}
# A fault of one point, which stops no other.
POINTS = {"patch_does_not_apply": "patch 'm100' does not apply to the workspace"}
CONFIGS = {
    "misspelt_key": "analyses.tiny has an unknown key: 'patchs'. Hint: did you mean 'patches'?",
    "misspelt_top_level_key": "unknown key: 'shard'. Hint: did you mean 'shards'?",
    "missing_key": "analyses.tiny lacks a key: 'workspace'. Hint: The background-only workspace.",
    "wrong_type": "shards is not valid: 20. Hint: ",
    "nan": "scans.hypotest.mu_test is not valid: nan. Hint: expected number",
    "number_that_yaml_takes_for_text": "mu_test is not valid: '1e-3'. Hint: expected number; YAML",
    "unknown_kind_of_scan": "scans.hypotest.kind is not valid: 'asymtotic'. Hint: one of asympto",
    "scan_not_defined": "analyses.tiny.scans names a scan that is not defined: 'limits'. Hint: th",
    "environment_variable_not_set": "variable that is not set or empty: '$FITSCAN_NOT_SET/archive",
    "name_with_slash": "analyses is not valid: 'a/b'. Hint: a name is letters, digits, ",
    "name_with_space": "analyses is not valid: 'a b'. Hint: a name is letters, digits, ",
    "name_with_quotes": 'analyses is not valid: "a\'b". Hint: a name is letters, digits, ',
    "name_with_dots": "analyses is not valid: '..'. Hint: a name is letters, digits, ",
}
EXECUTORS = {
    "unknown_key": 'do not fit its kind, in_process: "got an un',
    "unknown_kind": "does not state the kind of its executor: 'in_proces'. Hint: it",
    "no_mapping": "does not state the kind of its executor: 'str'. Hint: it needs the key",
}
# What only Snakemake meets; see test_bad_inputs_in_workflow.py.
LATER = {"config": {"unknown_executor"}}


def bad(kind, fault, suffix="json"):
    return HERE / kind / f"{fault}.{suffix}"


def refused(words, error=LikelihoodError, **changes):
    """Fetch in the working directory; check that it is refused and that nothing was written."""
    analysis = {"archive": None, "sha256": None, "measurement": None}
    analysis |= {"workspace": "workspace.json", "patches": "patchset.json"} | changes
    before = sorted(Path("..").rglob("*"))
    with pytest.raises(error) as caught:
        fetch_likelihood(analysis, folder=Path("out"), cache=Path("cache"))
    assert words in str(caught.value)
    assert caught.value.hint
    assert sorted(Path("..").rglob("*")) == before


@pytest.mark.parametrize(
    ("kind", "cases"),
    [
        ("workspace", WORKSPACES),
        ("patch", PATCHES),
        ("patchset", {**PATCHSETS, **POINTS}),
        ("config", CONFIGS),
        ("executor", EXECUTORS),
    ],
)
def test_every_file_has_its_case(kind, cases):
    assert {path.stem for path in (HERE / kind).iterdir()} == {*cases, *LATER.get(kind, ())}


@pytest.mark.parametrize("patches", ["patchset.json", PATTERN])
def test_good_likelihood_is_accepted(place, patches):
    analysis = yaml.safe_load((place / "config.yaml").read_text())
    analysis["analyses"]["tiny"]["patches"] = patches
    checked = check_config(analysis)["analyses"]["tiny"]
    assert fetch_likelihood(checked, folder=Path("out"), cache=Path("cache")).labels == ("mass",)


@pytest.mark.parametrize(("fault", "words"), WORKSPACES.items(), ids=WORKSPACES)
def test_bad_workspace(place, fault, words):
    shutil.copy(bad("workspace", fault), "workspace.json")
    refused(words, patches=PATTERN)


@pytest.mark.parametrize(("fault", "words"), PATCHES.items(), ids=PATCHES)
def test_bad_patch(place, fault, words):
    shutil.copy(bad("patch", fault), "patch_100.json")
    refused(words, patches=PATTERN)


@pytest.mark.parametrize(("fault", "words"), PATCHSETS.items(), ids=PATCHSETS)
def test_bad_patchset(place, fault, words):
    shutil.copy(bad("patchset", fault), "patchset.json")
    refused(words)


@pytest.mark.parametrize(("fault", "words"), POINTS.items(), ids=POINTS)
def test_bad_point(place, fault, words):
    shutil.copy(bad("patchset", fault), "patchset.json")
    analysis = check_config(yaml.safe_load((place / "config.yaml").read_text()))
    checked = analysis["analyses"]["tiny"]
    points = fetch_likelihood(checked, folder=Path("out"), cache=Path("cache")).points
    assert [words in point.refused for point in points] == [True, False]


@pytest.mark.parametrize(("fault", "words"), CONFIGS.items(), ids=CONFIGS)
def test_bad_config(place, fault, words):
    with pytest.raises(ConfigError) as caught:
        check_config(yaml.safe_load(bad("config", fault, "yaml").read_text()))
    assert words in str(caught.value)


@pytest.mark.parametrize(("fault", "words"), EXECUTORS.items(), ids=EXECUTORS)
def test_bad_executor(project_folder, fault, words):
    with pytest.raises(ExecutorError) as caught:
        open_executor(str(bad("executor", fault, "yaml")), folder=project_folder / "config")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"workspace": "missing.json"}, "the file does not exist: 'missing.json'"),
        ({"patches": "missing.json"}, "the file does not exist: 'missing.json'"),
        ({"archive": "missing.tar.gz"}, "the file does not exist: 'missing.tar.gz'"),
        (
            {"measurement": "missing"},
            "does not have this measurement: 'missing'. Hint: it has nominal",
        ),
        ({"patches": "signal_{mass}.json"}, "no file matches the pattern of patches: 'signal_{m"),
        ({"patches": "patch_{mass}_{mass}.json"}, "a label occurs twice in the pattern of patch"),
    ],
)
def test_bad_choice_of_files_and_names(place, changes, words):
    refused(words, **changes)


def test_two_files_with_equal_values(place):
    shutil.copy("patch_100.json", "patch_100.0.json")
    refused("two patch files have equal values (100,)", patches=PATTERN)


def add_member(tar, name, kind=tarfile.REGTYPE):
    member = tarfile.TarInfo(name)
    member.type, member.linkname, member.size = kind, "/etc/passwd", 0
    tar.addfile(member, io.BytesIO())


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        (
            "../outside.json",
            tarfile.REGTYPE,
            "contains a path that leads out of its folder: '../out",
        ),
        ("a/../../outside.json", tarfile.REGTYPE, "contains a path that leads out of its folder"),
        ("/tmp/absolute.json", tarfile.REGTYPE, "contains an absolute path: '/tmp/absolute.json'"),
        ("link.json", tarfile.SYMTYPE, "contains a symbolic link: 'link.json'"),
        ("workspace.json", tarfile.REGTYPE, "contains the same name twice: 'workspace.json'"),
    ],
)
def test_archive_with_an_unsafe_member(place, name, kind, words):
    with tarfile.open("archive.tar.gz", "w:gz") as tar:
        tar.add("workspace.json")
        tar.add("patchset.json")
        add_member(tar, name, kind)
    refused(words, archive="archive.tar.gz")


def test_archive_that_is_an_html_page(place):
    Path("archive.tar.gz").write_text("<!DOCTYPE html>\n<html><body>Record not found</body></html>")
    refused("not a tar or zip archive; it looks like an HTML page", archive="archive.tar.gz")


def test_archive_without_the_workspace(place):
    with tarfile.open("archive.tar.gz", "w:gz") as tar:
        tar.add("workspace.json", "Region-A/workspace.json")
        tar.add("patchset.json")
    refused(
        "does not contain this file: 'workspace.json'. Hint: it contains Region-A/w",
        archive="archive.tar.gz",
    )


@pytest.mark.parametrize(
    ("labels", "axes", "words"),
    [
        (
            ["mass"],
            ["width"],
            "the grid does not have this label: 'width'. Hint: set `axes` of the analy",
        ),
        (
            ["m1", "m2", "m3"],
            None,
            "more than two dimensions cannot be drawn: ['m1', 'm2', 'm3']. Hint:",
        ),
    ],
)
def test_axes_that_cannot_be_drawn(labels, axes, words):
    results = pd.DataFrame([[1.0] * (1 + len(labels) + len(NUMBERS))])
    results.columns = ["name", *labels, *NUMBERS]
    with pytest.raises(ConfigError) as caught:
        grid_axes(results, axes)
    assert words in str(caught.value)
