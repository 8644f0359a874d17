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
    """Have matplotlib embed fonts without these tables, which takes half the time.

    matplotlib leaves such choices to fontTools; without this all is the same but slower.
    """
    load = subset.load_font

    def load_letters(path: Any, options: subset.Options, *args: Any, **more: Any) -> Any:
        options.drop_tables = [*options.drop_tables, *LAYOUT]
        return load(path, options, *args, **more)

    subset.load_font = load_letters
    try:
        yield
    finally:
        subset.load_font = load
