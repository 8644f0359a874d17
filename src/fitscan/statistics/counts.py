"""Numbers of toys as they are kept: distinct values with counts, in memory and in rows.

A histogram needs no more memory for more toys. Its grid is so fine that the answer does not depend
on it: 1/1024 of a standard deviation in sqrt(q), without an end, so that tails are kept as well.
"""

import base64
import zlib
from typing import NamedTuple, Self

import numpy as np

from fitscan.model.arrays import FloatArray, IntArray

__all__ = ["Sample", "on_grid", "packed_values", "q_on_grid", "unpacked_values"]

_PER_SIGMA = 1024


class Sample(NamedTuple):
    """Numbers, each with how often it occurs.

    Attributes:
        values: Distinct numbers, in rising order.
        counts: How often, the same.
    """

    values: FloatArray
    counts: IntArray

    @classmethod
    def of(cls, values: FloatArray) -> Self:
        """Count numbers; those that are not finite count nowhere."""
        return cls(*np.unique(values[np.isfinite(values)], return_counts=True))

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return int(self.counts.sum())

    def with_more(self, values: FloatArray) -> "Sample":
        """Return these numbers and more."""
        more = Sample.of(values)
        distinct, places = np.unique(np.append(self.values, more.values), return_inverse=True)
        counts = np.zeros(len(distinct), dtype=np.int64)
        np.add.at(counts, places, np.append(self.counts, more.counts))
        return Sample(distinct, counts)


def on_grid(values: FloatArray, width: float) -> FloatArray:
    """Return numbers on a grid with such steps, in rising order and without those not finite."""
    return np.sort(np.rint(values[np.isfinite(values)] / width)) * width


def q_on_grid(q: FloatArray) -> FloatArray:
    """Return test statistics with their roots on the grid; see ``on_grid``."""
    return on_grid(np.sqrt(q), 1.0 / _PER_SIGMA) ** 2


def packed_values(values: FloatArray) -> str:
    """Return numbers as text for a row, to the bit: ties between them decide p-values."""
    # Equal bytes of different numbers side by side: they shrink to a half, and on a grid to less.
    lanes = np.frombuffer(values.astype("<f8").tobytes(), np.uint8).reshape(-1, 8).T
    return base64.b64encode(zlib.compress(lanes.tobytes(), 6)).decode()


def unpacked_values(text: str) -> FloatArray:
    """Return the numbers that ``packed_values`` made text of."""
    lanes = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8).reshape(8, -1)
    return np.frombuffer(lanes.T.tobytes(), "<f8")
