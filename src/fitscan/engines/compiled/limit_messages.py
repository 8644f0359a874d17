"""What the message of a row says of upper limits: which are missing and why, and what is odd."""

import math

from fitscan.columns import LIMITS, MU_UP
from fitscan.engines.compiled.inference.crossing import BEYOND
from fitscan.engines.compiled.inference.limits import LimitMessages, Limits
from fitscan.model.arrays import Model

__all__ = ["COLUMNS", "words_of_difference", "words_of_limits"]

# Limits that differ by more than this, relative to them, are worth a word.
_DIFFERENT = 1e-3

COLUMNS = dict(zip(LimitMessages._fields, MU_UP, strict=True))
"""The column of each limit, by the name of the field of ``inference.limits.Limits``."""

_DISCOVERY = LIMITS[len(MU_UP) :]
_NO_DISCOVERY = "the background fit, or the free fit without upper bound, has not converged"


def words_of_limits(model: Model, limits: Limits, lowest: Limits | None = None) -> str:
    """Say of each limit why it is missing or what is odd, equal words once; empty if nothing is.

    Args:
        model: The hypothesis.
        limits: Its limits from the initial values.
        lowest: Those at the lowest minima; what is odd about one is not said twice.
    """
    bound = BEYOND.format(float(model.upper[model.poi]))
    columns: dict[str, list[str]] = {}
    for found in filter(None, (limits, lowest)):
        suffix = "_lowest" if found is lowest else ""
        for name, column in COLUMNS.items():
            remark = getattr(found.remarks, name)
            if found is lowest and remark == getattr(limits.remarks, name):
                remark = ""
            if text := getattr(found.messages, name) or remark:
                columns.setdefault(text, []).append(column + suffix)
        if math.isnan(found.q0):
            names = [column + suffix for column in _DISCOVERY]
            columns.setdefault(_NO_DISCOVERY, []).extend(names)
    hint = {bound: f"{bound}: a higher upper bound of poi_bounds extends the search"}
    return "; ".join(
        f"{', '.join(names)}: {hint.get(text, text)}" for text, names in columns.items()
    )


def words_of_difference(default: Limits, lowest: Limits) -> str:
    """Say which limits, or significance, are others at the lowest minima; empty if none is."""
    different = [
        column
        for name, column in COLUMNS.items()
        if _differs(getattr(default, name), getattr(lowest, name))
    ]
    # Of p0 there is nothing to say that the significance does not.
    if _differs(default.significance, lowest.significance, least=1.0):
        different.append("significance")
    return f"lower minima change {', '.join(different)}" if different else ""


def _differs(one: float, other: float, *, least: float = 0.0) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) != math.isnan(other)
    return abs(one - other) > _DIFFERENT * max(one, other, least)
