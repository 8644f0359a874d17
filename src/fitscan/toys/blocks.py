"""Blocks: the toys that are thrown in one go, and by which a kill or a retry is counted.

A block is known by its key, a digest of the point, of the hypothesis and of the toys it holds. So
the blocks of 2000 toys are the first ones of 10000, however they were given out.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import numpy as np

from fitscan.model.arrays import FloatArray
from fitscan.request import Block

__all__ = [
    "HYPOTHESES",
    "Hypothesis",
    "block_key",
    "blocks_of",
    "packed_values",
    "stream_of",
    "unpacked_values",
]

Hypothesis = Literal["signal", "background"]

HYPOTHESES: tuple[Hypothesis, ...] = ("signal", "background")


def stream_of(seed: int, *, workspace: str, patch: str, hypothesis: str) -> str:
    """Return the random stream of a point's toys, 32 hexadecimal digits.

    It does not depend on the tested strength: limits compare strengths on the same fluctuations.

    Args:
        seed: Of the scan.
        workspace: Digest of the workspace.
        patch: Digest of the patch of the point.
        hypothesis: One of ``HYPOTHESES``, or another name for what is drawn.
    """
    return hashlib.sha256(f"{seed} {workspace} {patch} {hypothesis}".encode()).hexdigest()[:32]


def blocks_of(stream: str, hypothesis: Hypothesis, *, toys: int, size: int) -> Iterator[Block]:
    """Yield the blocks that hold a number of toys, each of ``size`` but the last."""
    for first in range(0, toys, size):
        yield Block(
            stream=stream, hypothesis=hypothesis, first=first, count=min(size, toys - first)
        )


def block_key(point: str, block: Block) -> str:
    """Return the key of a block.

    Args:
        point: A key of the point that does not depend on how many toys it gets.
        block: The block.
    """
    content = f"{point} {block.stream} {block.hypothesis} {block.first} {block.count}"
    return hashlib.sha256(content.encode()).hexdigest()


def packed_values(values: FloatArray) -> str:
    """Return numbers as text for a row, to the bit: ties between them decide p-values."""
    return base64.b64encode(values.astype("<f8").tobytes()).decode()


def unpacked_values(rows: Iterable[Mapping[str, Any]], column: str) -> FloatArray:
    """Return the numbers that a column of several blocks holds, in the order of the blocks."""
    content = b"".join(base64.b64decode(row[column]) for row in rows)
    return np.frombuffer(content, "<f8")
