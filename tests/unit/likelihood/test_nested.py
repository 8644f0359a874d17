"""A likelihood is found in an archive in an archive, which is opened with the same checks."""

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from fitscan.errors import LikelihoodError
from fitscan.likelihood import archive, nested
from fitscan.likelihood.archive import Archive, open_archive, open_inner
from fitscan.likelihood.archive_limits import ArchiveLimits, Budget
from fitscan.likelihood.fetch import fetch_likelihood
from fitscan.likelihood.nested import archive_with


def tar(files):
    """Return a tar.gz of files, given by name."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as packed:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
    return content.getvalue()


def zipped(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return content.getvalue()


@pytest.fixture
def found(tmp_path):
    """Write an archive and find a file: its content, its archive, what begins its name."""

    def find(content, name, **limits):
        path = tmp_path / "outer"
        path.write_bytes(content)
        budget = Budget(ArchiveLimits(**limits))
        with (
            open_archive(path, label="outer", budget=budget) as outer,
            archive_with(outer, name) as (at, way),
        ):
            return at.read(name.removeprefix(way)), at.label, way

    return find


INNER = {"likelihoods/ws.json": b"{}"}


@pytest.mark.parametrize("pack", [tar, zipped])
@pytest.mark.parametrize("inner", ["record/l.tar.gz", "record/l.zip", "l.tgz"])
def test_a_file_of_an_inner_archive_is_found_by_its_name_there_or_by_the_way(found, pack, inner):
    """Was a bug: "does not contain this file", and the user had to unpack one layer."""
    content = pack({"record/submission.yaml": b"", inner: tar(INNER)})
    name = "likelihoods/ws.json"
    assert found(content, name) == (b"{}", f"outer, {inner}", "")
    assert found(content, f"{inner}/{name}") == (b"{}", f"outer, {inner}", f"{inner}/")


def test_inner_archives_are_opened_only_for_what_the_outer_one_lacks(found):
    assert found(tar({"ws.json": b"[]", "broken.zip": b"no archive"}), "ws.json")[1] == "outer"


def test_three_layers_are_opened_and_not_a_fourth(found):
    content = tar(INNER)
    for layer in range(3):
        content = zipped({f"{layer}.zip": content})
    assert found(content, "likelihoods/ws.json")[1:] == ("outer, 2.zip, 1.zip, 0.zip", "")
    way = "2.zip/1.zip/0.zip/"
    assert found(content, f"{way}likelihoods/ws.json")[2] == way
    with pytest.raises(LikelihoodError, match=r"does not contain this file.*it contains 3\.zip"):
        found(zipped({"3.zip": content}), "likelihoods/ws.json")


def test_a_file_that_two_inner_archives_hold_is_named_with_the_ways(found):
    content = zipped({"a.tar.gz": tar(INNER), "b.tar.gz": tar(INNER)})
    with pytest.raises(LikelihoodError, match="two archives") as caught:
        found(content, "likelihoods/ws.json")
    assert "a.tar.gz/likelihoods/ws.json or b.tar.gz/likelihoods/ws.json" in caught.value.hint
    assert found(content, "b.tar.gz/likelihoods/ws.json")[1] == "outer, b.tar.gz"


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        (tar({"../ws.json": b""}), r"outer, l\.tar\.gz is refused: it contains a path that leads"),
        (tar(INNER)[:-20], r"outer, l\.tar\.gz cannot be read to its end"),
        (b"<html>", r"not a tar or zip archive; it looks like an HTML page: 'outer, l\.tar\.gz'"),
    ],
    ids=["leads outside", "cut short", "a page"],  # the time is in a gzip file, and so in its name
)
def test_an_inner_archive_is_refused_for_the_same_reasons(found, inner, words):
    with pytest.raises(LikelihoodError, match=words):
        found(zipped({"l.tar.gz": inner}), "likelihoods/ws.json")


def test_an_inner_archive_that_is_not_needed_may_be_broken(found):
    content = zipped({"a.zip": b"broken", "l.tar.gz": tar(INNER)})
    assert found(content, "likelihoods/ws.json")[1] == "outer, l.tar.gz"


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"total_bytes": 200_000}, r"together, more than archive_limits\.total_bytes \(200000\)"),
        ({"members": 8}, r"it has at least 9 members, more than archive_limits\.members \(8\)"),
    ],
)
def test_inner_archives_share_the_limits_of_the_outer_one(found, limits, words):
    content = zipped(
        {f"{n}.tar.gz": tar({"zeros": bytes(80_000), "another": b""}) for n in range(3)}
    )
    with pytest.raises(LikelihoodError, match=rf"outer, 2\.tar\.gz is refused: .*{words}"):
        found(content, "ws.json", **limits)


def test_an_inner_archive_that_lacks_the_file_is_closed_before_the_next_is_opened(
    found, monkeypatch
):
    """Was a bug: all of them stayed in memory."""
    events, really_close = [], Archive.close

    def open_next(outer, name):
        events.append(f"open {name}")
        return open_inner(outer, name)

    def close(archive):
        events.append(f"close {archive.label.removeprefix('outer, ')}")
        really_close(archive)

    monkeypatch.setattr(nested, "open_inner", open_next)
    monkeypatch.setattr(Archive, "close", close)
    content = zipped({f"{n}.tar.gz": tar({"another": b""}) for n in range(3)})
    with pytest.raises(LikelihoodError, match="does not contain this file"):
        found(content, "ws.json")
    names = [f"{n}.tar.gz" for n in range(3)]
    assert events[:6] == [f"{what} {name}" for name in names for what in ("open", "close")]


def test_a_large_inner_archive_is_not_held_in_memory(found, monkeypatch):
    monkeypatch.setattr(archive, "IN_MEMORY_BYTES", 10)
    assert found(tar({"l.tar.gz": tar(INNER)}), "likelihoods/ws.json")[0] == b"{}"


@pytest.mark.parametrize("way", ["", "record/l.tar.gz/"])
@pytest.mark.parametrize("patches", ["l/patchset.json", "l/patch.{m1}_{m2}.json"])
def test_a_likelihood_is_fetched_from_an_inner_archive(tmp_path, monkeypatch, tiny, way, patches):
    monkeypatch.chdir(tmp_path)
    workspace = tiny.workspace(2)
    patchset = tiny.patchset([(100, 0), (200, 0)], workspace)
    files = {"l/ws.json": workspace, "l/patchset.json": patchset}
    for patch in patchset["patches"]:
        m1, m2 = patch["metadata"]["values"]
        files[f"l/patch.{m1}_{m2}.json"] = patch["patch"]
    inner = tar({name: json.dumps(document).encode() for name, document in files.items()})
    Path("hepdata.zip").write_bytes(zipped({"record/l.tar.gz": inner}))
    analysis = {"archive": "hepdata.zip", "sha256": None, "measurement": None}
    analysis |= {"workspace": f"{way}l/ws.json", "patches": f"{way}{patches}"}
    index = fetch_likelihood(analysis, folder=tmp_path / "out", cache=tmp_path)
    assert [point.values for point in index.points] == [(100, 0), (200, 0)]
    assert not any(point.refused for point in index.points)
