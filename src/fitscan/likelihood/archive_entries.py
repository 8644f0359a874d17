"""What an archive says that it holds: the entries of a tar or a zip, one after the other.

Takes the file of an archive, recognised by content and not by name; gives the name, kind and size
of each entry as it is spelled there, before any content is read. What is accepted of them is
decided elsewhere (``fitscan.likelihood.archive``), but an archive with something before or after
it, or with larger headers than it may have, is refused here.
"""

import codecs
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, cast

from fitscan.errors import LikelihoodError
from fitscan.likelihood.archive_limits import Budget
from fitscan.likelihood.compressed import COMPRESSIONS

__all__ = ["FILE", "FOLDER", "HTML_PAGE", "Entry", "list_entries", "looks_like"]

# What may follow the last member of a tar: zeros up to a full record (10 kiB by default).
MAX_TAIL_BYTES = 1024**2
# Pax headers for all members, each of which gets a copy. Git writes one item.
MAX_GLOBAL_ITEMS = 100

HTML_PAGE = "an HTML page"
FILE, FOLDER = "a file", "a folder"

_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_END = b"PK\x05\x06" + bytes(18)  # ends the file, but for a comment
_ZIP_MEMBER = b"PK\x01\x02"  # begins each header of the central directory
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


@dataclass(frozen=True)
class Entry:
    """What an archive says of one entry: its name as spelled there, its kind, its size in bytes."""

    name: str
    kind: str
    size: int
    open: Callable[[], Any]  # gives a binary file, for which each library has its own type


class _HeaderReader:
    """A file that gives no more than the headers of an archive may have, until it is released.

    tarfile and zipfile read as much at once as a header says that there is, so what they ask for
    is refused and not what they get.

    Args:
        file: The file.
        label: What messages call the archive.
        budget: What it may hold.
    """

    def __init__(self, file: IO[bytes], label: str, budget: Budget) -> None:
        self._file = file
        self._label = label
        self._budget = budget
        self._left: int | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def allow(self, size: int) -> None:
        """Let the next headers have so many bytes, and no more than all headers may."""
        self._left = min(size, self._budget.header_bytes_left)

    def release(self) -> None:
        """Let everything be read: what follows are contents."""
        self._left = None

    def read(self, size: int = -1) -> bytes:
        if self._left is None:
            return self._file.read(size)
        if size > self._left:
            found = f"headers in it ask for {size} bytes where {self._left} are left"
            self._budget.refuse(f"the archive {self._label}", found, "header_bytes")
        content = self._file.read(size)
        self._left -= len(content)
        self._budget.header_bytes += len(content)
        # Each member of a zip has one, and all are read at once.
        self._budget.check_members(f"the archive {self._label}", content.count(_ZIP_MEMBER))
        return content


def list_entries(
    file: IO[bytes], label: str, resources: ExitStack, budget: Budget
) -> Iterator[Entry]:
    """Tell the format by its first bytes and list the entries.

    Args:
        file: The archive.
        label: What messages call it.
        resources: Closes what is opened here; contents can be read until then.
        budget: What it may hold.

    Raises:
        LikelihoodError: It is neither a tar nor a zip, is not alone in its file, or its headers
            are larger than they may be. On broken input the decoders raise errors of their own.
    """
    head = file.read(tarfile.BLOCKSIZE)
    file.seek(0)
    if head.startswith(_ZIP_MAGIC):
        return _zip(_HeaderReader(file, label, budget), label, budget, resources)
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
    return _tar(_HeaderReader(file, label, budget), label, budget)


def _tar(file: _HeaderReader, label: str, budget: Budget) -> Iterator[Entry]:
    file.allow(budget.limits.header_bytes)
    tar = tarfile.open(fileobj=cast("IO[bytes]", file), mode="r:")  # noqa: SIM115 (the caller closes the file)
    while info := _next(tar, file, budget):
        kind = _TAR_KINDS.get(info.type, "an entry of unknown type")
        if info.issparse():  # has more bytes than were packed
            kind = "a sparse file"
        yield Entry(info.name, kind, info.size, partial(tar.extractfile, info))
    # tarfile takes a broken header for the end of the archive, and would lose the members after
    # it; a whole archive ends with a block of zeros. Reading on to the very end makes the
    # decompressor verify its checksum.
    file.release()
    file.seek(tar.offset)
    tail = file.read(MAX_TAIL_BYTES)
    if tail[: tarfile.BLOCKSIZE] != bytes(tarfile.BLOCKSIZE) or len(tail) == MAX_TAIL_BYTES:
        raise tarfile.ReadError(f"no proper end of archive at byte {tar.offset}")
    if tail.strip(b"\0"):
        raise _not_alone(label)


def _next(tar: tarfile.TarFile, file: _HeaderReader, budget: Budget) -> tarfile.TarInfo | None:
    """Read the headers of the next member, which must not be as long as they say they are."""
    file.allow(budget.limits.header_bytes)
    info = tar.next()
    if len(tar.pax_headers) > MAX_GLOBAL_ITEMS:
        raise tarfile.ReadError(f"more than {MAX_GLOBAL_ITEMS} items in headers for all members")
    if info is not None:
        info.pax_headers = {}  # applied by now, and tarfile keeps all members
    return info


def _zip(file: _HeaderReader, label: str, budget: Budget, resources: ExitStack) -> Iterator[Entry]:
    file.allow(budget.header_bytes_left)
    archive = resources.enter_context(zipfile.ZipFile(cast("IO[bytes]", file)))
    file.release()
    # zipfile takes the last archive that it finds in a file.
    file.seek(-len(archive.comment) - len(_ZIP_END), os.SEEK_END)
    ends = file.read(4) == _ZIP_END[:4]
    if not ends or min((info.header_offset for info in archive.infolist()), default=0) > 0:
        raise _not_alone(label)
    for info in archive.infolist():
        kind = _ZIP_KINDS.get(stat.S_IFMT(info.external_attr >> 16), "a device")
        if kind == FILE and info.is_dir():
            kind = FOLDER
        if info.flag_bits & 0x1:
            kind = "an encrypted file"
        yield Entry(info.filename, kind, info.file_size, partial(archive.open, info))


def _not_alone(label: str) -> LikelihoodError:
    return LikelihoodError(
        f"the archive {label} is refused: there is something before or after it in its file",
        hint="of archives that were joined, programs read one or the other; give one archive",
    )


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
