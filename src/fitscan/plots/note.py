"""A figure of words, in the place of one that cannot be drawn; see ``fitscan.tables.notes``."""

import os
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from fitscan.files import write_csv
from fitscan.plots.header import INSET, ROW, letter
from fitscan.plots.style import FORMATS, StyledFigure, save, style
from fitscan.tables.notes import NOTE, reason

__all__ = ["note_instead"]

_WIDTH = 8.0  # inches
_LETTERS = 84


@contextmanager
def note_instead(
    stem: str | os.PathLike[str],
    *,
    title: str,
    formats: Sequence[str] = FORMATS,
    table: bool = True,
) -> Iterator[None]:
    """Write a note in the place of a figure if the block that draws it fails.

    Faults of the machine, such as a full disk, are raised as always.

    Args:
        stem: The path of the figure without a suffix.
        title: Of the figure.
        formats: Those in which it is written.
        table: Whether it has a table beside it, of the same name.
    """
    try:
        yield
    except Exception as error:
        note = reason(error)
        print(f"not drawn: {Path(stem).name}: {note}")
        save(draw_note(note, title=title), stem, formats)
        if table:
            write_csv(f"{os.fspath(stem)}.csv", pd.DataFrame({NOTE: [note]}))


def draw_note(note: str, *, title: str = "") -> Figure:
    """Draw the reason why a figure cannot be drawn.

    No letter of it is read as math: the texts may be what could not be drawn.

    Args:
        note: The reason.
        title: The first line of the figure.
    """
    rows = [title, *textwrap.wrap(f"Not drawn: {note}", _LETTERS)]
    height = (2.0 * INSET + ROW * len(rows)) / 72.0
    with style():
        figure = StyledFigure(figsize=(_WIDTH, height))
        for row, text in enumerate(rows):
            figure.text(
                INSET / 72.0 / _WIDTH,
                1.0 - (INSET + ROW * (row + 0.72)) / 72.0 / height,
                text,
                va="baseline",
                fontsize=letter(),
                fontweight="normal" if row else "bold",
                parse_math=False,
            )
    return figure
