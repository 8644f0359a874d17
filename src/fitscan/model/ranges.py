"""The range of the numbers of a model, and what is said of one beyond it.

No bin has more than ``LARGEST`` events: that is a hundred times as many as the LHC has had proton
collisions. So squares and products of numbers within it are far from what a double can hold, and
the numbers that toys draw are whole ones (``numpy.random`` draws up to 9.2e18).
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from fitscan.errors import ModelError
from fitscan.model.arrays import FloatArray

__all__ = ["LARGEST", "check_numbers", "in_range"]

LARGEST = 1e18


def in_range(numbers: FloatArray, *, largest: float = LARGEST) -> bool:
    """Tell whether all numbers are finite and of a size that a model may have."""
    # Not `> largest`: of NaN neither is true. As a ufunc, which takes half the time of the method.
    return bool(np.maximum.reduce(np.abs(numbers), initial=0.0) <= largest)


def check_numbers(named: Iterable[tuple[str, Sequence[Any]]]) -> None:
    """Refuse a number beyond the range, by its name and bin.

    Args:
        named: What numbers are, with their sample and channel, and one number for each bin.

    Raises:
        ModelError: There is one.
    """
    for name, numbers in named:
        for number, value in enumerate(numbers, start=1):
            if not abs(value) <= LARGEST:
                finite = math.isfinite(value)
                raise ModelError(
                    f"{name} is {'too large' if finite else 'not finite'} in bin {number}",
                    value=float(value),
                    hint=f"events are computed up to {LARGEST:g}"
                    if finite
                    else "a likelihood has finite numbers only; ask whoever made it",
                )
