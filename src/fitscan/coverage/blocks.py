"""Blocks of experiments: those that are made in one go, and what a row of a block says of each."""

import hashlib
from collections.abc import Iterator

from fitscan.request import Experiments

__all__ = ["VALUES", "block_key", "blocks_of"]

# A number of each experiment, or a share of its toys; None where it failed.
VALUES = ("mu_hat", "CLs_asymptotic", "CLsb_asymptotic", "CLsb_toys", "CLb_toys")


def blocks_of(stream: str, *, experiments: int, toys: int, size: int) -> Iterator[Experiments]:
    """Yield the blocks that hold a number of experiments, each of ``size`` but the last.

    Args:
        stream: The random stream of the experiments.
        experiments: How many there are.
        toys: Toys of each hypothesis with each experiment.
        size: Experiments in a block.
    """
    for first in range(0, experiments, size):
        count = min(size, experiments - first)
        yield Experiments(stream=stream, first=first, count=count, toys=toys)


def block_key(point: str, block: Experiments) -> str:
    """Return the key of a block.

    Args:
        point: A key of the point that does not depend on how many experiments there are.
        block: The block.
    """
    content = f"{point} {block.stream} experiments {block.first} {block.count} {block.toys}"
    return hashlib.sha256(content.encode()).hexdigest()
