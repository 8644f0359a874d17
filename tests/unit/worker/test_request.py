"""A request is what its format says, or it is refused; nothing in it is run."""

import base64
import json
import zlib

import pytest
from scan_settings import WITH_PYHF

from fitscan.errors import FitscanError
from fitscan.plan.blocks import Block, Experiments
from fitscan.worker import request as module
from fitscan.worker.request import FORMAT, Fits, Probe, packed, parse_request, unpacked

GOOD = {
    "format": FORMAT,
    "engine": "0123",
    "workspace": {"digest": "a" * 64, "path": "workspace.json"},
    "settings": WITH_PYHF,
    "points": [
        {"key": "k", "name": "point", "signal": {"patch": [{"op": "remove", "path": "/a"}]}}
    ],
}


def parse(document):
    return parse_request(json.dumps(document).encode())


def test_request_for_fits_is_read():
    asked = parse(GOOD)
    assert isinstance(asked, Fits)
    assert asked.model_dump(exclude_unset=True) == GOOD


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        (
            {
                "stream": "a" * 32,
                "hypothesis": "signal",
                "mu_test": 1.0,
                "first": 0,
                "count": 5,
                "keep": "values",
            },
            Block,
        ),
        ({"stream": "a" * 32, "first": 5, "count": 5, "toys": 0}, Experiments),
    ],
)
def test_blocks_of_toys_and_of_experiments_are_told_apart(block, kind):
    points = [GOOD["points"][0] | {"block": block}]
    read = parse(GOOD | {"points": points}).points[0].block
    assert type(read) is kind
    assert read.model_dump() == block


def test_probe_is_read():
    assert isinstance(parse({"format": FORMAT, "probe": True}), Probe)


@pytest.mark.parametrize("format_", [1, 2, 4, "3", None, [3]])
def test_request_of_another_version_is_refused(format_):
    with pytest.raises(FitscanError, match="written by another version"):
        parse(GOOD | {"format": format_})


@pytest.mark.parametrize("document", [None, [], "text", 2])
def test_what_is_no_mapping_is_refused(document):
    with pytest.raises(FitscanError, match="another version"):
        parse(document)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"code": "import os"}, "code"),
        ({"function": {"module": "os", "name": "system"}}, "function"),
        ({"workspace": {"digest": "a" * 64, "url": "http://localhost"}}, "workspace.url"),
        ({"workspace": {"digest": "../../etc/passwd"}}, "workspace.digest"),
        ({"workspace": {"digest": "a" * 64 + "\n"}}, "workspace.digest"),
        ({"workspace": {"digest": "A" * 64}}, "workspace.digest"),
        ({"points": [{"key": "k", "name": "n", "signal": {}, "call": 1}]}, "points.0.call"),
        ({"points": [{"key": 1, "name": "n", "signal": {}}]}, "points.0.key"),
        ({"points": [{"key": "k", "name": "n", "signal": ["op"]}]}, "points.0.signal"),
        ({"points": {}}, "points"),
        ({"settings": None}, "settings"),
        ({"probe": True}, "engine"),
        ({"probe": False}, "probe"),
    ],
    ids=str,
)
def test_what_is_unknown_or_of_a_wrong_type_is_refused_where_it_is(changed, where):
    with pytest.raises(FitscanError, match=f"the request is not valid at {where}: "):
        parse(GOOD | changed)


@pytest.mark.parametrize("missing", ["engine", "workspace", "settings", "points"])
def test_what_is_missing_is_named(missing):
    with pytest.raises(FitscanError, match=f"not valid at {missing}: 'Field required'"):
        parse({name: value for name, value in GOOD.items() if name != missing})


def test_packed_workspace_is_unpacked_to_the_byte_and_shorter():
    content = json.dumps([[0.1] * 50] * 50).encode()
    assert unpacked(packed(content)) == content
    assert len(packed(content)) < len(content) / 10


@pytest.mark.parametrize("text", ["~~~~~ ", "µ", "abcde", base64.b85encode(b"plain").decode()])
def test_damaged_workspace_is_refused(text):
    with pytest.raises(FitscanError, match="the workspace in the request is damaged"):
        unpacked(text)


def test_workspace_that_was_cut_short_is_refused():
    content = zlib.compress(bytes(range(256)) * 9)[:-30]
    with pytest.raises(FitscanError, match="truncated"):
        unpacked(base64.b85encode(content).decode())


def test_workspace_that_grows_beyond_any_likelihood_is_refused_before_it_has(monkeypatch):
    monkeypatch.setattr(module, "_MOST_BYTES", 10_000)
    assert len(unpacked(packed(bytes(10_000)))) == 10_000
    with pytest.raises(FitscanError, match="too large"):
        unpacked(packed(bytes(10_001)))
