"""The rows of finished shards: each wanted one is there, exactly once."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from fitscan.columns import TIMES, Row
from fitscan.errors import ShardError
from fitscan.files import write_text
from fitscan.plan.row_checksums import row_of_line, with_checksum

__all__ = ["collect_rows", "read_shard", "write_shard"]

FORMAT = 3

_BEGIN, _END = f'{{"format": {FORMAT}, "rows": [', "]}"


def write_shard(path: Path, rows: Sequence[Row]) -> None:
    """Write the rows of a shard as JSON, each in a line with its checksum."""
    lines = ",\n".join(with_checksum(row) for row in rows)
    write_text(path, f"{_BEGIN}\n{lines}\n{_END}\n")


def read_shard(path: Path) -> list[Row]:
    """Read the rows of a shard.

    Raises:
        OSError: The file is there and cannot be read, which says nothing of what it holds.
        ShardError: The file is not as ``write_shard`` wrote it.
    """
    try:
        begin, *lines, end = path.read_bytes().splitlines()
        if (begin, end) != (_BEGIN.encode(), _END.encode()):
            raise ValueError(f"not a shard of format {FORMAT}")
        return [row_of_line(line.removesuffix(b",")) for line in lines]
    except (FileNotFoundError, ValueError) as error:
        raise ShardError(
            f"{path} is damaged, or of another version",
            value=str(error),
            hint="start again: it is written again from the journal",
        ) from error


def collect_rows(keys: Sequence[str], shards: Iterable[Path]) -> list[Row]:
    """Return one row for each key, in the order of ``keys``; other rows are left out.

    Raises:
        ShardError: A key is in no shard, or in two with different numbers.
    """
    wanted = set(keys)
    found: dict[str, tuple[Row, Path]] = {}
    for path in shards:
        for row in read_shard(path):
            key = row["key"]
            if key not in wanted:
                continue
            if key in found and _reproducible(found[key][0]) != _reproducible(row):
                raise ShardError(
                    f"two shards give different numbers for one point: {found[key][1]} and {path}",
                    value=key,
                    hint="delete one of them, and report it: equal keys must give equal numbers",
                )
            found.setdefault(key, (row, path))
    missing = [key for key in keys if key not in found]
    if missing:
        raise ShardError(
            f"{len(missing)} of {len(keys)} points are in no shard",
            value=missing[0],
            hint="the plan changed during the run; start again, nothing is lost",
        )
    return [found[key][0] for key in keys]


def _reproducible(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in TIMES}
