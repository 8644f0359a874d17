"""Checksums of the tables of a scan, by which a table that was changed is known at the next start.

All are in SHA256SUMS in the folder of the scan, which has the format of sha256sum, so `sha256sum
--check SHA256SUMS` checks the tables as well. Each job that writes tables adds theirs.
"""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path

from fitscan.files import file_sha256, replacing, write_text

__all__ = ["changed_tables", "keep_table", "kept_tables", "write_checksums"]

_NAME = "SHA256SUMS"
_KEPT = ".changed"
_RESULTS = "results.csv"
_ALL = ("*", "*/*")


def write_checksums(folder: Path, tables: Iterable[str | os.PathLike[str]]) -> None:
    """Write the checksums of tables beside those of others, as far as these are still there.

    Args:
        folder: The folder of a scan.
        tables: The tables, files in it or in folders inside.
    """
    paths = sorted(map(Path, tables))
    written = {path.relative_to(folder).as_posix(): file_sha256(path) for path in paths}
    with _alone(folder):
        sums = {name: digest for name, digest in _sums(folder).items() if (folder / name).is_file()}
        lines = [f"{digest}  {name}\n" for name, digest in sorted((sums | written).items())]
        write_text(folder / _NAME, "".join(lines))


def changed_tables(folder: Path, *names: str) -> list[Path]:
    """Return the tables of a folder that are not as they were written.

    A table that is missing is not changed, and neither is one without a checksum but results.csv.

    Args:
        folder: The folder of a scan.
        names: Which ones, as patterns of paths in the folder; by default all.
    """
    if not (folder / _NAME).exists():
        return []
    sums = {_RESULTS: ""} | _sums(folder)  # without a checksum it is not believed
    return [
        folder / name
        for name, digest in sums.items()
        if any(fnmatchcase(name, pattern) for pattern in names or _ALL)
        and (folder / name).is_file()
        and file_sha256(folder / name) != digest
    ]


def kept_tables(folder: Path, *names: str) -> list[str]:
    """Return the copies that ``keep_table`` has made of tables, as paths in the folder.

    Args:
        folder: The folder of a scan.
        names: See ``changed_tables``.
    """
    return sorted(
        path.relative_to(folder).as_posix()
        for name in names or _ALL
        for path in folder.glob(_copy(name, "*"))
        if path.is_file()
    )


def keep_table(folder: Path, table: Path, *, dry_run: bool = False) -> str:
    """Copy a changed table, since it is going to be written again.

    A copy of the same content is not made twice, where a run ended before the table was written.

    Args:
        folder: The folder of a scan.
        table: A table in it.
        dry_run: Whether nothing is copied.

    Returns:
        The path of the copy in the folder: that of the table with `.changed` after its first part,
        since what is in a folder may be replaced with it.
    """
    digest, name = file_sha256(table), table.relative_to(folder).as_posix()
    for copy in kept_tables(folder, name):
        if file_sha256(folder / copy) == digest:
            return copy
    number, kept = 1, folder / _copy(name)
    while kept.exists():
        number += 1
        kept = folder / _copy(name, f"-{number}")
    if not dry_run:
        with replacing(kept) as temporary:
            shutil.copyfile(table, temporary)
    return kept.relative_to(folder).as_posix()


def _copy(name: str, number: str = "") -> str:
    first, slash, rest = name.partition("/")
    return f"{first}{_KEPT}{number}{slash}{rest}"


def _sums(folder: Path) -> dict[str, str]:
    """Return the checksums in a folder by the paths of their files."""
    try:
        lines = (folder / _NAME).read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other job writes the checksums of a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
