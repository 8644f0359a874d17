"""Read the archive of a published likelihood, never extracting it.

Takes a .tar, .tar.gz, .tar.bz2, .tar.xz or .zip file, recognised by content and not by name. Gives
the names of its regular files and their bytes. Since nothing is extracted, nothing can be written
outside a folder; an archive that tries (a path with "..", an absolute path, a link, a device) or
that is ambiguous (one name twice) is refused whole all the same. So is one that holds more than
it may (``fitscan.likelihood.archive_limits``): sizes are checked before anything of that size is
read.
"""

import difflib
import lzma
import os
import re
import shutil
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Self

from fitscan.errors import LikelihoodError
from fitscan.likelihood.archive_entries import FILE, FOLDER, Entry, list_entries
from fitscan.likelihood.archive_limits import Budget

__all__ = ["Archive", "open_archive", "open_inner"]

# An inner archive is read into memory up to this size, and else into a file without a name.
IN_MEMORY_BYTES = 32 * 1024**2

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
        entries = list_entries(resources.enter_context(file), label, resources, budget)
        members = _accepted(entries, label, budget)
        if not members:
            raise LikelihoodError(
                "the archive contains no file", value=label, hint="check its source"
            )
        return Archive(label, members, resources.pop_all(), budget)


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
