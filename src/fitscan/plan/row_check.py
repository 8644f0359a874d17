"""Whether a row is one that an engine makes: a row from a disk or a worker is checked first.

Numbers that are not finite cannot come here: JSON has none, and its reader refuses them.
"""

from collections.abc import Collection

from fitscan.columns import NUMBERS, STATUSES, TEXT_RESULTS, TIMES, Row

__all__ = ["row_fault"]


def row_fault(row: Row, columns: Collection[str]) -> str:
    """Say why a row cannot be one of a scan; nothing if it can.

    Args:
        row: The row.
        columns: The columns of results that it has; none for the row of a block, which has lists
            and packed numbers instead.
    """
    if row.get("status") not in STATUSES:
        return f"status {row.get('status')!r}"
    for name in ("message", "engine"):
        if not isinstance(row.get(name), str):
            return f"{name} {row.get(name)!r}"
    for name in TIMES:
        if not _is_number(row.get(name)) or row[name] < 0:
            return f"{name} {row.get(name)!r}"
    for name in columns:
        value = row.get(name)
        if name in TEXT_RESULTS:
            if not isinstance(value, str | None):
                return f"{name} {value!r}"
        elif value is None:
            if row["status"] == "ok" and name in NUMBERS:
                return f"no {name}, though its status is ok"
        elif not _is_number(value):
            return f"{name} {value!r}"
    return ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
