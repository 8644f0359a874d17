"""The rows that a journal has of certain keys, each believed only if nothing speaks against it."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import orjson

from fitscan.columns import TIMES, Row
from fitscan.plan.journal import Journal
from fitscan.plan.row_check import row_fault

__all__ = ["Expected", "known_rows"]

# A row with one of these is not fitted again.
_LASTING = {"ok", "not_converged"}

_UNLIKE = {*TIMES, "time"}  # differ from fit to fit

_MOST_NAMED = 3


class Expected(NamedTuple):
    """What the row of a key has to be.

    Attributes:
        key: The key that it is wanted for. A row of another key, that of a fit without a second
            try, does for it if it is ok.
        name: Name of the point, for warnings.
        columns: The columns of numbers of a test of the data; none for the row of a block.
    """

    key: str
    name: str
    columns: Collection[str] = ()


def known_rows(
    folder: Path, expected: Mapping[str, Expected], *, warn: Callable[[str], object]
) -> Iterator[Row]:
    """Yield one row of each wanted key that the journal has, without the time it was written.

    Failed rows are left out, since their points are tried again. Of rows of one key that contradict
    each other, the most frequent is right: there is one as soon as the point was fitted again. Rows
    are read twice and none is kept, since those of toys are large.

    Args:
        folder: The journal.
        expected: What is wanted, by the key that a row has in the journal.
        warn: Called once at most, with what is left out and why.
    """
    votes: dict[str, Counter[bytes]] = {}
    faults: dict[str, str] = {}
    # By a reader of its own: each tells a row once, and a scan of toys asks again and again.
    reader = Journal(folder)
    for row in reader.new_rows(expected):
        key = row["key"]
        if key not in expected:
            continue
        fault = row_fault(row, expected[key].columns)
        if fault:
            faults[key] = fault
        elif _does(row, expected[key]):
            votes.setdefault(key, Counter())[_fingerprint(row)] += 1
    right = {key: found for key, cast in votes.items() if (found := _most_frequent(cast))}
    faults |= dict.fromkeys(votes.keys() - right.keys(), "rows that contradict each other")
    missing = {e.key for e in expected.values()} - {expected[key].key for key in right}
    text = _left_out(
        folder,
        {e.name: faults[key] for key, e in expected.items() if key in faults and e.key in missing},
        reader.left_out if missing else {},
    )
    if text:
        warn(text)
    # A row of the wanted key itself goes before one that only does for it.
    for key in [key for key in right if expected[key].key != key and expected[key].key in right]:
        del right[key]
    for row in Journal(folder).new_rows(right) if right else ():
        key = row["key"]
        if key in right and not row_fault(row, expected[key].columns):
            alone = len(votes[key]) == 1 and _does(row, expected[key])
            if alone or _fingerprint(row) == right[key]:
                del right[key]
                row["key"] = expected[key].key
                yield {name: value for name, value in row.items() if name != "time"}


def _does(row: Row, expected: Expected) -> bool:
    """Tell whether a row is the answer to what is wanted, so that nothing is fitted for it."""
    return row["status"] in (_LASTING if row["key"] == expected.key else {"ok"})


def _fingerprint(row: Row) -> bytes:
    """Return a digest of what is the same whenever and wherever a point is fitted."""
    content = {name: value for name, value in row.items() if name not in _UNLIKE}
    return hashlib.blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()


def _most_frequent(votes: Counter[bytes]) -> bytes | None:
    (first, most), *others = votes.most_common(2)
    return None if others and others[0][1] == most else first


def _left_out(
    folder: Path, faults: Mapping[str, str], lines: Mapping[tuple[Path, str], int]
) -> str:
    """Say what is left out; nothing if nothing is."""
    said = [f"{name!r} has {fault}" for name, fault in sorted(faults.items())]
    if len(said) > _MOST_NAMED:
        said[_MOST_NAMED:] = [f"{len(said) - _MOST_NAMED} more"]
    said += [
        f"{count} line{'s'[: count > 1]} of {path.name} {fault}"
        for (path, fault), count in lines.items()
    ]
    if not said:
        return ""
    text = "; ".join(said)
    return f"{folder} has rows that cannot be used; their points are fitted again: {text}"
