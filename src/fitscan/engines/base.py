"""The contract of every engine: works in, rows out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fitscan.columns import Row
from fitscan.likelihood.signals import Signal
from fitscan.plan.blocks import Block, Experiments

__all__ = ["Answer", "Engine", "Fit", "Row", "Settings", "Work"]

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Work:
    """What one row is made of: the test of the data with a signal, or a block of toys.

    Attributes:
        key: Key of the row.
        name: Name of the point, for messages.
        signal: Its signal.
        block: Toys to throw, or experiments to make; None tests the data.
        first_key: The key if nothing were tried again after a failure: a row that is ok under it
            needed no second try, so it is this row too. None where that is ``key``.
    """

    key: str
    name: str
    signal: Signal
    block: Block | Experiments | None = None
    first_key: str | None = None


Answer = Callable[[Sequence[Work]], list[Row]]
"""Answers works in order; a fit that fails is a row with its status and message."""


class Fit(Protocol):
    """Answers works, in whatever way: through an executor, or in a test."""

    def __call__(
        self, works: Sequence[Work], *, take: Callable[[Row], object] | None = None
    ) -> list[Row]:
        """Return the rows of works in order, or have them taken."""
        ...


@dataclass(frozen=True)
class Engine:
    """An engine, as far as a plan has to know it.

    Attributes:
        name: Its name in the configuration.
        kinds: The kinds of scan it does.
        code: Dotted names of its packages and modules, which with their imports decide its numbers.
        packages: Given the settings of a scan, the names of installed packages that decide its
            numbers.
        start: Given the workspace, the settings of a scan and, if one is set, the engine that takes
            the points which this one refuses, returns what answers works.
        preparing: Says what processes of this machine do before they fit, or nothing.
        options: Keys of the configuration that are settings of its scans.
        first_try: Returns settings with which nothing is tried again after a failure.
        batch: How many works it takes in one call.
        leaves_cycles: Whether its fits leave cyclic garbage, which Python has to collect meanwhile.
    """

    name: str
    kinds: tuple[str, ...]
    code: tuple[str, ...]
    packages: Callable[[Settings], Collection[str]]
    start: Callable[[Mapping[str, Any], Settings, Answer | None], Answer]
    preparing: Callable[[], str] = lambda: ""
    options: tuple[str, ...] = ()
    first_try: Callable[[Settings], Settings] = lambda settings: settings
    batch: int = 1
    leaves_cycles: bool = True
