"""Fonts in PDF files: the letters that a figure has, without tables for setting other text."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fontTools import subset

__all__ = ["letters_only"]

# What applications set text with: kerning, ligatures, formulae. Text of a PDF has been set.
LAYOUT = ["BASE", "GDEF", "GPOS", "GSUB", "JSTF", "MATH", "kern"]


@contextmanager
def letters_only() -> Iterator[None]:
    """Have matplotlib embed fonts without these tables, which takes a third of the time.

    matplotlib leaves such choices to fontTools; without this all is the same but slower. Tables
    that are only not wanted (``Options.drop_tables``) are read before they are dropped.
    """
    load = subset.load_font

    def load_letters(*args: Any, **more: Any) -> Any:
        font = load(*args, **more)
        for table in LAYOUT:
            if table in font:
                del font[table]
        return font

    subset.load_font = load_letters
    try:
        yield
    finally:
        subset.load_font = load
