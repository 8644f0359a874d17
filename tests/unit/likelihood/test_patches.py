"""Signal hypotheses come from a patchset, each once and in its order."""

import copy

import pytest

from fitscan.errors import LikelihoodError
from fitscan.likelihood.patches import read_patchset


@pytest.fixture
def workspace(tiny):
    return tiny.workspace(2)


@pytest.fixture
def patchset(tiny, workspace):
    return tiny.patchset([(300, 0), (100, 50), (100, 0)], workspace)


def read(patchset, workspace):
    return read_patchset(patchset, workspace, where="patchset.json")


def test_patchset_is_read_in_its_own_order(patchset, workspace):
    found = read(patchset, workspace)
    assert found.labels == ("m1", "m2")
    assert [patch.name for patch in found.patches] == ["m_300_0", "m_100_50", "m_100_0"]
    assert [patch.values for patch in found.patches] == [(300, 0), (100, 50), (100, 0)]
    assert [p.operations for p in found.patches] == [p["patch"] for p in patchset["patches"]]
    assert found.metadata == patchset["metadata"]


def test_patchset_may_have_digests_of_several_kinds(patchset, workspace):
    from pyhf.utils import digest  # noqa: PLC0415

    patchset["metadata"]["digests"]["md5"] = digest(workspace, algorithm="md5")
    assert len(read(patchset, workspace).patches) == 3
    patchset["metadata"]["digests"]["md5"] = "0" * 32
    with pytest.raises(LikelihoodError, match=r"was made for another workspace: 'md5 "):
        read(patchset, workspace)


def test_patchset_of_another_workspace_is_refused(patchset, tiny):
    with pytest.raises(LikelihoodError, match="was made for another workspace") as caught:
        read(patchset, tiny.workspace(3))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("name", "m_300_0", "two patches with equal name: 'm_300_0' and 'm_300_0': 'm_300_0'"),
        ("values", [300, 0.0], r"two patches with equal values: 'm_300_0' and .*: \(300, 0\.0\)"),
        ("values", [300], r"not a valid patchset: .* needs one value for each label"),
        ("values", [[300], 0], "not a valid patchset by pyhf's schema"),
        ("values", [300, None], "not a valid patchset by pyhf's schema"),
        ("values", 300, "not a valid patchset by pyhf's schema"),
        ("name", 5, "not a valid patchset by pyhf's schema"),
        ("name", ["m"], "not a valid patchset by pyhf's schema"),
        ("name", "../m", "not a valid patchset by pyhf's schema"),
    ],
)
def test_faulty_names_and_values_are_refused(patchset, workspace, key, value, words):
    """Was a bug for values that are lists: they are unhashable."""
    patchset["patches"][1]["metadata"][key] = value
    with pytest.raises(LikelihoodError, match=words) as caught:
        read(patchset, workspace)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"patches": []}, "has no patches"),
        ({"patches": {}}, "not a valid patchset by pyhf's schema"),
        ({"patches": [5]}, "not a valid patchset by pyhf's schema"),
        ({"metadata": {}}, "not a valid patchset by pyhf's schema"),
        ({"version": "9.9.9"}, "not a valid patchset by pyhf's schema"),  # was a bug: its own error
        ({"extra": 1}, "not a valid patchset by pyhf's schema"),
    ],
)
def test_faulty_patchset_is_refused(patchset, workspace, change, words):
    with pytest.raises(LikelihoodError, match=words) as caught:
        read(patchset | change, workspace)
    assert caught.value.hint


@pytest.mark.parametrize("document", [[], [{"op": "remove", "path": "/a"}], "text", 5, None])
def test_other_documents_are_no_patchset(document, workspace):
    with pytest.raises(LikelihoodError, match="is JSON, but not a patchset") as caught:
        read(document, workspace)
    assert "pattern" in caught.value.hint


def test_reading_changes_nothing(patchset, workspace):
    before = copy.deepcopy(workspace)
    read(patchset, workspace)
    assert workspace == before


@pytest.mark.parametrize(
    ("values", "refused"),
    [("heavy", "values: \"'heavy' is not"), ([True], "values/0: 'True is not")],
)
def test_what_the_schema_of_patchsets_refuses_is_named_by_its_place_in_the_file(
    patchset, workspace, values, refused
):
    patchset["patches"][1]["metadata"]["values"] = values
    with pytest.raises(LikelihoodError, match=f"at /patches/1/metadata/{refused}"):
        read(patchset, workspace)


@pytest.mark.parametrize("value", [1e308, -1.5e101])
def test_labels_that_cannot_be_drawn_are_refused(patchset, workspace, value):
    """Were errors of pyarrow and matplotlib after the fits."""
    patchset["patches"][1]["metadata"]["values"][0] = value
    with pytest.raises(LikelihoodError, match=r"labels of .* are not usable"):
        read_patchset(patchset, workspace, where="p.json")
