"""What the message of a row says of upper limits: which are missing and why, and what is odd."""

import math

from fitscan.columns import MU_UP
from fitscan.engine.crossing import BEYOND
from fitscan.engine.limits import LimitMessages, Limits
from fitscan.model.arrays import Model

__all__ = ["words_of_difference", "words_of_limits"]

# Limits that differ by more than this, relative to them, are worth a word.
_DIFFERENT = 1e-3

_COLUMNS = dict(zip(LimitMessages._fields, MU_UP, strict=True))


def words_of_limits(model: Model, limits: Limits) -> str:
    """Say of each limit why it is missing or what is odd, equal words once; empty if nothing is."""
    bound = BEYOND.format(float(model.upper[model.poi]))
    columns: dict[str, list[str]] = {}
    for said in (limits.messages, limits.remarks):
        for name, text in zip(LimitMessages._fields, said, strict=True):
            if text:
                columns.setdefault(text, []).append(_COLUMNS[name])
    hint = {bound: f"{bound}: a higher upper bound of poi_bounds extends the search"}
    return "; ".join(
        f"{', '.join(names)}: {hint.get(text, text)}" for text, names in columns.items()
    )


def words_of_difference(default: Limits, lowest: Limits) -> str:
    """Say which limits are others at the lowest minima; empty if none is."""
    different = [
        column
        for name, column in _COLUMNS.items()
        if _differs(getattr(default, name), getattr(lowest, name))
    ]
    return f"lower minima give another {', '.join(different)}" if different else ""


def _differs(one: float, other: float) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) != math.isnan(other)
    return abs(one - other) > _DIFFERENT * max(one, other)
