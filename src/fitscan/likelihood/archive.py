"""Read the archive of a published likelihood into memory, never extracting it.

Takes a .tar, .tar.gz, .tar.bz2, .tar.xz or .zip file, recognised by content and not by name. Gives
the names of its regular files and their bytes. Since nothing is extracted, nothing can be written
outside a folder; an archive that tries (a path with "..", an absolute path, a link, a device) or
that is ambiguous (one name twice) is refused whole all the same.
"""

import codecs
import difflib
import io
import lzma
import os
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self

from fitscan.errors import LikelihoodError
from fitscan.likelihood.compressed import COMPRESSIONS, MAX_FILE_BYTES

__all__ = ["HTML_PAGE", "Archive", "looks_like", "open_archive", "open_inner"]

# Bounds against decompression bombs.
MAX_MEMBER_BYTES = MAX_FILE_BYTES
MAX_ARCHIVE_BYTES = 16 * 1024**3
# What may follow the last member of a tar: zeros up to a full record (10 kiB by default).
MAX_TAIL_BYTES = 1024**2

HTML_PAGE = "an HTML page"
FILE, FOLDER = "a file", "a folder"

_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_TAR_KINDS = {
    **dict.fromkeys(tarfile.REGULAR_TYPES, FILE),
    tarfile.DIRTYPE: FOLDER,
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.LNKTYPE: "a hard link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a named pipe",
}
_ZIP_KINDS = {
    0: FILE,  # no Unix made the archive
    stat.S_IFREG: FILE,
    stat.S_IFDIR: FOLDER,
    stat.S_IFLNK: "a symbolic link",
}
# What tarfile, zipfile and the decompressors raise on broken input, by their source and by fuzzing.
_DECODER_ERRORS = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    RuntimeError,
    MemoryError,  # an LZMA header may ask for a dictionary of 4 GiB
)


@dataclass(frozen=True)
class Entry:
    """What an archive says of one entry: its name as spelled there, its kind, its size in bytes."""

    name: str
    kind: str
    size: int
    open: Callable[[], Any]  # gives a binary file, for which each library has its own type


class Archive:
    """The regular files of an archive, by name; a context manager.

    Args:
        label: What messages call the archive: its path or where it came from.
        members: Name to entry, in the archive's order.
        resources: What ``close`` closes.
    """

    def __init__(self, label: str, members: dict[str, Entry], resources: ExitStack) -> None:
        self.label = label
        self._members = members
        self._resources = resources

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file beneath; names stay known, nothing more can be read."""
        self._resources.close()

    def names(self) -> tuple[str, ...]:
        """Give the names of the regular files, in the archive's order, without a leading "./"."""
        return tuple(self._members)

    @property
    def size(self) -> int:
        """Bytes of all its files together, as it states them."""
        return sum(entry.size for entry in self._members.values())

    def read(self, name: str) -> bytes:
        """Read one file; for several of a compressed tar, ``read_many`` is much faster.

        Raises:
            LikelihoodError: No file has this name, or its content is truncated or corrupt.
        """
        return self.read_many([name])[name]

    def read_many(self, names: Iterable[str]) -> dict[str, bytes]:
        """Read several files, in the archive's order: a compressed tar is decompressed once.

        Raises:
            LikelihoodError: No file has one of the names, or a content is truncated or corrupt.
        """
        wanted = dict.fromkeys(names)
        for name in wanted:
            if name not in self._members:
                raise self._no_such_file(name)
        return {
            name: self._content(self._members[name]) for name in self._members if name in wanted
        }

    def _content(self, entry: Entry) -> bytes:
        if entry.size > MAX_MEMBER_BYTES:
            raise LikelihoodError(
                f"a file in the archive {self.label} is larger than {MAX_MEMBER_BYTES} bytes",
                value=entry.name,
                hint="no published workspace or patchset is; check where the archive comes from",
            )
        with _decoding(self.label):
            with entry.open() as file:
                # One byte more than stated, so that a file longer than stated is noticed too.
                content: bytes = file.read(entry.size + 1)
            if len(content) != entry.size:
                raise EOFError(f"{entry.name} does not have the stated {entry.size} bytes")
        return content

    def _no_such_file(self, name: str) -> LikelihoodError:
        same_stem = [known for known in self._members if Path(known).name == Path(name).name]
        close = difflib.get_close_matches(name, self._members, n=3)
        documents = [known for known in self._members if known.endswith(".json")]
        found = (same_stem or close or documents or list(self._members))[:5]
        return LikelihoodError(
            f"the archive {self.label} does not contain this file",
            value=name,
            hint=f"it contains {', '.join(found)}" + (", ..." if len(self._members) > 5 else ""),
        )


def open_archive(path: str | os.PathLike[str], *, label: str = "") -> Archive:
    """Open an archive and check every entry, before any content is used.

    All of a compressed tar is decompressed once here, which verifies its checksum.

    Args:
        path: A tar (plain, or compressed by gzip, bzip2 or xz), or a zip.
        label: What messages call the archive; the path by default.

    Raises:
        LikelihoodError: The path does not exist, or its content is not an archive, is truncated or
            corrupt, holds no file, or holds an entry that is not safe.
    """
    path = Path(path)
    label = label or str(path)
    if not path.is_file():
        raise LikelihoodError(
            "the archive does not exist",
            value=label,
            hint="check the path; for files in a folder leave `archive` out and name their paths",
        )
    return _opened(path.open("rb"), label)


def open_inner(outer: Archive, name: str) -> Archive:
    """Open an archive that is a file of another one, in memory and with the same checks.

    Raises:
        LikelihoodError: See ``open_archive``.
    """
    return _opened(io.BytesIO(outer.read(name)), f"{outer.label}, {name}")


def _opened(file: IO[bytes], label: str) -> Archive:
    """Open the archive that is in a file, which belongs to it from now on."""
    with _decoding(label), ExitStack() as resources:
        members = _accepted(_entries(resources.enter_context(file), label, resources), label)
        if not members:
            raise LikelihoodError(
                "the archive contains no file", value=label, hint="check its source"
            )
        return Archive(label, members, resources.pop_all())


def looks_like(head: bytes) -> str:
    """Say in words what content is that is not an archive, from its first few hundred bytes.

    >>> looks_like(b"<!DOCTYPE html><html>")
    'an HTML page'
    """
    text = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if not head:
        return "an empty file"
    if text.startswith((b"<!doctype html", b"<html")):
        return HTML_PAGE
    if text.startswith((b"{", b"[")):
        return "a JSON document"
    return f"content that begins with {head[:16]!r}"


def _entries(file: IO[bytes], label: str, resources: ExitStack) -> Iterator[Entry]:
    """Tell the format by its first bytes and list the entries."""
    head = file.read(tarfile.BLOCKSIZE)
    file.seek(0)
    if head.startswith(_ZIP_MAGIC):
        return _zip(resources.enter_context(zipfile.ZipFile(file)))
    compressed = ""
    for magic, decompress in COMPRESSIONS.items():
        if head.startswith(magic):
            file = resources.enter_context(decompress(file))
            head = file.read(tarfile.BLOCKSIZE)
            file.seek(0)
            compressed = "once decompressed "
            break
    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        raise LikelihoodError(
            f"this is not a tar or zip archive; {compressed}it looks like {looks_like(head)}",
            value=label,
            hint="give the archive itself; a JSON file, compressed or not, is named by `workspace`"
            " or `patches` alone",
        ) from None
    return _tar(file)


def _tar(file: IO[bytes]) -> Iterator[Entry]:
    tar = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 (the caller closes the file)
    for info in tar:
        kind = _TAR_KINDS.get(info.type, "an entry of unknown type")
        yield Entry(info.name, kind, info.size, partial(tar.extractfile, info))
    # tarfile takes a broken header for the end of the archive, and would lose the members after
    # it; a whole archive ends with a block of zeros. Reading on to the very end makes the
    # decompressor verify its checksum.
    file.seek(tar.offset)
    tail = file.read(MAX_TAIL_BYTES)
    if tail[: tarfile.BLOCKSIZE] != bytes(tarfile.BLOCKSIZE) or len(tail) == MAX_TAIL_BYTES:
        raise tarfile.ReadError(f"no proper end of archive at byte {tar.offset}")


def _zip(archive: zipfile.ZipFile) -> Iterator[Entry]:
    for info in archive.infolist():
        kind = _ZIP_KINDS.get(stat.S_IFMT(info.external_attr >> 16), "a device")
        if kind == FILE and info.is_dir():
            kind = FOLDER
        if info.flag_bits & 0x1:
            kind = "an encrypted file"
        yield Entry(info.filename, kind, info.file_size, partial(archive.open, info))


def _accepted(entries: Iterable[Entry], label: str) -> dict[str, Entry]:
    """Check each entry as it comes, and key the regular files by their normalised names."""
    members: dict[str, Entry] = {}
    total_bytes = 0
    for entry in entries:
        name = str(PurePosixPath(entry.name))
        total_bytes += entry.size
        fault = _fault(entry) or ("the same name twice" if name in members else "")
        if total_bytes > MAX_ARCHIVE_BYTES:
            fault = f"more than {MAX_ARCHIVE_BYTES} bytes"
        if fault:
            raise LikelihoodError(
                f"the archive {label} is refused: it contains {fault}",
                value=entry.name,
                hint="only plain files are read; if you trust the archive, unpack it yourself,"
                " leave `archive` out and name the paths of workspace and patches",
            )
        if entry.kind == FILE:
            members[name] = entry
    return members


def _fault(entry: Entry) -> str:
    """Say what is unsafe about an entry; nothing for a plain file or folder."""
    spelled = entry.name.replace("\\", "/")
    if spelled.startswith("/") or re.match("[A-Za-z]:/", spelled):
        return "an absolute path"
    if ".." in spelled.split("/"):
        return "a path that leads out of its folder"
    if entry.size < 0:  # tarfile would go round in circles (CVE-2025-8194)
        return "a negative size"
    return "" if entry.kind in (FILE, FOLDER) else entry.kind


@contextmanager
def _decoding(label: str) -> Iterator[None]:
    """Turn whatever the decoders raise on broken input into one error."""
    try:
        yield
    except _DECODER_ERRORS as error:
        raise LikelihoodError(
            f"the archive {label} cannot be read to its end",
            value=f"{type(error).__name__}: {error}",
            hint="it is truncated or corrupt, or you may not read it; get a new copy",
        ) from error
