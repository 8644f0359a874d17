"""A patch applies like any JSON patch, copies little, and changes nothing but its result."""

import copy

import jsonpatch
import pytest

from fitscan.errors import LikelihoodError
from fitscan.likelihood.patching import apply_patch

LISTS = {"a": [[1], [2], [3]], "b": {"c": [4]}}


def patched(document, *operations):
    """Apply, and check against the reference and that the arguments stay as they were."""
    before = copy.deepcopy((document, operations))
    found = apply_patch(document, list(operations), where="patch")
    assert (document, operations) == before
    assert found == jsonpatch.apply_patch(copy.deepcopy(document), copy.deepcopy(operations))
    return found


def test_signal_is_added_and_all_other_parts_are_shared(tiny):
    workspace = tiny.workspace(2)
    workspace["channels"].append({"name": "CR", "samples": []})
    hypothesis = patched(workspace, *tiny.patch(5.0, 2))
    assert [sample["name"] for sample in hypothesis["channels"][0]["samples"]] == [
        "background",
        "signal",
    ]
    assert hypothesis["channels"][0]["samples"][0] is workspace["channels"][0]["samples"][0]
    assert hypothesis["channels"][1] is workspace["channels"][1]
    assert hypothesis["observations"] is workspace["observations"]


def test_later_operations_see_earlier_ones():
    found = patched(
        LISTS,
        {"op": "add", "path": "/a/-", "value": [9]},
        {"op": "add", "path": "/a/3/0", "value": 8},
        {"op": "remove", "path": "/a/0"},
        {"op": "replace", "path": "/b/c/0", "value": 7},
        {"op": "test", "path": "/a/2/1", "value": 9},
    )
    assert found == {"a": [[2], [3], [8, 9]], "b": {"c": [7]}}


def test_value_that_is_patched_again_stays_as_it_was_in_the_patch():
    add = {"op": "add", "path": "/d", "value": {"e": []}}
    assert patched({}, add, {"op": "add", "path": "/d/e/0", "value": 1}) == {"d": {"e": [1]}}
    assert add["value"] == {"e": []}


def test_whole_document_can_be_replaced():
    assert patched(LISTS, {"op": "replace", "path": "", "value": [1]}) == [1]


def test_escaped_keys_are_found():
    assert patched({"a/b": {"m~n": 1}}, {"op": "remove", "path": "/a~1b/m~0n"}) == {"a/b": {}}


@pytest.mark.parametrize("op", ["move", "copy"])
def test_parts_are_moved_and_copied(op):
    patched(LISTS, {"op": op, "from": "/b/c/0", "path": "/a/1/0"})


def test_move_that_shifts_its_own_target_leaves_the_original_alone():
    """Was a bug: what the path led to after the removal had not been copied."""
    move = {"op": "move", "from": "/a/0", "path": "/a/1/0"}
    assert patched(LISTS, move)["a"] == [[2], [[1], 3]]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "/absent/0", "value": 1},
        {"op": "add", "path": "/a/7", "value": 1},
        {"op": "add", "path": "/a/01", "value": 1},
        {"op": "add", "path": "/a/-/0", "value": 1},
        {"op": "add", "path": "/a/-1/0", "value": 1},
        {"op": "add", "path": "/a/x", "value": 1},
        {"op": "add", "path": "/a/0/0/0", "value": 1},
        {"op": "add", "path": "a", "value": 1},
        {"op": "add", "path": "/a~2", "value": 1},
        {"op": "add", "path": "/a"},
        {"op": "add", "path": None, "value": 1},
        {"op": "add", "path": ["a"], "value": 1},
        {"op": "add", "path": 3, "value": 1},
        {"op": "add", "value": 1},
        {"op": "remove", "path": "/absent"},
        {"op": "remove", "path": ""},
        {"op": "replace", "path": "/a/3", "value": 1},
        {"op": "test", "path": "/a/0", "value": [2]},
        {"op": "move", "path": "/a/0"},
        {"op": "move", "from": "/a", "path": "/a/0"},
        {"op": "copy", "from": "/absent", "path": "/a/0"},
        {"op": "merge", "path": "/a", "value": 1},
        {"op": ["add"], "path": "/a", "value": 1},
        {"path": "/a", "value": 1},
        {},
        [],
        "remove",
        None,
    ],
)
def test_operation_that_does_not_apply_is_refused(operation):
    document = copy.deepcopy(LISTS)
    with pytest.raises(LikelihoodError, match="patch 'm1' does not apply") as caught:
        apply_patch(document, [operation], where="patch 'm1'")
    assert caught.value.hint
    assert document == LISTS


def test_index_of_thousands_of_digits_is_refused():
    """Was a bug: Python refuses to convert it by an error of another kind."""
    with pytest.raises(LikelihoodError, match="does not apply"):
        apply_patch([], [{"op": "remove", "path": "/" + "9" * 5000 + "/x"}], where="patch")


@pytest.mark.parametrize("seed", [[1.0] * 10, {"k": [0.5] * 100}])
def test_copies_that_double_are_refused(tiny, seed):
    """Was a bug: a patch of three kilobytes took all memory."""
    into = "/a/-" if isinstance(seed, list) else "/a/x{}"
    copies = [{"op": "copy", "from": "/a", "path": into.format(n)} for n in range(40)]
    operations = [{"op": "add", "path": "/a", "value": seed}, *copies]
    with pytest.raises(LikelihoodError, match=r"copies too much: 'over 5,000,000 values'"):
        apply_patch(tiny.workspace(2), operations, where="patch")


def test_an_index_in_other_digits_is_refused():
    with pytest.raises(LikelihoodError, match="does not apply"):
        apply_patch(LISTS, [{"op": "add", "path": "/a/\u0660", "value": {}}], where="patch")
