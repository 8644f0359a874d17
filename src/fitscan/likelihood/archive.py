"""Read the archive of a published likelihood, never extracting it.

Takes a .tar, .tar.gz, .tar.bz2, .tar.xz or .zip file, recognised by content and not by name. Gives
the names of its regular files and their bytes. Since nothing is extracted, nothing can be written
outside a folder; an archive that tries (a path with "..", an absolute path, a link, a device) or
that is ambiguous (one name twice) is refused whole all the same. So is one that holds more than
it may (``fitscan.likelihood.archive_limits``): sizes are checked before anything of that size is
read.
"""

import codecs
import difflib
import lzma
import os
import re
import shutil
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self, cast

from fitscan.errors import LikelihoodError
from fitscan.likelihood.archive_limits import Budget
from fitscan.likelihood.compressed import COMPRESSIONS

__all__ = ["HTML_PAGE", "Archive", "looks_like", "open_archive", "open_inner"]

# What may follow the last member of a tar: zeros up to a full record (10 kiB by default).
MAX_TAIL_BYTES = 1024**2
# Pax headers for all members, each of which gets a copy. Git writes one item.
MAX_GLOBAL_ITEMS = 100
# An inner archive is read into memory up to this size, and else into a file without a name.
IN_MEMORY_BYTES = 32 * 1024**2

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
        budget: What it and archives inside it may still hold.
    """

    def __init__(
        self, label: str, members: dict[str, Entry], resources: ExitStack, budget: Budget
    ) -> None:
        self.label = label
        self.budget = budget
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

    def spooled(self, name: str) -> IO[bytes]:
        """Copy one file to a place without a name, and return it open at its beginning.

        Raises:
            LikelihoodError: See ``read``.
        """
        entry = self._members[name]
        with _decoding(self.label), ExitStack() as on_error:
            copy = on_error.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))
            with entry.open() as file:
                shutil.copyfileobj(file, copy, 1024**2)
            if copy.tell() != entry.size:
                raise EOFError(f"{entry.name} does not have the stated {entry.size} bytes")
            copy.seek(0)
            on_error.pop_all()
            return copy

    def _content(self, entry: Entry) -> bytes:
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


def open_archive(
    path: str | os.PathLike[str], *, label: str = "", budget: Budget | None = None
) -> Archive:
    """Open an archive and check every entry, before any content is used.

    All of a compressed tar is decompressed once here, which verifies its checksum.

    Args:
        path: A tar (plain, or compressed by gzip, bzip2 or xz), or a zip.
        label: What messages call the archive; the path by default.
        budget: What it may hold; that of the default limits if it is left out.

    Raises:
        LikelihoodError: The path does not exist, or its content is not an archive, is truncated or
            corrupt, holds no file, holds an entry that is not safe, or holds too much.
    """
    path = Path(path)
    label = label or str(path)
    if not path.is_file():
        raise LikelihoodError(
            "the archive does not exist",
            value=label,
            hint="check the path; for files in a folder leave `archive` out and name their paths",
        )
    return _opened(path.open("rb"), label, budget or Budget())


def open_inner(outer: Archive, name: str) -> Archive:
    """Open an archive that is a file of another one, with the same checks and out of its budget.

    Raises:
        LikelihoodError: See ``open_archive``.
    """
    return _opened(outer.spooled(name), f"{outer.label}, {name}", outer.budget)


def _opened(file: IO[bytes], label: str, budget: Budget) -> Archive:
    """Open the archive that is in a file, which belongs to it from now on."""
    with _decoding(label), ExitStack() as resources:
        entries = _entries(resources.enter_context(file), label, resources, budget)
        members = _accepted(entries, label, budget)
        if not members:
            raise LikelihoodError(
                "the archive contains no file", value=label, hint="check its source"
            )
        return Archive(label, members, resources.pop_all(), budget)


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


def _entries(file: IO[bytes], label: str, resources: ExitStack, budget: Budget) -> Iterator[Entry]:
    """Tell the format by its first bytes and list the entries."""
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


def _accepted(entries: Iterable[Entry], label: str, budget: Budget) -> dict[str, Entry]:
    """Check each entry as it comes, and key the regular files by their normalised names."""
    members: dict[str, Entry] = {}
    for entry in entries:
        budget.list_member(f"the archive {label}", entry.name, entry.size)
        name = str(PurePosixPath(entry.name))
        fault = _fault(entry) or ("the same name twice" if name in members else "")
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
    except LikelihoodError:
        raise
    except _DECODER_ERRORS as error:
        raise LikelihoodError(
            f"the archive {label} cannot be read to its end",
            value=f"{type(error).__name__}: {error}",
            hint="it is truncated or corrupt, or you may not read it; get a new copy",
        ) from error
