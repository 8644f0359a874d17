"""apply_patch is jsonpatch's, for documents and patches of any kind, and copies what it must."""

import copy
import json

import jsonpatch
import jsonpointer
import pyhf
from hypothesis import given, settings
from hypothesis import strategies as st

from fitscan import strictjson
from fitscan.errors import LikelihoodError
from fitscan.likelihood.patching import apply_patch

# Few keys, and some that look like indices or need escapes, so that paths often lead somewhere.
keys = st.sampled_from(["a", "b", "0", "1", "-", "", "m~n", "x/y"])
scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, "text", ""])
values = st.recursive(
    scalars,
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(keys, parts, max_size=4),
    max_leaves=12,
)
containers = values.filter(lambda document: isinstance(document, dict | list))
# Where a move may shift what its own path leads to.
nested_lists = st.lists(st.lists(st.integers(0, 9), max_size=3), min_size=2, max_size=4)

examples = settings(derandomize=True, deadline=None, max_examples=250)


def paths_of(document, path=""):
    """List the pointers to all parts of ``document`` and to where each list ends."""
    yield path
    if isinstance(document, dict):
        for key, part in document.items():
            yield from paths_of(part, f"{path}/{jsonpointer.escape(key)}")
    elif isinstance(document, list):
        for index, part in enumerate(document):
            yield from paths_of(part, f"{path}/{index}")
        yield f"{path}/{len(document)}"
        yield f"{path}/-"


@st.composite
def patches(draw, documents=containers, ops=("add", "replace", "remove", "move", "copy")):
    """A document and operations that mostly apply to it."""
    document = draw(documents)
    known = [*paths_of(document), "/a", "/b/0", "/absent/0"]
    operations = []
    for _ in range(draw(st.integers(1, 4))):
        operation = {"op": draw(st.sampled_from(ops))}
        operation["path"] = draw(st.sampled_from(known))
        if draw(st.integers(0, 3)) == 0:
            operation["path"] += draw(st.sampled_from(["/0", "/a", "/-"]))
        if operation["op"] in {"move", "copy"}:
            operation["from"] = draw(st.sampled_from(known))
        elif operation["op"] != "remove":
            operation["value"] = draw(values)
        operations.append(operation)
    return document, operations


def outcome(function, *refusals):
    """Return what ``function`` returns in a form that tells 1 and 1.0 apart, None if refused."""
    try:
        return json.dumps(function(), sort_keys=True)
    except refusals:
        return None


@examples
@given(patches() | patches(nested_lists, ("move", "copy", "remove")))
def test_result_is_that_of_jsonpatch_and_the_arguments_are_unchanged(case):
    document, operations = case
    before = json.dumps(case)
    ours = outcome(lambda: apply_patch(document, operations, where="patch"), LikelihoodError)
    theirs = outcome(
        lambda: jsonpatch.apply_patch(*copy.deepcopy(case)),
        jsonpatch.JsonPatchException,
        jsonpointer.JsonPointerException,
        TypeError,  # where a scalar is taken for a container
    )
    assert ours == theirs
    assert json.dumps(case) == before


@examples
@given(containers, st.data())
def test_any_difference_of_two_documents_is_applied(document, data):
    wanted = data.draw(containers)
    operations = jsonpatch.make_patch(document, wanted).patch
    assert apply_patch(document, operations, where="patch") == wanted


@examples
@given(st.dictionaries(keys, st.lists(scalars, max_size=2), min_size=2), st.data())
def test_parts_that_no_operation_leads_to_are_shared(document, data):
    changed = data.draw(st.sampled_from(sorted(document)))
    operation = {"op": "add", "path": f"/{jsonpointer.escape(changed)}", "value": 1}
    found = apply_patch(document, [operation], where="patch")
    assert all(found[key] is document[key] for key in document if key != changed)


@examples
@given(values | st.text() | st.floats(allow_nan=False, allow_infinity=False))
def test_digest_is_that_of_pyhf(document):
    assert strictjson.digest(document) == pyhf.utils.digest(document)


@examples
@given(values)
def test_digest_survives_writing_and_reading(document):
    content = json.dumps(document, indent=1).encode()
    assert strictjson.digest(strictjson.parse(content, where="a.json")) == strictjson.digest(
        document
    )
