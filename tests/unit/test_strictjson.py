"""Only JSON as the standard has it is read, and its digest is pyhf's."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhf.utils import digest as digest_of_pyhf

from fitscan.errors import LikelihoodError
from fitscan.strictjson import compact, digest, in_lines, parse


@pytest.mark.parametrize(
    ("content", "document"),
    [
        (b'{"a": [1, 1.0, -2.5e-3, null, true]}', {"a": [1, 1.0, -0.0025, None, True]}),
        ('"τ → μ"'.encode(), "τ → μ"),
        (rb'"\u03c4 \ud83d\ude00"', "τ 😀"),
        (b'\xef\xbb\xbf {"begins with": "a byte order mark"}\r\n', None),
        (b"1.7976931348623157e308", 1.7976931348623157e308),
        (b"12345678901234567890", 12345678901234567890),
        (b"1e-999", 0.0),
    ],
)
def test_json_is_read_as_python_reads_it(content, document):
    found = parse(content, where="a.json")
    assert found == (json.loads(content) if document is None else document)
    assert repr(found) == repr(json.loads(content))  # an integer stays one


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[NaN]", "holds a number that is not finite: 'NaN'"),
        (b"[Infinity]", "holds a number that is not finite: 'Infinity'"),
        (b"[-Infinity]", "holds a number that is not finite: '-Infinity'"),
        (b"[1e999]", "holds a number that is not finite: '1e999'"),
        (b"[-1.5e400]", "holds a number that is not finite: '-1.5e400'"),
        (b"[" + b"9" * 5000 + b"]", f"holds a number that is not finite: '{'9' * 40}'"),
        (b'"\xff"', "is not text in UTF-8"),
        ('"mass"'.encode("utf-16"), "is not text in UTF-8"),
        (rb'["half of a pair: \ud83d"]', "is not text in UTF-8"),
        (b"", "is not JSON"),
        (b'{"cut": "shor', "is not JSON"),
        (b"{'quotes': 1}", "is not JSON"),
        (b"[1] [2]", "is not JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "is nested too deeply"),
    ],
)
def test_what_is_not_json_is_refused_with_a_hint(content, words):
    with pytest.raises(LikelihoodError) as caught:
        parse(content, where="a.json")
    assert str(caught.value).startswith(f"a.json {words}")
    assert caught.value.hint


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.binary(max_size=40) | st.text('{}[]":,\\udD8aeENI019.-+ ').map(str.encode))
def test_whatever_is_read_has_a_digest_and_nothing_else_is_raised(content):
    try:
        document = parse(content, where="a.json")
    except LikelihoodError:
        return
    assert digest(document) == digest_of_pyhf(document)


def test_digest_is_one_for_all_layouts_and_orders_of_keys():
    pretty = parse(b'{\n "b": [1, 2.50],\n "a": "\\u03c4"\n}', where="a.json")
    plain = parse('{"a":"τ","b":[1,2.5]}'.encode(), where="b.json")
    assert digest(pretty) == digest(plain)


@pytest.mark.parametrize("other", [{"a": [1.0, 2]}, {"a": [2, 1]}, {"b": [1, 2]}, [1, 2]])
def test_digest_differs_where_a_document_does(other):
    assert digest(other) != digest({"a": [1, 2]})


@dataclass(frozen=True)
class Place:
    name: str
    values: tuple[float, ...]


def test_an_object_in_lines_is_the_same_object():
    document = {
        "format": 1,
        "settings": {"a": [1, None], "b": 1e-5},
        "keys": ("p\n", "é"),
        "none": (),
        "points": [Place("x", (1, 2.5)), Place('"', ())],
    }
    text = in_lines(document).decode()
    assert json.loads(text) == {
        **document,
        "keys": ["p\n", "é"],
        "none": [],
        "points": [{"name": "x", "values": [1, 2.5]}, {"name": '"', "values": []}],
    }
    assert '\n  {"name": "x", "values": [1, 2.5]},\n' in text


@pytest.mark.parametrize(
    "document", [{"a": [1.5, -0.0, 1e-300, 0.1, None, True, "é\u2028"]}, [2**70], "x"]
)
def test_compact_json_is_read_back_as_it_was(document):
    content = compact(document)
    assert b"\n" not in content
    assert repr(json.loads(content)) == repr(document)
