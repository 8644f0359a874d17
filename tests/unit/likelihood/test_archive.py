"""Archives are read whole or refused whole, whatever they hold."""

import gzip
import io
import random
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from fitscan.errors import LikelihoodError
from fitscan.likelihood import archive
from fitscan.likelihood.archive import looks_like, open_archive

FILES = {
    "README.md": b"what this is\n",
    "Region-A/BkgOnly.json": b'{"channels": []}' * 500,
    "Region-A/patch.400_40.json": b"[]",
    "Region-A/patch.200_20.json": b"",
}


def tar_bytes(
    files: dict[str, bytes] = FILES, mode: str = "", extra: tuple[tarfile.TarInfo, ...] = ()
) -> bytes:
    """A tar of ``files``, a folder entry before them and ``extra`` entries behind."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=f"w:{mode}") as tar:
        folder = tarfile.TarInfo("./Region-A/")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        for info in extra:
            tar.addfile(info)
    return buffer.getvalue()


def zip_bytes(
    files: dict[str, bytes] = FILES, extra: tuple[tuple[zipfile.ZipInfo, bytes], ...] = ()
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("Region-A/", b"")
        for name, content in files.items():
            made.writestr(name, content)
        for info, content in extra:
            made.writestr(info, content)
    return buffer.getvalue()


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


CONTENTS = {
    "tar": tar_bytes(),
    "tar.gz": tar_bytes(mode="gz"),
    "tar.bz2": tar_bytes(mode="bz2"),
    "tar.xz": tar_bytes(mode="xz"),
    "zip": zip_bytes(),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where an archive goes; the name tells nothing of the format."""
    return tmp_path / "likelihood"


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_every_format_is_told_by_content_and_read_in_archive_order(path: Path, content: bytes):
    path.write_bytes(content)
    with open_archive(path) as opened:
        assert opened.names() == tuple(FILES)
        assert opened.read("Region-A/BkgOnly.json") == FILES["Region-A/BkgOnly.json"]
        assert opened.read("README.md") == FILES["README.md"]
        backwards = opened.read_many(reversed(FILES))
    assert backwards == FILES
    assert list(backwards) == list(FILES)


def test_a_zip_folder_without_a_unix_mode_is_a_folder(path: Path):
    path.write_bytes(zip_bytes(extra=((zip_entry("empty/"), b""),)))
    with open_archive(path) as opened:
        assert opened.names() == tuple(FILES)


def test_a_leading_dot_is_dropped_from_names(path: Path):
    path.write_bytes(tar_bytes({"./BkgOnly.json": b"{}", "./a/./b.json": b"[]"}))
    with open_archive(path) as opened:
        assert opened.names() == ("BkgOnly.json", "a/b.json")
        assert opened.read("BkgOnly.json") == b"{}"


def test_an_old_tar_without_magic_is_read(path: Path):
    content = bytearray(tar_bytes({"a.json": b"{}"}))
    for start in (0, 512):
        block = content[start : start + 512]
        block[257:265] = bytes(8)
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
        content[start : start + 512] = block
    path.write_bytes(content)
    with open_archive(path) as opened:
        assert opened.read("a.json") == b"{}"


@pytest.mark.parametrize(
    ("extra", "fault"),
    [
        (entry("../evil.json"), "leads out of its folder"),
        (entry("a/../../evil.json"), "leads out of its folder"),
        (entry("..\\evil.json"), "leads out of its folder"),
        (entry("../folder", tarfile.DIRTYPE), "leads out of its folder"),
        (entry("/etc/evil.json"), "an absolute path"),
        (entry("C:\\evil.json"), "an absolute path"),
        (entry("link.json", tarfile.SYMTYPE, "README.md"), "a symbolic link"),
        (entry("link.json", tarfile.LNKTYPE, "README.md"), "a hard link"),
        (entry("null", tarfile.CHRTYPE), "a device"),
        (entry("disk", tarfile.BLKTYPE), "a device"),
        (entry("pipe", tarfile.FIFOTYPE), "a named pipe"),
        (entry("odd", b"V"), "an entry of unknown type"),
        (entry("README.md"), "the same name twice"),
        (entry("./README.md"), "the same name twice"),
    ],
    ids=lambda value: value.name if isinstance(value, tarfile.TarInfo) else "",
)
@pytest.mark.parametrize("mode", ["", "gz"])
def test_a_tar_with_an_unsafe_entry_is_refused_whole(
    path: Path, mode: str, extra: tarfile.TarInfo, fault: str
):
    path.write_bytes(tar_bytes(mode=mode, extra=(extra,)))
    with pytest.raises(LikelihoodError, match=fault) as caught:
        open_archive(path)
    assert str(path) in caught.value.what
    assert caught.value.value == extra.name
    assert caught.value.hint


def zip_entry(name: str, mode: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


@pytest.mark.parametrize(
    ("extra", "fault"),
    [
        (zip_entry("../evil.json"), "leads out of its folder"),
        (zip_entry("..\\evil.json"), "leads out of its folder"),
        (zip_entry("/etc/evil.json"), "an absolute path"),
        (zip_entry("link.json", stat.S_IFLNK | 0o777), "a symbolic link"),
        (zip_entry("null", stat.S_IFCHR | 0o666), "a device"),
    ],
    ids=lambda value: value.filename if isinstance(value, zipfile.ZipInfo) else "",
)
def test_a_zip_with_an_unsafe_entry_is_refused_whole(
    path: Path, extra: zipfile.ZipInfo, fault: str
):
    path.write_bytes(zip_bytes(extra=((extra, b"README.md"),)))
    with pytest.raises(LikelihoodError, match=fault) as caught:
        open_archive(path)
    assert caught.value.value == extra.filename


def test_a_zip_with_one_name_twice_is_refused(path: Path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path.write_bytes(zip_bytes(extra=((zip_entry("README.md"), b"another"),)))
    with pytest.raises(LikelihoodError, match="the same name twice"):
        open_archive(path)


def test_an_encrypted_zip_is_refused(path: Path):
    content = bytearray(zip_bytes({"a.json": b"{}"}))
    central = content.rindex(b"PK\x01\x02")
    content[central + 8] |= 1  # the general purpose flag "encrypted"
    path.write_bytes(content)
    with pytest.raises(LikelihoodError, match="an encrypted file"):
        open_archive(path)


def test_a_negative_size_does_not_hang(path: Path):
    content = bytearray(tar_bytes({"a.json": b"{}"}))
    header = content[512:1024]
    header[124:136] = (-1024).to_bytes(12, "big", signed=True)  # GNU's base-256 number
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    content[512:1024] = header
    path.write_bytes(content)
    with pytest.raises(LikelihoodError, match="a negative size"):
        open_archive(path)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9, 0.999])
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_truncated_archive_is_refused(path: Path, content: bytes, kept: float):
    # Of a plain tar the end is padding, whose loss is harmless: count from its last member.
    whole = content.rstrip(b"\0") if content[257:262] == b"ustar" else content
    path.write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(LikelihoodError, match="cannot be read to its end"):
        open_archive(path)


def test_a_tar_cut_between_two_members_is_refused(path: Path):
    one = tar_bytes({"a.json": b"{}"})
    path.write_bytes(one[: 512 + 512 + 512])  # folder, header and content of a.json, no end
    with pytest.raises(LikelihoodError, match="no proper end of archive"):
        open_archive(path)


def test_a_broken_header_is_not_the_end_of_a_tar(path: Path):
    content = bytearray(tar_bytes({"a.json": b"{}", "b.json": b""}))
    content[512 * 3 + 148] ^= 1  # the checksum of the header of b.json
    path.write_bytes(content)
    with pytest.raises(LikelihoodError, match="no proper end of archive"):
        open_archive(path)


def test_more_than_padding_after_the_end_of_a_tar_is_refused(path: Path):
    path.write_bytes(gzip.compress(tar_bytes() + bytes(archive.MAX_TAIL_BYTES)))
    with pytest.raises(LikelihoodError, match="no proper end of archive"):
        open_archive(path)


def test_a_tar_compressed_twice_is_refused(path: Path):
    path.write_bytes(gzip.compress(CONTENTS["tar.bz2"]))
    with pytest.raises(LikelihoodError, match="once decompressed it looks like"):
        open_archive(path)


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_no_corruption_raises_anything_else(path: Path, content: bytes):
    draw = random.Random(20210520)
    refused = 0
    for _ in range(100):
        corrupted = bytearray(content)
        for _ in range(3):
            corrupted[draw.randrange(len(content))] = draw.randrange(256)
        path.write_bytes(corrupted)
        try:
            with open_archive(path) as opened:
                opened.read_many(opened.names())
        except LikelihoodError:
            refused += 1
    assert refused > (5 if content == CONTENTS["tar"] else 60)


@pytest.mark.parametrize("form", ["tar.gz", "tar.bz2", "tar.xz"])
def test_a_wrong_checksum_is_noticed_on_opening(path: Path, form: str):
    content = bytearray(CONTENTS[form])
    content[-6] ^= 1
    path.write_bytes(content)
    with pytest.raises(LikelihoodError, match="cannot be read to its end"):
        open_archive(path)


def test_a_wrong_checksum_in_a_zip_is_noticed_on_reading(path: Path):
    content = bytearray(zip_bytes({"a.json": b"{}"}))
    for signature, offset in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        content[content.rindex(signature) + offset] ^= 1
    path.write_bytes(content)
    with open_archive(path) as opened, pytest.raises(LikelihoodError, match="CRC"):
        opened.read("a.json")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!DOCTYPE html>\n<html>", "an HTML page"),
        (b"\xef\xbb\xbf\n <HTML>", "an HTML page"),
        (b'{"channels": []}', "a JSON document"),
        (b"\n[1, 2]", "a JSON document"),
        (b"", "an empty file"),
        (b"%PDF-1.7", "content that begins with b'%PDF-1.7'"),
    ],
)
def test_what_is_no_archive_is_named(path: Path, content: bytes, kind: str):
    assert looks_like(content) == kind
    for written, where in ((content, "; it"), (gzip.compress(content), "once decompressed it")):
        path.write_bytes(written)
        with pytest.raises(LikelihoodError) as caught:
            open_archive(path)
        assert f"{where} looks like {kind}" in caught.value.what
        assert caught.value.value == str(path)


def test_an_absent_path_is_named(path: Path):
    with pytest.raises(LikelihoodError, match="the archive does not exist") as caught:
        open_archive(path)
    assert caught.value.value == str(path)


def test_an_archive_without_files_is_refused(path: Path):
    path.write_bytes(tar_bytes({}))
    with pytest.raises(LikelihoodError, match="contains no file"):
        open_archive(path)


@pytest.mark.parametrize(
    ("asked", "suggested"),
    [
        (f"{'x' * 60}/patch.200_20.json", "Region-A/patch.200_20.json"),
        ("Region-A/patch.400_41.json", "Region-A/patch.400_40.json"),
        ("nothing-like-it", "Region-A/BkgOnly.json, Region-A/patch.400_40.json"),
    ],
)
def test_an_absent_file_is_answered_with_what_is_there(path: Path, asked: str, suggested: str):
    path.write_bytes(CONTENTS["tar.gz"])
    with open_archive(path) as opened, pytest.raises(LikelihoodError) as caught:
        opened.read_many(["README.md", asked])
    assert caught.value.value == asked
    assert caught.value.hint.startswith(f"it contains {suggested}")


def test_a_label_replaces_the_path_in_messages(path: Path):
    path.write_bytes(CONTENTS["zip"])
    with (
        open_archive(path, label="published") as opened,
        pytest.raises(LikelihoodError, match="archive published does not contain this file"),
    ):
        opened.read("absent")


def test_a_file_larger_than_the_bound_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch):
    path.write_bytes(CONTENTS["tar.gz"])
    monkeypatch.setattr(archive, "MAX_MEMBER_BYTES", 100)
    with open_archive(path) as opened:
        assert opened.read("README.md") == FILES["README.md"]
        with pytest.raises(LikelihoodError, match="larger than 100 bytes"):
            opened.read("Region-A/BkgOnly.json")


def test_a_bomb_is_refused_before_it_is_decompressed(path: Path, monkeypatch: pytest.MonkeyPatch):
    bomb = entry("bomb.json")
    bomb.size = 10**6  # stated only: reading on to skip the content would fail otherwise
    path.write_bytes(gzip.compress(bomb.tobuf()))
    monkeypatch.setattr(archive, "MAX_ARCHIVE_BYTES", 10**5)
    with pytest.raises(LikelihoodError, match="contains more than 100000 bytes"):
        open_archive(path)


def test_nothing_is_written_beside_the_archive(path: Path):
    path.write_bytes(CONTENTS["tar.gz"])
    with open_archive(path) as opened:
        opened.read_many(opened.names())
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_is_no_archive(tmp_path: Path):
    with pytest.raises(LikelihoodError, match=r"the archive does not exist.*leave `archive` out"):
        open_archive(tmp_path)
