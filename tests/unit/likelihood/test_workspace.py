"""A workspace and each of its signal hypotheses are checked, whatever a patch changes."""

import copy

import pytest
from fastjsonschema import JsonSchemaValueException
from pyhf.schema import validate
from pyhf.schema.variables import SCHEMA_VERSION

from fitscan.errors import LikelihoodError
from fitscan.likelihood import schemas
from fitscan.likelihood import workspace as module
from fitscan.likelihood.patching import apply_patch
from fitscan.likelihood.workspace import check_hypothesis, check_workspace, measurement_name

# pyhf validates by an interface of jsonschema that is deprecated there.

SAMPLE = "/channels/0/samples/0"


@pytest.fixture
def workspace(tiny):
    """Two channels of two bins: SR, to which patches add a signal, and CR."""
    document = tiny.workspace(2)
    other = copy.deepcopy(document["channels"][0]) | {"name": "CR"}
    other["samples"][0]["modifiers"][1]["name"] = "stat_CR"
    document["channels"].append(other)
    document["observations"].append({"name": "CR", "data": [40.0, 20.0]})
    return document


@pytest.fixture
def signal(tiny):
    return tiny.patch(5.0, 2)


def patched_and_checked(workspace, operations):
    hypothesis = apply_patch(workspace, operations, where="patch 'm1'")
    check_hypothesis(hypothesis, workspace, measurement="nominal", where="patch 'm1'")


def replaced(path, value):
    return {"op": "replace", "path": path, "value": value}


# What a patch or a careless hand can do to a workspace, and what is then said.
CHANGES = {
    "negative observation": (
        replaced("/observations/1/data/0", -1),
        "the observation of channel 'CR' is negative: -1",
    ),
    "observation of another length": (
        replaced("/observations/0/data", [40.0, 20.0, 10.0]),
        "channel 'SR', sample 'background': data needs one entry per bin: 2",
    ),
    "no observation": ({"op": "remove", "path": "/observations/1"}, "no observation of a channel"),
    "empty observation": (replaced("/observations/0/data", []), "is not a valid workspace"),
    "observation of text": (replaced("/observations/0/data/0", "40"), "is not a valid workspace"),
    "negative expectation": (
        replaced(f"{SAMPLE}/data/1", -20.0),
        "channel 'SR' expects a negative number of events in bin 1: -",
    ),
    "sample of another length": (
        replaced(f"{SAMPLE}/data", [40.0]),
        "channel 'SR', sample 'background': data needs one entry per bin: 1",
    ),
    "staterror of another length": (
        replaced(f"{SAMPLE}/modifiers/1/data", [4.0]),
        "channel 'SR', sample 'background': stat_SR needs one entry per bin: 1",
    ),
    "negative staterror": (
        replaced(f"{SAMPLE}/modifiers/1/data/0", -4.0),
        "background.modifiers.stat_SR.data.0 input should be greater than or equal to 0: -4.0",
    ),
    "two samples of one name": (
        {"op": "copy", "from": SAMPLE, "path": "/channels/0/samples/1"},
        "channel 'SR' has two samples of the same name: 'background'",
    ),
    "two channels of one name": (
        {"op": "copy", "from": "/channels/0", "path": "/channels/1"},
        "has two channels of the same name: 'SR'",
    ),
    "two measurements of one name": (
        {"op": "copy", "from": "/measurements/0", "path": "/measurements/1"},
        "has two measurements of the same name: 'nominal'",
    ),
    "two observations of one name": (
        {"op": "copy", "from": "/observations/0", "path": "/observations/1"},
        "has two observations of the same name: 'SR'",
    ),
    "measurement without configuration": (
        {"op": "remove", "path": "/measurements/0/config"},
        "'config' is a required property",
    ),
    "other version": (replaced("/version", "2.0.0"), "is not a valid workspace"),
    "unknown key": ({"op": "add", "path": "/extra", "value": 1}, "is not a valid workspace"),
    "renamed channel": (replaced("/channels/0/name", "VR"), "no observation of a channel: 'VR'"),
}


def test_workspace_is_returned_as_it_is(workspace):
    before = copy.deepcopy(workspace)
    assert check_workspace(workspace, where="a.json") is workspace
    assert workspace == before


@pytest.mark.parametrize(("change", "words"), CHANGES.values(), ids=CHANGES)
def test_faulty_workspace_is_refused(workspace, change, words):
    faulty = apply_patch(workspace, [change], where="change")
    with pytest.raises(LikelihoodError) as caught:
        check_workspace(faulty, where="a.json")
    assert words in str(caught.value)
    assert str(caught.value).startswith("a.json")
    assert caught.value.hint


@pytest.mark.parametrize(("change", "words"), CHANGES.values(), ids=CHANGES)
def test_patch_that_leaves_a_faulty_workspace_is_refused(workspace, signal, change, words):
    """Was a bug for observations, measurements and all else outside channels: not looked at."""
    with pytest.raises(LikelihoodError) as caught:
        patched_and_checked(workspace, [*signal, change])
    assert words in str(caught.value)
    assert str(caught.value).startswith("patch 'm1'")
    assert caught.value.hint


@pytest.mark.parametrize("document", [None, [], [1, 2], "text", 5, {}, {"patches": []}])
def test_other_documents_are_no_workspace(document):
    with pytest.raises(LikelihoodError, match=r"a\.json is JSON, but not a HistFactory workspace"):
        check_workspace(document, where="a.json")


def test_measurement_is_the_first_or_the_one_named(workspace):
    workspace["measurements"].append({"name": "other", "config": {"poi": "mu", "parameters": []}})
    assert measurement_name(workspace, None, where="a.json") == "nominal"
    assert measurement_name(workspace, "other", where="a.json") == "other"


def test_unknown_measurement_is_refused_with_those_there_are(workspace):
    with pytest.raises(LikelihoodError, match=r"measurement: 'nominall'\. Hint: it has nomi"):
        measurement_name(workspace, "nominall", where="a.json")


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [{"op": "remove", "path": "/channels/1"}],
        [replaced("/observations/0/data/0", 3.0)],
        [replaced(f"{SAMPLE}/data/0", 3.5)],
        [replaced("/channels/0/samples/1/data/0", -1.0)],  # the sum of all samples is positive
        [{"op": "move", "from": "/channels/1", "path": "/channels/0"}],
    ],
)
def test_patch_with_a_signal_is_accepted(workspace, signal, changes):
    patched_and_checked(workspace, [*signal, *changes])


def test_patch_that_only_adds_a_signal_is_not_validated_as_a_whole(workspace, signal, monkeypatch):
    monkeypatch.setattr(module, "check_workspace", None)  # 1.3 s for a large workspace
    patched_and_checked(workspace, signal)


def test_signal_without_the_parameter_of_interest_is_refused(workspace, signal):
    signal[0]["value"]["modifiers"][0]["name"] = "mu_other"
    with pytest.raises(LikelihoodError) as caught:
        patched_and_checked(workspace, signal)
    assert "no sample carries the parameter of interest of measurement" in str(caught.value)
    assert caught.value.value == "mu_SIG"


def test_parameter_of_interest_may_be_the_background_s(workspace):
    workspace["measurements"][0]["config"]["poi"] = "mu_bkg"
    patched_and_checked(workspace, [])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (replaced("", []), "does not leave a valid workspace"),
        (replaced("/channels", None), "does not leave a valid workspace"),
        (replaced("/channels", []), "no sample carries the parameter of interest"),
        (replaced("/channels/0", 5), "does not leave a valid workspace"),
        (replaced("/channels/0", "SR"), "holds a malformed channel: ['S', 'R']"),
        (replaced("/channels/0", {"name": "SR"}), "holds a malformed channel: ['name']"),
        (replaced("/channels/0/samples", []), "holds a malformed channel"),
        (replaced("/channels/0/samples", 5), "does not leave a valid workspace"),
        (replaced("/channels/0/samples", {"a": 1}), "malformed sample: 0 input should be a valid"),
        (replaced("/channels/0/name", ["SR"]), "has no observation of a channel: ['SR']"),
        ({"op": "add", "path": "/channels/0/extra", "value": 1}, "holds a malformed channel"),
        ({"op": "remove", "path": "/measurements/0"}, "is not a valid workspace"),
        ({"op": "remove", "path": "/measurements"}, "is not a valid workspace"),
    ],
)
def test_patch_that_leaves_no_workspace_is_refused(workspace, signal, change, words):
    with pytest.raises(LikelihoodError) as caught:
        patched_and_checked(workspace, [*signal, change])
    assert words in str(caught.value)
    assert caught.value.hint


def test_unchanged_samples_of_a_renamed_channel_are_checked_against_its_bins(workspace, signal):
    """Was a bug: samples that are shared with the workspace were taken for checked."""
    workspace["observations"].append({"name": "VR", "data": [40.0, 20.0, 10.0]})
    with pytest.raises(LikelihoodError, match="'background': data needs one entry per bin: 2"):
        patched_and_checked(workspace, [*signal, replaced("/channels/1/name", "VR")])


def test_a_patch_may_rename_the_only_measurement(workspace, signal):
    """Was a bug: "does not leave a valid workspace: ''"."""
    hypothesis = apply_patch(
        workspace, [*signal, replaced("/measurements/0/name", "other")], where="patch"
    )
    found = check_hypothesis(hypothesis, workspace, measurement="nominal", where="patch")
    assert found == "other"


def test_what_is_missing_of_a_workspace_is_said_by_its_value(workspace):
    with pytest.raises(LikelihoodError, match="leave a valid workspace: \"KeyError: 'channels'\""):
        patched_and_checked(workspace, [{"op": "remove", "path": "/channels"}])


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (replaced(f"{SAMPLE}/data/1", "many"), "at /channels/0/samples/0/data/1: \"'many' is not"),
        (replaced(f"{SAMPLE}/modifiers/1/data", 4.0), "at /channels/0/samples/0/modifiers/1"),
        (replaced("/observations/0/data", {}), "at /observations/0/data: "),
        ({"op": "remove", "path": "/version"}, "at its top level: \"'version' is a required"),
    ],
)
def test_what_the_schema_refuses_is_named_by_its_place_in_the_file(workspace, change, place):
    """Was a bug: an error of the schema did not say where in a file of a megabyte it was."""
    faulty = apply_patch(workspace, [change], where="change")
    with pytest.raises(LikelihoodError) as caught:
        check_workspace(faulty, where="a.json")
    assert place in str(caught.value)
    assert len(str(caught.value)) < 400


def every_change(document):
    """Yield copies of a document, in each of which one thing is gone or another one."""
    if isinstance(document, dict | list):
        for step in document.keys() if isinstance(document, dict) else range(len(document)):
            rest = copy.copy(document)
            inner = rest.pop(step)
            yield rest
            for changed in (None, True, 1, 1.0, -2.5, "a", "", [], [1], {}, {"a": 1}):
                yield _with(document, step, changed)
            for changed in every_change(inner):
                yield _with(document, step, changed)
        if isinstance(document, dict):
            yield {**document, "unknown": 1}
        else:
            yield [*document, "unknown"]


def _with(document, step, value):
    document = copy.copy(document)
    document[step] = value
    return document


MODIFIERS = {
    "histosys": {"hi_data": [1.0], "lo_data": [2.0]},
    "lumi": None,
    "normfactor": None,
    "normsys": {"hi": 1.1, "lo": 0.9},
    "shapefactor": None,
    "shapesys": [1.0],
    "staterror": [1.0],
}


def test_pyhf_accepts_what_the_fast_check_by_its_schema_accepts(tiny):
    """What it accepts pyhf is not asked about."""
    workspace = tiny.workspace(1)
    patchset = tiny.patchset([(100, 0)], workspace)
    modifiers = [{"name": t, "type": t, "data": data} for t, data in MODIFIERS.items()]
    workspace["channels"][0]["samples"][0]["modifiers"] = modifiers
    for schema, document in ("workspace", workspace), ("patchset", patchset):
        accepted = [c for c in [document, *every_change(document)] if accepts_fast(schema, c)]
        assert len(accepted) > 40
        assert accepted[0] is document
        for changed in accepted:
            validate(changed, f"{schema}.json", version=schemas.VERSION)


def accepts_fast(schema, document):
    try:
        schemas._fast_validator(schema)(document)
    except JsonSchemaValueException:
        return False
    return True


def test_the_schemas_are_of_the_version_that_pyhf_has():
    assert schemas.VERSION == SCHEMA_VERSION
