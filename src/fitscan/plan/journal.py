"""Rows on disk the moment they are known, so that a kill loses only the fit in flight.

A journal is a folder of files of JSON lines. Each process appends to a file of its own, with one
write per row; nobody changes or removes a line. Each line has a checksum
(``fitscan.plan.row_checksums``): one that is not as it was written is left out and counted; the
last one may be cut short by a kill.
Rows are found by the key of their point, so a journal outlives any change of shards.
"""

import errno
import os
import re
import socket
import time
from collections import Counter
from collections.abc import Container, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from fitscan.columns import Row
from fitscan.errors import ShardError
from fitscan.files import naming, storage_error
from fitscan.plan.row_checksums import row_of_line, with_checksum

__all__ = ["Journal", "opened_at"]

# Rows begin with their key, so that a line that nobody wants is neither checked nor parsed.
_KEY = re.compile(rb'\{"key": "([^"\\]*)"')


class Journal:
    """The journal of one scan; entered as a context it opens this process's file for appending.

    Args:
        folder: Where the files are. It need not exist.
        label: Name of what this process works on, part of its file's name.

    Attributes:
        left_out: How many lines that were read are no rows, by file and by what is wrong.
    """

    def __init__(self, folder: Path, label: str = "") -> None:
        self.folder = folder
        self.label = label
        self._file: int | None = None
        self._offsets: dict[Path, int] = {}
        self.left_out: Counter[tuple[Path, str]] = Counter()

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        # Host, process and time: two processes never share a file, on no file system.
        name = f"{self.label}-{socket.gethostname()}-{os.getpid()}-{time.time_ns()}.jsonl"
        self._file = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def append(self, row: Row) -> None:
        """Write a row with its ``key``.

        Raises:
            ShardError: The journal is not open.
            StorageError: The disk is full, or something of the kind.
        """
        if self._file is None:
            raise ShardError("the journal is not open for writing", value=str(self.folder))
        line = f"{with_checksum({**row, 'time': round(time.time(), 3)})}\n".encode()
        try:
            with naming(self.folder):
                if os.write(self._file, line) < len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise storage_error(error) or error from error

    def new_rows(self, wanted: Container[str] | None = None) -> Iterator[Row]:
        """Yield the rows that were written, by any process, since the last call.

        The first call yields all. Each row has the ``time`` it was written, in seconds since 1970.

        Args:
            wanted: The keys of the rows to yield; None for all. Others may come too: only lines
                that begin with another key are passed over.
        """
        for path in sorted(self.folder.glob("*.jsonl")):
            if not path.is_file():  # a pipe would be waited for
                continue
            with path.open("rb") as file:
                file.seek(self._offsets.get(path, 0))
                for line in file:
                    if not line.endswith(b"\n"):
                        break  # being written, or cut short by a kill
                    self._offsets[path] = self._offsets.get(path, 0) + len(line)
                    if wanted is not None and _other_key(line, wanted):
                        continue
                    try:
                        row = row_of_line(line.rstrip(b"\n"))
                    except ValueError as error:
                        self.left_out[path, str(error)] += 1
                    else:
                        yield row


def _other_key(line: bytes, wanted: Container[str]) -> bool:
    begin = _KEY.match(line)
    return begin is not None and begin[1].decode(errors="replace") not in wanted


def opened_at(file: Path) -> float:
    """Return when a file of a journal was opened, in seconds since 1970; its name tells."""
    return int(file.stem.rpartition("-")[2]) / 1e9
