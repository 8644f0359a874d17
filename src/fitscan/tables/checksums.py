"""Checksums of the tables of a scan, by which a table that was changed is known at the next start.

SHA256SUMS has the format of sha256sum, so `sha256sum --check SHA256SUMS` checks the tables as well.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from fitscan.files import file_sha256, replacing, write_text

__all__ = ["changed_tables", "keep_table", "kept_tables", "write_checksums"]

_NAME = "SHA256SUMS"
_KEPT = ".changed"


def write_checksums(path: Path, tables: Sequence[Path]) -> None:
    """Write the checksums of tables in one folder.

    Args:
        path: SHA256SUMS in that folder.
        tables: The tables.
    """
    write_text(path, "".join(f"{file_sha256(table)}  {table.name}\n" for table in tables))


def changed_tables(folder: Path) -> list[Path]:
    """Return the tables of a folder that are not as they were written.

    A table that is missing is not changed, and neither is one without a checksum but results.csv.
    """
    path = folder / _NAME
    if not path.exists():
        return []
    lines = path.read_text(errors="replace").splitlines()
    sums = {folder / "results.csv": ""}  # without a checksum it is not believed
    sums |= {folder / name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    return [
        table for table, digest in sums.items() if table.is_file() and file_sha256(table) != digest
    ]


def kept_tables(folder: Path) -> list[str]:
    """Return the names of the copies that ``keep_table`` has made in a folder."""
    return sorted(path.name for path in folder.glob(f"*{_KEPT}*"))


def keep_table(table: Path, *, dry_run: bool = False) -> str:
    """Copy a changed table, since it is going to be written again; return the name of the copy.

    A copy of the same content is not made twice, where a run ended before the table was written.
    """
    digest = file_sha256(table)
    for copy in sorted(table.parent.glob(f"{table.name}{_KEPT}*")):
        if file_sha256(copy) == digest:
            return copy.name
    number, kept = 1, table.with_name(f"{table.name}{_KEPT}")
    while kept.exists():
        number += 1
        kept = table.with_name(f"{table.name}{_KEPT}-{number}")
    if not dry_run:
        with replacing(kept) as temporary:
            shutil.copyfile(table, temporary)
    return kept.name
