"""What rows say where equally low minima give several answers, and which rows say so."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["undecided_points", "words_of_undecided"]

_UNDECIDED = "undecided in the background fit"

# CLs that differ by less count as equal; limits, that differ by less relative to them. Messages
# have enough digits to show a larger difference.
_CLS_TELLS, _LIMIT_TELLS = 2e-3, 1e-3


def words_of_undecided(
    names: Sequence[str], answers: Mapping[str, Sequence[float]], *, of: str = ""
) -> str:
    """Say which answers equally low minima give; empty where all of them give the same.

    Args:
        names: Parameters whose sign is undecided.
        answers: The answers of all minima, by column; NaN for a limit that does not exist.
        of: Said before each column if the answers are not what the column holds.
    """
    ranges = [
        f"{of}{column} {said}"
        for column, values in answers.items()
        if (said := _range(values, is_CLs=column.startswith("CLs")))
    ]
    if not ranges:
        return ""
    return (
        f"the sign of {', '.join(names)} is {_UNDECIDED}, and equally low minima give "
        f"{', '.join(ranges)}"
    )


def _range(values: Sequence[float], *, is_CLs: bool) -> str:
    """Return from where to where values go; empty where they are the same, or there is none."""
    numbers = [value for value in values if not math.isnan(value)]
    if not numbers:
        return ""
    low, high, digits = min(numbers), max(numbers), 3 if is_CLs else 4
    if len(numbers) < len(values):
        return f"from {low:.{digits}g} to none"
    if high - low <= (_CLS_TELLS if is_CLs else _LIMIT_TELLS * high):
        return ""
    return f"from {low:.{digits}g} to {high:.{digits}g}"


def undecided_points(results: "pd.DataFrame") -> dict[str, str]:
    """Return what rows of results.csv say of equally low minima, by the name of the point."""
    said = zip(results["name"], results["message"], strict=True)
    return {
        str(name): part
        for name, message in said
        for part in str(message).split("; ")
        if _UNDECIDED in part
    }
