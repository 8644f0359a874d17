"""Compare two folders of tables byte for byte, for ``same_results``.

Columns can be left out, columns and files can have other names. Cells are compared as they are
written: 0.10 is not 0.1.
"""

import csv
from collections.abc import Collection, Mapping
from itertools import zip_longest
from pathlib import Path

__all__ = ["LEFT_OUT", "compare"]

# They name the code, or say how long it took.
LEFT_OUT = ("key", "wall_s", "cpu_s")

Cells = list[list[str]]


def compare(
    before: Path,
    after: Path,
    *,
    without: Collection[str] = LEFT_OUT,
    renamed: Mapping[str, str] | None = None,
    moved: Mapping[str, str] | None = None,
) -> bool:
    """Print a line for each table, and return whether there are any and all are the same.

    Args:
        before: A folder of tables.
        after: The folder of what has become of them.
        without: Columns that are not compared.
        renamed: What columns of before are called after.
        moved: What parts of the paths of before are after.

    Raises:
        ValueError: ``moved`` gives several files one path, so that one would not be compared.
    """
    old, new = (
        {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        for folder in (before, after)
    )
    count = len(old)
    for part, now in (moved or {}).items():
        old = {name.replace(part, now): path for name, path in old.items()}
    if len(old) < count:
        raise ValueError(f"moved to one path: {count} files of {before} are {len(old)}")
    differ, names = 0, sorted(old.keys() | new.keys())
    for name in names:
        if name in old and name in new:
            found = difference(old[name], new[name], without=without, renamed=renamed or {})
        else:
            found = "not there any more" if name in old else "was not there"
        differ += bool(found)
        print(f"{name}: {found or 'equal'}")
    print(f"\n{len(names) - differ} tables are equal, {differ} differ")
    return bool(names) and not differ


def difference(
    before: Path, after: Path, *, without: Collection[str], renamed: Mapping[str, str]
) -> str:
    """Say where two tables first differ; nothing where they do not. See ``compare``."""
    if before.read_bytes() == after.read_bytes():
        return ""
    old, new = cells(before, without, renamed), cells(after, without, {})
    whole = old == cells(before, (), {})
    return first_difference(old, new) or ("other quotes or ends of lines" if whole else "")


def cells(path: Path, without: Collection[str], renamed: Mapping[str, str]) -> Cells:
    """Read a table as texts, its header first; of a file that is not a table a line is a cell."""
    lines = path.read_bytes().decode("utf-8").splitlines(keepends=True)
    if path.suffix != ".csv":
        return [["line"], *([line] for line in lines)]
    header, *rows = csv.reader(lines) if lines else [[]]
    header = [renamed.get(column, column) for column in header]
    kept = [number for number, column in enumerate(header) if column not in without]
    return [[row[n] for n in kept if n < len(row)] for row in (header, *rows)]


def first_difference(old: Cells, new: Cells) -> str:
    """Say where the cells of two tables first differ; nothing where they do not."""
    columns, now = old[0], new[0]
    if columns != now:
        gone, come = ([c for c in a if c not in b] for a, b in ((columns, now), (now, columns)))
        return f"columns {gone} became {come}" if gone or come else "another order of columns"
    for number, (row, other) in enumerate(zip(old[1:], new[1:], strict=False), start=1):
        for column, was, has in zip_longest(columns, row, other, fillvalue=""):
            if was != has:
                return f"row {number} ({row[0]!r}), {column}: {was!r}, now {has!r}"
    return "" if len(old) == len(new) else f"{len(old) - 1} rows, now {len(new) - 1}"
