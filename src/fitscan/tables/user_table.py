"""Tables that a user gives: CSV files whose faults are named by file, column and row.

Takes a path; gives the columns as text, and as numbers when asked. Lines that begin with ``#``, as
those above the tables of HEPData, are left out.
"""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fitscan.config.axes import Slice, is_at
from fitscan.errors import ConfigError

__all__ = ["GivenTable"]


@dataclass(frozen=True)
class GivenTable:
    """A table from a file.

    Attributes:
        path: The file, for messages.
        columns: The entries of each column, (rows,).
        lines: The line of the file that each row ends in.
    """

    path: str
    columns: dict[str, list[str]]
    lines: tuple[int, ...]

    @classmethod
    def read(cls, path: str) -> Self:
        """Read a table.

        Raises:
            ConfigError: It cannot be read, has no rows, rows of different lengths, or two columns
                of the same name.
        """
        if not Path(path).is_file():
            raise ConfigError(
                f"{path} is not a file",
                hint="paths are relative to the folder that snakemake runs in",
            )
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} cannot be read as a table", value=str(error)) from None
        # Comments become empty lines, which are not rows, so that lines keep their numbers.
        kept = ["" if line.startswith("#") else line for line in text.splitlines()]
        reader = csv.reader(kept, skipinitialspace=True)
        found = [(reader.line_num, row) for row in reader if row]
        if len(found) < 2:
            raise ConfigError(
                f"{path} has no rows", hint="the first line names the columns, the others are rows"
            )
        (_, names), *rows = found
        names = [name.strip() for name in names]
        if len(set(names)) < len(names):
            double = next(name for name in names if names.count(name) > 1)
            raise ConfigError(f"{path} has two columns of the same name", value=double)
        for line, row in rows:
            if len(row) != len(names):
                raise ConfigError(
                    f"{path}, line {line}: the row has {len(row)} entries, expected {len(names)}",
                    value=", ".join(row),
                    hint=f"the first line names the columns: {', '.join(names)}",
                )
        columns = {name: [row[n].strip() for _, row in rows] for n, name in enumerate(names)}
        return cls(path, columns, tuple(line for line, _ in rows))

    def texts(self, column: str) -> list[str]:
        """Return the entries of a column.

        Raises:
            ConfigError: The column does not exist.
        """
        if column not in self.columns:
            raise ConfigError(
                f"{self.path} lacks a column",
                value=column,
                hint=f"it has {', '.join(self.columns)}; rename one of them",
            )
        return self.columns[column]

    def numbers(self, column: str, *, gaps: bool = False) -> NDArray[np.float64]:
        """Return a column as numbers, (rows,).

        Args:
            column: Its name.
            gaps: Whether entries may be missing: empty ones and ``nan`` become NaN.

        Raises:
            ConfigError: The column does not exist, or an entry is not a finite number.
        """
        missing = {"", "nan"} if gaps else set()
        values = []
        for line, text in zip(self.lines, self.texts(column), strict=True):
            value = math.nan if text.lower() in missing else _number(text)
            if value is None:
                raise ConfigError(
                    f"{self.path}, line {line}, column {column!r}: not a number",
                    value=text,
                )
            values.append(value)
        return np.array(values, dtype=float)

    def within(self, part: Slice) -> Self:
        """Return the rows that are in a slice, by those of its labels that are columns and vary.

        A table with one value of a label is drawn as it is, also beside another slice.

        Raises:
            ConfigError: No row is in it, or an entry that is to be a number is none.
        """
        kept = np.ones(len(self.lines), dtype=bool)
        for label, wanted in part.items():
            if len(set(self.columns.get(label, ()))) > 1:
                entries = self.texts(label) if isinstance(wanted, str) else self.numbers(label)
                kept &= [is_at(own, wanted) for own in entries]
        if not kept.any():
            raise ConfigError(
                f"{self.path} has no row in the slice",
                value=", ".join(f"{label}: {wanted}" for label, wanted in part.items()),
                hint="this is the `slice` of the analysis; name a table that has it",
            )
        rows = np.flatnonzero(kept)
        columns = {name: [texts[row] for row in rows] for name, texts in self.columns.items()}
        return replace(self, columns=columns, lines=tuple(self.lines[row] for row in rows))

    def unique(self, columns: Sequence[str]) -> None:
        """Check that no two rows have the same entries in these columns.

        Raises:
            ConfigError: Two rows have.
        """
        seen: dict[tuple[str, ...], int] = {}
        rows = zip(*map(self.texts, columns), strict=True)
        for line, entries in zip(self.lines, rows, strict=True):
            if entries in seen:
                raise ConfigError(
                    f"{self.path}, line {line}: the row repeats line {seen[entries]}",
                    value=", ".join(entries),
                    hint=f"keep one row for each {', '.join(columns)}",
                )
            seen[entries] = line


def _number(text: str) -> float | None:
    """Return a finite number, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
