"""Signal hypotheses come from single files, each once and in the order of their labels."""

import json

import pytest

from fitscan.errors import LikelihoodError
from fitscan.likelihood.patch_files import (
    as_glob,
    is_pattern,
    match_pattern,
    read_patch_files,
)


@pytest.mark.parametrize(
    ("patches", "expected"),
    [("patchset.json", False), ("m_{mass}.json", True), ("{}.json", False), ("{a-b}", False)],
)
def test_pattern_has_labels_in_braces(patches, expected):
    assert is_pattern(patches) is expected


def test_pattern_gives_values_in_ascending_order():
    names = ["r/m_100_5.json", "r/m_20_0.json", "r/m_100_-1.json", "r/m_12p5_1.5.json"]
    assert list(match_pattern("r/m_{a}_{b}.json", names).items()) == [
        ("r/m_12p5_1.5.json", (12.5, 1.5)),
        ("r/m_20_0.json", (20, 0)),
        ("r/m_100_-1.json", (100, -1)),
        ("r/m_100_5.json", (100, 5)),
    ]


def test_whole_numbers_are_integers():
    (values,) = match_pattern("m_{a}_{b}.json", ["m_100.0_0.5.json"]).values()
    assert repr(values) == "(100, 0.5)"


@pytest.mark.parametrize(
    "name", ["m_x.json", "m_1.json.bak", "r/m_1.json", "m_1_2.json", "m_1Xjson", "m_.json", "m_1e3"]
)
def test_only_numbers_match_and_only_the_whole_name(name):
    assert list(match_pattern("m_{a}.json", [name, "m_1.json"])) == ["m_1.json"]


def test_leading_dot_of_a_pattern_does_not_matter():
    assert match_pattern("./m_{a}.json", ["m_1.json"]) == {"m_1.json": (1,)}


def test_pattern_that_matches_nothing_tells_what_there_is():
    with pytest.raises(LikelihoodError) as caught:
        match_pattern("n_{a}.json", ["m_1.json", "m_2.json"])
    assert "no file matches the pattern of patches: 'n_{a}.json'" in str(caught.value)
    assert "m_1.json, m_2.json" in caught.value.hint


def test_label_twice_is_refused():
    with pytest.raises(LikelihoodError, match=r"a label occurs twice.*'m_\{a\}_\{a\}\.json'"):
        match_pattern("m_{a}_{a}.json", ["m_1_1.json"])


def test_two_files_of_equal_values_are_refused():
    with pytest.raises(LikelihoodError) as caught:
        match_pattern("m_{a}.json", ["m_100.json", "m_100.0.json"])
    assert "two patch files have equal values (100,): ['m_100.json', 'm_100.0.json']" in str(
        caught.value
    )


def test_glob_finds_what_the_pattern_names_and_takes_the_rest_literally(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("m[1]_5.json", "m1_5.json"):
        (tmp_path / name).touch()
    assert [path.name for path in tmp_path.glob(as_glob("m[1]_{a}.json"))] == ["m[1]_5.json"]


def test_single_files_are_named_by_their_stem(tiny):
    operations = tiny.patch(5.0, 2)
    files = {
        "r/patch.DS_200_0.json": json.dumps(operations).encode(),
        "r/patch.DS_100_0.json": json.dumps({"patch": operations, "metadata": {}}).encode(),
    }
    found = read_patch_files("r/patch.DS_{m_stau}_{m_lsp}.json", files)
    assert found.labels == ("m_stau", "m_lsp")
    assert [(patch.name, patch.values) for patch in found.patches] == [
        ("DS_100_0", (100, 0)),
        ("DS_200_0", (200, 0)),
    ]
    assert [patch.operations for patch in found.patches] == [operations, operations]


def test_single_files_in_folders_of_their_own_are_named_by_their_path():
    """Was a bug: all were called by the same stem."""
    found = read_patch_files("m{a}/patch.json", {"m2/patch.json": b"[]", "m1/patch.json": b"[]"})
    assert [patch.name for patch in found.patches] == ["m1/patch", "m2/patch"]


@pytest.mark.parametrize("content", [b"{}", b'"text"', b"[5]", b'{"patch": {}}', b"null"])
def test_single_file_that_is_no_patch_is_a_point_that_is_refused(content):
    found = read_patch_files("m_{a}.json", {"m_1.json": content, "m_2.json": b"[]"})
    bad, good = found.patches
    assert "m_1.json is not a JSON patch" in str(bad.refused)
    assert "RFC 6902" in bad.refused.hint
    assert (bad.values, bad.operations, good.refused) == ((1,), [], None)


def test_a_number_in_a_file_name_that_overflows_is_refused():
    with pytest.raises(LikelihoodError, match="are not usable"):
        match_pattern("patch.{m}.json", [f"patch.{'9' * 400}.json"])
