"""Files that are there whole or not at all, and what a user reads when the system refuses one."""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fitscan.errors import FitscanError, StorageError

if TYPE_CHECKING:  # not every process that writes files has tables to write
    import pandas as pd

__all__ = [
    "check_writable",
    "csv_bytes",
    "file_sha256",
    "naming",
    "replacing",
    "replacing_folder",
    "storage_error",
    "write_bytes",
    "write_csv",
    "write_text",
]

_AGAIN = "start again: what was finished stays"

# What the system refuses, and what a person can do about it.
_REMEDIES = {
    errno.ENOSPC: f"free some space, then {_AGAIN}",
    errno.EDQUOT: f"your quota is used up: remove some files, then {_AGAIN}",
    errno.EFBIG: f"raise the limit of the size of files (`ulimit -f`), then {_AGAIN}",
    errno.EROFS: "this disk is read-only: run in a folder that you can write",
    errno.EACCES: "ask its owner for permission, or run in a copy of your own",
    errno.EPERM: "ask its owner for permission, or run in a copy of your own",
    errno.EMFILE: f"raise the limit of open files (`ulimit -n`), then {_AGAIN}",
    errno.ENFILE: f"this machine has too many open files: end some programs, then {_AGAIN}",
    errno.EIO: f"the disk has a fault; once it is mended {_AGAIN}",
    errno.ESTALE: f"the disk was mounted anew: {_AGAIN}",
    errno.ENAMETOOLONG: "shorten the path",
    errno.EISDIR: "a folder is in the place of a file: move it away",
    errno.ENOTDIR: "a file is in the place of a folder: move it away",
    errno.EEXIST: "a file is in the place of a folder: move it away",
}

# These may also be about what is no file, such as a network or a program.
_WITH_NAME = {
    *(errno.EACCES, errno.EPERM, errno.EIO),
    *(errno.EISDIR, errno.ENOTDIR, errno.EEXIST),
}

_TEMPORARY = ".tmp-"

# What a job writes at the least.
_PROBE_BYTES = 16384


def file_sha256(path: Path) -> str:
    """Compute the SHA-256 digest of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def storage_error(
    error: OSError, path: str | os.PathLike[str] | None = None
) -> FitscanError | None:
    """Return what a user can read of an error about a file; None where it is about something else.

    It says what the system refused and of which file, how much is free there, and what to do. An
    error of fitscan is that already.

    Args:
        error: What was raised.
        path: The file, if the error does not name it.
    """
    if isinstance(error, FitscanError):
        return error
    place = error.filename if path is None else path
    remedy = _REMEDIES.get(error.errno or 0)
    if remedy is None or (error.errno in _WITH_NAME and not isinstance(place, str | os.PathLike)):
        return None
    named = os.fspath(place) if isinstance(place, str | os.PathLike) else None
    reason = os.strerror(error.errno or 0)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        reason += f" ({_free(Path(named or '.'))})"
    return StorageError(reason, value=named, hint=remedy)


@contextmanager
def naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Have the system's errors inside the block name this file where they name none."""
    try:
        yield
    except OSError as error:
        unnamed = error.filename is None or _TEMPORARY in str(error.filename)
        if error.errno is not None and unnamed:
            error.filename = os.fspath(path)
        raise


def check_writable(folder: str | os.PathLike[str]) -> None:
    """Check that files of some size can be written into a folder, which is made.

    Raises:
        OSError: They cannot.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    with naming(folder), tempfile.NamedTemporaryFile(prefix=_TEMPORARY, dir=folder) as file:
        file.write(bytes(_PROBE_BYTES))
        file.flush()


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that takes its place when the block ends well.

    A reader sees the old file or the new one, never a part; a process that is killed inside the
    block leaves ``path`` as it was. The temporary name keeps the suffixes of ``path``, since some
    writers choose a format by them.
    """
    target = Path(path)
    with naming(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            prefix=_TEMPORARY, suffix=f"-{target.name}", dir=target.parent
        )
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            # mkstemp makes private files; results are as readable as any other file of the user.
            umask = os.umask(0)
            os.umask(umask)
            temporary.chmod(0o666 & ~umask)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary folder beside ``path`` that takes its place when the block ends well.

    No system replaces a folder that holds files in one step: a process that is killed between the
    two steps leaves no folder at all, and never a mixture.
    """
    target = Path(path)
    with naming(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        holder = Path(
            tempfile.mkdtemp(prefix=_TEMPORARY, suffix=f"-{target.name}", dir=target.parent)
        )
        try:
            temporary = holder / target.name  # mkdtemp makes private folders, and mkdir others
            temporary.mkdir()
            yield temporary
            if target.exists():
                shutil.rmtree(target)
            temporary.rename(target)
        finally:
            shutil.rmtree(holder)


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write ``content`` to ``path`` by way of a temporary file."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: str | os.PathLike[str], content: str) -> None:
    """Write ``content`` to ``path`` in UTF-8 by way of a temporary file."""
    write_bytes(path, content.encode())


def write_csv(path: str | os.PathLike[str], table: "pd.DataFrame") -> None:
    """Write a table to ``path`` as CSV, the same bytes on every system."""
    with replacing(path) as temporary:
        temporary.write_bytes(csv_bytes(table))


def csv_bytes(table: "pd.DataFrame") -> bytes:
    """Return a table as CSV."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def _free(path: Path) -> str:
    """Say how much is free where a file is, or would be."""
    place = next((p for p in (path, *path.absolute().parents) if p.exists()), Path("/"))
    try:
        disk = os.statvfs(place)
    except OSError:
        return "it is not known how much is free"
    text = f"{_size(disk.f_bavail * disk.f_frsize)} free"
    # Some file systems have no such number.
    return f"{text}, room for {disk.f_favail} files" if disk.f_files else text


def _size(number: int) -> str:
    """Return a number of bytes that is easy to read."""
    for unit, bytes_ in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= bytes_:
            return f"{number / bytes_:.3g} {unit}"
    return f"{number} bytes"
