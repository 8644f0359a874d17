"""Blocks: the toys that are thrown in one go, and by which a kill or a retry is counted.

A block is known by its key, a digest of the point, of the hypothesis and of the toys it holds. So
the blocks of 2000 toys are the first ones of 10000, however they were given out.
"""

import hashlib
from collections.abc import Iterator
from typing import Literal

from fitscan.request import Block

__all__ = ["HYPOTHESES", "Hypothesis", "block_key", "spans", "stream_of"]

Hypothesis = Literal["signal", "background"]

HYPOTHESES: tuple[Hypothesis, ...] = ("signal", "background")

# Blocks grow with the number of toys, so that a row is a small part of it and there are not too
# many: eight of the first size, then four for each doubling of the number, up to this factor.
_LARGEST = 32


def stream_of(seed: int, *, workspace: str, patch: str, hypothesis: str) -> str:
    """Return the random stream of a point's toys, 32 hexadecimal digits.

    It does not depend on the tested strength: limits compare strengths on the same fluctuations.

    Args:
        seed: Of the scan.
        workspace: Digest of the workspace.
        patch: Digest of the patch of the point.
        hypothesis: What they are thrown at, such as one of ``HYPOTHESES``.
    """
    return hashlib.sha256(f"{seed} {workspace} {patch} {hypothesis}".encode()).hexdigest()[:32]


def spans(toys: int, *, size: int) -> Iterator[tuple[int, int]]:
    """Yield first toy and number of toys of the blocks that hold a number of toys.

    Args:
        toys: The number.
        size: Toys in each of the first blocks.
    """
    first = 0
    while first < toys:
        # The number of whole blocks before this one, in powers of two: 8 to 15 have 2 ** 3.
        doublings = (first // size).bit_length() - 1
        count = size * min(max(1, 2 ** max(0, doublings - 2)), _LARGEST)
        yield first, min(count, toys - first)
        first += count


def block_key(point: str, block: Block) -> str:
    """Return the key of a block.

    Args:
        point: A key of the point that does not depend on how many toys it gets.
        block: The block.
    """
    content = " ".join([point, *map(str, block.model_dump().values())])
    return hashlib.sha256(content.encode()).hexdigest()
