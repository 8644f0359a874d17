"""Archives are read whole or refused whole, whatever they hold."""

import bz2
import gzip
import io
import lzma
import random
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fitscan.errors import LikelihoodError
from fitscan.likelihood import archive_entries
from fitscan.likelihood.archive import open_archive
from fitscan.likelihood.archive_entries import looks_like
from fitscan.likelihood.archive_limits import ArchiveLimits, Budget

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
    path.write_bytes(gzip.compress(tar_bytes() + bytes(archive_entries.MAX_TAIL_BYTES)))
    with pytest.raises(LikelihoodError, match="no proper end of archive"):
        open_archive(path)


@pytest.mark.parametrize(
    "rest", [b"garbage", b"x" * 100_000, "itself"], ids=["short", "long", "itself"]
)
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_what_follows_the_end_of_an_archive_is_refused(path: Path, content: bytes, rest):
    """Was a bug: of two archives in one file one was read, and nothing said so."""
    path.write_bytes(content + (content if rest == "itself" else rest))
    with pytest.raises(LikelihoodError, match=r"the archive .*/likelihood (is refused|cannot be)"):
        open_archive(path)


def test_what_is_before_a_zip_is_refused(path: Path):
    path.write_bytes(b"PK\x03\x04" + zip_bytes())
    with pytest.raises(LikelihoodError, match="is refused"):
        open_archive(path)


def test_a_zip_with_a_comment_is_read(path: Path):
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.json", b"{}")
        made.comment = b"by hand"
    with open_archive(path) as opened:
        assert opened.names() == ("a.json",)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_tar_compressed_in_several_parts_is_read(path: Path, pack):
    content = CONTENTS["tar"]
    path.write_bytes(pack(content[:3000]) + pack(content[3000:]) + bytes(512))
    with open_archive(path) as opened:
        assert opened.read_many(opened.names()) == FILES


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


def pax_record(keyword: bytes, value: bytes) -> bytes:
    """An item of a pax header, which begins with its own length."""
    size = len(keyword) + len(value) + 3
    while len(b"%d" % size) + len(keyword) + len(value) + 3 != size:
        size = len(b"%d" % size) + len(keyword) + len(value) + 3
    return b"%d %b=%b\n" % (size, keyword, value)


def header(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE) -> bytes:
    """A header of a tar that states a size, whatever follows."""
    info = entry(name, kind)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


def padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 512)


END = bytes(10240)
LONG = b"x" * 5000
SPARSE_1_0 = pax_record(b"GNU.sparse.major", b"1") + pax_record(b"GNU.sparse.minor", b"0")
SPARSE_1_0 += pax_record(b"GNU.sparse.realsize", b"9") + pax_record(b"GNU.sparse.name", b"a")
SPARSE_MAP = b"100000\n" + b"1\n" * 20_000


def sparse_headers(number: int) -> bytes:
    """An old sparse member of GNU with so many headers more, which say that another one follows."""
    first = bytearray(header("a.json", 0, tarfile.GNUTYPE_SPARSE))
    first[482] = 1
    first[148:156] = b" " * 8
    first[148:156] = b"%06o\0 " % sum(first)
    more = bytearray(512)
    more[504] = 1
    return bytes(first) + bytes(more) * number


@pytest.mark.parametrize(
    "content",
    [
        header("x", 10**12, tarfile.XHDTYPE),
        header("x", 10**12, tarfile.XGLTYPE),
        header("x", 10**12, tarfile.SOLARIS_XHDTYPE),
        header("x", 10**12, tarfile.GNUTYPE_LONGNAME),
        header("x", 10**12, tarfile.GNUTYPE_LONGLINK),
        header("x", 5000, tarfile.GNUTYPE_LONGNAME) + padded(LONG) + header("a.json") + END,
        header("x", len(SPARSE_1_0), tarfile.XHDTYPE)
        + padded(SPARSE_1_0)
        + header("a.json", len(SPARSE_MAP))
        + padded(SPARSE_MAP)
        + END,
        sparse_headers(20),
        # Headers of headers.
        b"".join(header(f"{n}", 400, tarfile.GNUTYPE_LONGNAME) + padded(LONG[:400]) for n in "1234")
        + header("a.json")
        + END,
    ],
    ids=[
        *("pax", "global pax", "Solaris", "long name", "long link", "a longer name"),
        *("pax sparse", "sparse", "many"),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["tar", "tar.gz"])
def test_headers_are_not_read_beyond_their_limit(
    path: Path, content: bytes, pack: Callable[[bytes], bytes]
):
    """Was a bug: a pax header or a long name of gigabytes was read whole."""
    path.write_bytes(pack(content))
    with pytest.raises(LikelihoodError, match=r"ask for \d+ bytes .*header_bytes \(4096\)"):
        open_archive(path, budget=Budget(ArchiveLimits(header_bytes=4096)))


def test_headers_of_all_members_have_a_limit_together(path: Path):
    long = b"".join(
        header("x", 5000, tarfile.GNUTYPE_LONGNAME) + padded(b"%d" % n + LONG) + header("a")
        for n in range(9)
    )
    path.write_bytes(long + END)
    limits = {"header_bytes": 8192, "name_length": 9000}
    with open_archive(path, budget=Budget(ArchiveLimits(**limits))) as opened:
        assert len(opened.names()) == 9
    with pytest.raises(LikelihoodError, match="header_bytes"):
        open_archive(path, budget=Budget(ArchiveLimits(members=9, **limits)))


def test_many_items_for_all_members_are_refused(path: Path):
    """tarfile copies them for each member: a thousand of them took a second for each."""
    items = b"".join(
        pax_record(b"k%d" % n, b"") for n in range(archive_entries.MAX_GLOBAL_ITEMS + 1)
    )
    path.write_bytes(
        header("x", len(items), tarfile.XGLTYPE) + padded(items) + header("a.json") + END
    )
    with pytest.raises(LikelihoodError, match="items in headers for all members"):
        open_archive(path)


def test_a_sparse_file_is_refused(path: Path):
    path.write_bytes(header("a.json", 0, tarfile.GNUTYPE_SPARSE) + END)
    with pytest.raises(LikelihoodError, match="a sparse file"):
        open_archive(path)


LIMITS = [
    (ArchiveLimits(members=4), r"it has at least 5 members, .*archive_limits.members \(4\)"),
    (
        ArchiveLimits(name_length=20),
        r"a name in it has 21 characters, .*name_length \(20\).*BkgOnly",
    ),
    (
        ArchiveLimits(member_bytes=7999),
        r"a file in it has at least 8000 bytes, .*member_bytes \(7999\)",
    ),
    (ArchiveLimits(total_bytes=8014), r"its files have at least 8015 bytes .*total_bytes \(8014\)"),
]


@pytest.mark.parametrize(("limits", "words"), LIMITS, ids=[words[-20:] for _, words in LIMITS])
@pytest.mark.parametrize("form", CONTENTS)
def test_an_archive_beyond_a_limit_is_refused_with_the_key_to_set(
    path: Path, form: str, limits: ArchiveLimits, words: str
):
    path.write_bytes(CONTENTS[form])
    with pytest.raises(LikelihoodError, match=words) as caught:
        open_archive(path, label="published", budget=Budget(limits))
    assert caught.value.what.startswith("the archive published is refused: ")
    assert "archive_limits: {" in caught.value.hint


@pytest.mark.parametrize("form", CONTENTS)
def test_an_archive_at_its_limits_is_read(path: Path, form: str):
    path.write_bytes(CONTENTS[form])
    limits = ArchiveLimits(members=5, name_length=26, member_bytes=8000, total_bytes=8015)
    with open_archive(path, budget=Budget(limits)) as opened:
        assert opened.read_many(FILES) == FILES


def test_members_of_a_zip_are_counted_before_they_are_listed(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Was a bug: a million of them took half a minute, before any was looked at."""
    content = zip_bytes({f"{n}": b"" for n in range(200)})
    path.write_bytes(content)
    monkeypatch.setattr(zipfile.ZipInfo, "_decodeExtra", None)  # called for each member
    with pytest.raises(LikelihoodError, match=r"at least 201 members, .*members \(199\)"):
        open_archive(path, budget=Budget(ArchiveLimits(members=199)))


def test_the_directory_of_a_zip_is_not_read_beyond_its_limit(path: Path):
    content = bytearray(zip_bytes({"x" * 900 + f"{n}": b"" for n in range(9)}))
    path.write_bytes(content)
    with pytest.raises(LikelihoodError, match=r"ask for \d+ bytes .*header_bytes \(1024\)"):
        open_archive(path, budget=Budget(ArchiveLimits(members=3, header_bytes=1024)))


def test_a_bomb_is_refused_before_it_is_decompressed(path: Path):
    # Its size is stated only: reading on to skip the content would fail otherwise.
    path.write_bytes(gzip.compress(header("bomb.json", 10**6)))
    with pytest.raises(LikelihoodError, match=r"total_bytes \(100000\)"):
        open_archive(path, budget=Budget(ArchiveLimits(total_bytes=10**5)))


def test_nothing_is_written_beside_the_archive(path: Path):
    path.write_bytes(CONTENTS["tar.gz"])
    with open_archive(path) as opened:
        opened.read_many(opened.names())
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_is_no_archive(tmp_path: Path):
    with pytest.raises(LikelihoodError, match=r"the archive does not exist.*leave `archive` out"):
        open_archive(tmp_path)
