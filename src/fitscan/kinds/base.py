"""The contract of every kind of scan: points and a way to answer works in, rows out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fitscan.columns import result_columns
from fitscan.digests import source_digest
from fitscan.engines.base import Fit, Row, Settings
from fitscan.likelihood import Signal
from fitscan.plan.scan import Scan

__all__ = ["Expect", "Kind", "Rows"]


Expect = Callable[[Mapping[str, int]], object]
"""Told of works that are asked for later, with how much each is, by key."""

Rows = Callable[[Scan, Sequence[str], Sequence[Signal], Fit, Expect], list[Row]]
"""Given a scan, keys of its points and their signals, answers them in order."""


@dataclass(frozen=True)
class Kind:
    """A kind of scan.

    Attributes:
        name: Its name in the configuration. Options under this name are its own.
        rows: Answers points.
        initial_amounts: Returns the amount of each work that a scan begins with, by its key.
        unit: What amounts count, in the plural.
        code: Dotted name of the module that makes the rows of points from those of blocks; it and
            what it imports are part of the keys. Nothing where rows are those of the engine.
        columns: The columns that its rows have before their texts.
        unfitted_row: What the row of a point that is not fitted holds, besides empty columns.
        has_level: Whether, with these options, it has a confidence level.
        level_in_tests: Whether tests of the data depend on that level, as with limits; if not,
            another level keeps all works.
    """

    name: str
    rows: Rows
    initial_amounts: Callable[[Scan], dict[str, int]]
    unit: str = "points"
    code: str = ""
    columns: Callable[[Settings], tuple[str, ...]] = result_columns
    unfitted_row: Callable[[Settings], Row] = lambda settings: {}
    has_level: Callable[[Mapping[str, Any]], bool] = lambda options: False
    level_in_tests: bool = True

    @property
    def has_blocks(self) -> bool:
        """Whether rows are made from blocks of toys or experiments."""
        return bool(self.code)

    @property
    def unkeyed_settings(self) -> tuple[str, ...]:
        """The settings in no key: how many toys or experiments there are, and their use."""
        level = () if self.level_in_tests else ("level",)
        return (self.name, *level) if self.has_blocks else ()

    @property
    def version(self) -> str:
        """A digest of what makes rows from blocks; nothing where rows are those of the engine."""
        return source_digest(self.code) if self.code else ""
