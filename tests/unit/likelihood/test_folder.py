"""The folder of a likelihood gives back what was written, and notices what has changed."""

import json

import pyhf
import pytest

from fitscan import strictjson
from fitscan.errors import LikelihoodError
from fitscan.likelihood.folder import read_index, read_signals, write_folder
from fitscan.likelihood.patches import Patch, Patches, read_patchset

# pyhf validates by an interface of jsonschema that is deprecated there.

POINTS = [(100, 0), (100, 12.5), (200, 0)]


@pytest.fixture
def written(tiny, tmp_path):
    """A written folder, its index, and the patchset it was written from."""
    workspace = tiny.workspace(2)
    patchset = tiny.patchset(POINTS, workspace)
    for patch, name in zip(patchset["patches"], ("a", "b", "c"), strict=True):
        patch["metadata"]["name"] = name
    index = write_folder(
        tmp_path / "tiny",
        workspace=json.dumps(workspace, indent=3).encode(),
        patches=read_patchset(patchset, workspace, where="patchset.json"),
        measurement="nominal",
        source={"archive": None, "workspace": "w.json", "patches": "p.json"},
    )
    return tmp_path / "tiny", index, patchset


def test_index_is_read_as_it_was_written(written):
    folder, index, _ = written
    assert read_index(folder / "points.json") == index
    assert index.labels == ("m1", "m2")
    assert index.measurement == "nominal"
    assert [point.name for point in index.points] == ["a", "b", "c"]
    assert [point.values for point in index.points] == POINTS


def test_workspace_is_kept_byte_for_byte_and_its_digest_is_pyhf_s(written, tiny):
    folder, index, _ = written
    content = (folder / "workspace.json").read_bytes()
    assert content == json.dumps(tiny.workspace(2), indent=3).encode()
    assert index.workspace == pyhf.utils.digest(tiny.workspace(2))


def test_operations_of_any_points_are_read_in_the_order_asked_for(written):
    folder, index, patchset = written
    chosen = [index.points[2], index.points[0], index.points[2]]
    found = [signal.operations for signal in read_signals(folder / "patchset.json", chosen)]
    assert found == [patchset["patches"][number]["patch"] for number in (2, 0, 2)]
    assert [strictjson.digest(ops) for ops in found] == [point.digest for point in chosen]


def test_patchset_is_pyhf_s_and_the_published_one(written, tiny):
    folder, _, patchset = written
    document = json.loads((folder / "patchset.json").read_bytes())
    assert document == patchset
    pyhf.PatchSet(document).verify(tiny.workspace(2))


def test_digest_of_a_patch_does_not_depend_on_its_name_and_place(written):
    _, index, patchset = written
    assert index.points[1].digest == pyhf.utils.digest(patchset["patches"][1]["patch"])


def test_names_beyond_ascii_do_not_shift_the_places(tmp_path):
    patches = Patches(("mass",), tuple(Patch(f"τ→{m}", (m,), [{"op": m}]) for m in (1, 2, 3)))
    index = write_folder(
        tmp_path, workspace=b"{}", patches=patches, measurement="nominal", source={}
    )
    found = [signal.operations for signal in read_signals(tmp_path / "patchset.json", index.points)]
    assert found == [[{"op": 1}], [{"op": 2}], [{"op": 3}]]
    assert read_index(tmp_path / "points.json") == index


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b"mu_SIG", b"mu_sig"),
        lambda content: content.replace(b'"name":"b"', b'"name":"longer"'),
        lambda content: content[:-200],
        lambda content: b"[]" + content,
        lambda content: b" " * len(content),
        lambda content: b"5" * len(content),
        lambda content: b"",
    ],
    ids=["edited", "shifted", "cut", "prefixed", "blank", "number", "empty"],
)
def test_changed_patchset_is_noticed(written, change):
    """Was a bug where the bytes at a patch's place were other JSON: a KeyError or TypeError."""
    folder, index, _ = written
    path = folder / "patchset.json"
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(LikelihoodError, match="a patch has changed since") as caught:
        read_signals(path, index.points[2:])
    assert caught.value.value == "c"
    assert str(folder) in caught.value.hint


@pytest.mark.parametrize(
    "change",
    [
        {"format": 0},
        {"points": [{"name": "a"}]},
        {"points": 5},
        {"labels": None},
        {"extra": 1},
    ],
)
def test_index_of_another_version_is_refused(written, change):
    path = written[0] / "points.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(LikelihoodError, match="not a list of points of this version"):
        read_index(path)


@pytest.mark.parametrize(
    ("old", "new"), [('"name": "a"', '"name": "z"'), ('"measurement": ', '"measurement":  ')]
)
def test_a_list_of_points_that_was_edited_is_refused(written, old, new):
    """Was a bug: names and values of points were believed, and stood in every table."""
    path = written[0] / "points.json"
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new))
    with pytest.raises(LikelihoodError, match=r"points of this version.*Hint: delete the folder"):
        read_index(path)


@pytest.mark.parametrize("content", ["[]", "5", "{}", "null"])
def test_other_json_is_no_index(tmp_path, content):
    (tmp_path / "points.json").write_text(content)
    with pytest.raises(LikelihoodError, match="not a list of points") as caught:
        read_index(tmp_path / "points.json")
    assert caught.value.hint


def test_index_is_written_last(tiny, tmp_path, monkeypatch):
    """Whoever finds it finds the other two, also after a kill."""
    order = []
    module = "fitscan.likelihood.folder"
    monkeypatch.setattr(f"{module}.write_bytes", lambda path, _: order.append(path.name))
    patches = Patches(("mass",), (Patch("a", (1,), []),))
    write_folder(tmp_path, workspace=b"{}", patches=patches, measurement="nominal", source={})
    assert order == ["workspace.json", "points.json"]
    assert (tmp_path / "patchset.json").exists()
