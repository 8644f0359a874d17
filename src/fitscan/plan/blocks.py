"""Blocks: toys or experiments that are made in one go; what a kill loses, and a retry repeats.

A block is known by its key, a digest of the point, of the hypothesis and of the toys it holds. So
the blocks of 2000 toys are the first ones of 10000, whatever tasks they are in.
"""

import hashlib
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

__all__ = [
    "HYPOTHESES",
    "VALUES",
    "Block",
    "Experiments",
    "Hypothesis",
    "Strict",
    "block_key",
    "blocks_of",
    "spans",
]

Hypothesis = Literal["signal", "background"]
HYPOTHESES: tuple[Hypothesis, ...] = ("signal", "background")

Stream = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]

# What the row of a block of experiments says of each: a number, or a share of its toys; None where
# it failed.
VALUES = ("mu_hat", "CLs_asymptotic", "CLsb_asymptotic", "CLsb_toys", "CLb_toys")

# Blocks grow with the number of toys, so that a row is a small part of it and there are not too
# many: eight of the first size, then four for each doubling of the number, up to this factor.
_LARGEST = 32


class Strict(BaseModel):
    """Data that are taken as they are, or refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Block(Strict):
    """Toys of a point that are thrown in one go.

    Attributes:
        stream: Their random stream; see ``fitscan.engines.compiled.inference.streams.draw_toys``.
        hypothesis: At which fit to the data they are thrown: that at ``mu_test``, or at 0.
        mu_test: Signal strength that is tested with them.
        first: Index of the first toy.
        count: Number of toys.
        keep: What their row holds: every value, or histograms.
    """

    stream: Stream
    hypothesis: Hypothesis
    mu_test: Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
    first: Annotated[int, Field(ge=0, lt=1 << 62)]
    count: Annotated[int, Field(ge=1, le=1_000_000)]
    keep: Literal["histograms", "values"] = "histograms"


class Experiments(Strict):
    """Experiments of a point that are made in one go; see ``fitscan.kinds.coverage``.

    Attributes:
        stream: Their random stream.
        first: Index of the first experiment.
        count: Number of experiments.
        toys: Toys of each hypothesis that each experiment is compared with; 0 for none.
    """

    stream: Stream
    first: Annotated[int, Field(ge=0, lt=1 << 62)]
    count: Annotated[int, Field(ge=1, le=100_000)]
    toys: Annotated[int, Field(ge=0, le=1_000_000)]


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


def block_key(point: str, block: Block | Experiments) -> str:
    """Return the key of a block.

    Args:
        point: A key of the point that does not depend on how many toys or experiments it gets.
        block: The block.
    """
    content = [point, type(block).__name__, *map(str, block.model_dump().values())]
    return hashlib.sha256(" ".join(content).encode()).hexdigest()
