"""A guard: a row holds finite numbers only, which is all that JSON can hold.

Engines say themselves what has no number. Where one does not, its row fails here and says which
columns are at fault, and no other point of the task is lost.
"""

import math
from typing import Any

__all__ = ["finite_row"]

# What is known of a row whatever its numbers are.
_KEPT = ("key", "mu_test", "engine", "wall_s", "cpu_s")


def finite_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row, as a failed one if a number of it is not finite."""
    beyond = [name for name, value in row.items() if not _finite(value)]
    if not beyond:
        return row
    nothing = dict.fromkeys(name for name in row if name not in _KEPT)
    said = [f"not finite: {', '.join(beyond)}", row.get("message")]
    return row | nothing | {"status": "failed", "message": "; ".join(filter(None, said))}


def _finite(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_finite, value))
    return not isinstance(value, float) or math.isfinite(value)
