"""Throw toys that test a signal strength at points, and count what came of them.

Rows of blocks are added up as they come and are not kept, so that memory does not grow with the
number of toys; counts do not depend on the order.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fitscan.engines.base import Fit, Row, Work
from fitscan.kinds.toys.points import ToyPoint
from fitscan.plan.blocks import HYPOTHESES, Block, Hypothesis
from fitscan.statistics.counts import Sample, unpacked_values
from fitscan.statistics.toys import ToyCLs, toy_CLs

__all__ = ["Dispatch", "Tally", "ToyTest", "throw"]

_NONE = Sample.of(np.empty(0))


@dataclass(frozen=True)
class Dispatch:
    """How toys are thrown.

    Attributes:
        options: Those of the scan's toys.
        fit: Throws blocks.
        expect: Told of the blocks that are asked for, with their toys by key.
    """

    options: Mapping[str, Any]
    fit: Fit
    expect: Callable[[Mapping[str, int]], object] = lambda _: None


@dataclass(eq=False)
class Tally:
    """What came of the toys of one hypothesis.

    Attributes:
        q: Their test statistic.
        mu_hat: Their fitted signal strength.
        n_extreme: How many are at least as extreme as the data.
        failed: Of how many a fit failed.
        q_obs: Test statistic of the data; NaN before a toy is counted.
        problem: Why some could not be thrown.
        wall_s: Wall time of all together, in seconds.
        cpu_s: The same of a processor.
    """

    q: Sample = _NONE
    mu_hat: Sample = _NONE
    n_extreme: int = 0
    failed: int = 0
    q_obs: float = math.nan
    problem: str = ""
    wall_s: float = 0.0
    cpu_s: float = 0.0

    def add(self, row: Row) -> None:
        """Count the toys of a block."""
        self.wall_s += row["wall_s"]
        self.cpu_s += row["cpu_s"]
        if row["status"] != "ok":
            # One of them, and the same in whatever order blocks come.
            self.problem = max(self.problem, str(row["message"]))
            return
        self.q = self.q.with_more(unpacked_values(row["q"]))
        self.mu_hat = self.mu_hat.with_more(unpacked_values(row["mu_hat"]))
        self.n_extreme += row["n_extreme"]
        self.failed += row["failed"]
        self.q_obs = row["q_obs"]


@dataclass(eq=False)
class ToyTest:
    """The test of a signal strength at a point, by toys.

    Attributes:
        point: The point.
        mu: The signal strength.
        toys: How many toys each hypothesis is to have.
        tallies: What came of them.
    """

    point: ToyPoint
    mu: float
    toys: dict[Hypothesis, int] = field(default_factory=lambda: dict.fromkeys(HYPOTHESES, 0))
    tallies: dict[Hypothesis, Tally] = field(
        default_factory=lambda: {h: Tally() for h in HYPOTHESES}
    )

    @property
    def has_toys(self) -> bool:
        """Whether it is to have any toys."""
        return any(self.toys.values())

    def blocks(self, options: Mapping[str, Any]) -> Iterator[tuple[str, Block]]:
        """Yield key and block of all its toys."""
        for hypothesis, toys in self.toys.items():
            yield from self.point.blocks(hypothesis, toys, mu=self.mu, options=options)

    def toy_CLs(self) -> ToyCLs:
        """Return CLs from the toys."""
        signal, background = (self.tallies[hypothesis] for hypothesis in HYPOTHESES)
        return toy_CLs(signal.q, background.q, n_extreme=(signal.n_extreme, background.n_extreme))

    def problem(self, max_failed_fraction: float) -> str:
        """Say why the toys cannot be trusted; nothing if they can.

        Args:
            max_failed_fraction: The share of them that may fail.
        """
        for hypothesis, tally in self.tallies.items():
            toys = self.toys[hypothesis]
            if tally.problem:
                return tally.problem
            if tally.failed > max_failed_fraction * toys or (toys and tally.failed == toys):
                return f"{tally.failed} of {toys} {hypothesis} toys could not be fitted"
        return ""


def throw(tests: Sequence[ToyTest], dispatch: Dispatch) -> None:
    """Throw all toys of tests; those of earlier rounds are in the journal and are counted anew."""
    tallies, wanted, toys = {}, [], {}
    for test in tests:
        test.tallies = {hypothesis: Tally() for hypothesis in HYPOTHESES}
        for key, block in test.blocks(dispatch.options):
            wanted.append(Work(key, test.point.name, test.point.signal, block))
            tallies[key] = test.tallies[block.hypothesis]
            toys[key] = block.count
    dispatch.expect(toys)
    dispatch.fit(wanted, take=lambda row: tallies[row["key"]].add(row))
