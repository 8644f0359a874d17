"""Numbers of a submission with fewer digits, but on the same side of the numbers that decide.

A CLs of 0.04996 is excluded at a test size of 0.05; as 0.050 it would not be. Such a number keeps
as many digits as it takes to tell on which side it is.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

__all__ = ["EXACT", "rounded"]

EXACT = 17
"""Digits that give back every double precision number."""


def rounded(
    values: Iterable[float], digits: int | None, *, beside: Iterable[float] = ()
) -> list[float]:
    """Round numbers to significant digits.

    Args:
        values: The numbers; one that is not finite stays as it is.
        digits: How many digits; None keeps all.
        beside: Numbers that none is rounded to or across: it gets more digits instead. A number
            that is equal to one of them stays so.

    >>> rounded([0.04996, 0.123456, 0.05], 2, beside=[0.05])
    [0.04996, 0.12, 0.05]
    """
    if digits is None:
        return list(values)
    edges = sorted(beside)
    return [_rounded(value, digits, edges) if math.isfinite(value) else value for value in values]


def _rounded(value: float, digits: int, edges: Sequence[float]) -> float:
    place = _place(value, edges)
    for kept in range(digits, EXACT):
        candidate = float(f"{value:.{kept - 1}e}")
        if _place(candidate, edges) == place:
            return candidate
    return value


def _place(value: float, edges: Sequence[float]) -> tuple[int, int]:
    """Tell between which edges, or on which, a number is."""
    return bisect_left(edges, value), bisect_right(edges, value)
