"""What is called plain is valid by pyhf's schema, which then need not be asked of each patch."""

import copy

import pytest
from pyhf import exceptions, schema

from fitscan.likelihood.plain_patches import are_plain


@pytest.fixture
def patchset(tiny):
    made = tiny.patchset([(300, 0), (100, 50)], tiny.workspace(2))
    made["patches"][0]["metadata"]["values"] = [300.5, "text"]
    return made


def valid(patchset):
    try:
        schema.validate(patchset, "patchset.json")
    except exceptions.InvalidSpecification:
        return False
    return True


def test_patches_as_published_are_plain(patchset):
    assert valid(patchset)
    assert are_plain(patchset["patches"], labels=2)


@pytest.mark.parametrize("operation", ["add", "replace", "test"])
def test_plain_operations_are_valid_whatever_their_value(patchset, operation):
    for value in (None, 1, "a", [[]], {"from": 3}):
        patchset["patches"][1]["patch"][0] = {"op": operation, "path": "/a/0", "value": value}
        assert valid(patchset)
        assert are_plain(patchset["patches"], labels=2)


SPOILT = {
    "name": lambda p: p["metadata"].update(name="a b"),
    "name with a newline": lambda p: p["metadata"].update(name="a\n"),
    "name of a number": lambda p: p["metadata"].update(name=3),
    "no name": lambda p: p["metadata"].pop("name"),
    "values": lambda p: p["metadata"].update(values=[None, 1]),
    "true value": lambda p: p["metadata"].update(values=[True, 1]),
    "too few values": lambda p: p["metadata"].update(values=[1]),
    "no metadata": lambda p: p.pop("metadata"),
    "no patch": lambda p: p.pop("patch"),
    "other keys": lambda p: p.update(more=1),
    "an object as patch": lambda p: p.update(patch={}),
    "unknown operation": lambda p: p["patch"][0].update(op="put"),
    "operation without value": lambda p: p["patch"][0].pop("value"),
    "path": lambda p: p["patch"][0].update(path=["channels"]),
    "no path": lambda p: p["patch"][0].pop("path"),
    "text for an operation": lambda p: p["patch"].append("add"),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_what_is_not_valid_is_not_plain(patchset, spoil):
    spoil(patchset["patches"][1])
    assert not are_plain(patchset["patches"], labels=2)


def test_the_schema_is_asked_about_what_is_valid_and_not_plain(patchset):
    other = copy.deepcopy(patchset)
    other["patches"][0]["patch"].append({"op": "remove", "path": "/channels/0"})
    assert valid(other)
    assert not are_plain(other["patches"], labels=2)


@pytest.mark.parametrize("patches", [None, {}, "patches", 3])
def test_anything_else_is_not_plain(patches):
    assert not are_plain(patches, labels=2)
