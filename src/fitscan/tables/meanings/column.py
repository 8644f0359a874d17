"""What is said of a column of a table."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["LABELS", "Meaning", "by_column", "plain"]

LABELS = "the labels"
"""What stands for the columns that each grid calls by its own labels."""


@dataclass(frozen=True)
class Meaning:
    """What columns mean that differ only by a band, a hypothesis or a suffix.

    Texts are Markdown without links, of which the report shows the words.

    Attributes:
        columns: Their names.
        text: What they hold.
        unit: Of numbers; ``1`` if they have none, empty for text.
        source: Of the formula; empty where there is none.
        empty: When they are; ``never``, or in words.
    """

    columns: tuple[str, ...]
    text: str
    unit: str = ""
    source: str = ""
    empty: str = "never"

    @property
    def words(self) -> str:
        """All of it as a browser shows it beside the mouse: plain text."""
        parts = [self.text]
        if self.unit not in {"", "1"}:
            parts.append(f"Unit: {self.unit}.")
        if self.source:
            parts.append(f"Source: {self.source}.")
        if self.empty != "never":
            parts.append(f"Empty: {self.empty}.")
        return plain(" ".join(parts))


def plain(text: str) -> str:
    """Return Markdown as plain text: code without its marks, and links without their targets."""
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text).replace("`", "")


def by_column(meanings: Iterable[Meaning]) -> dict[str, Meaning]:
    """Return meanings by the name of each column."""
    return {column: meaning for meaning in meanings for column in meaning.columns}
