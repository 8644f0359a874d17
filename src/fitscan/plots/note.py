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

__all__ = ["draw_note", "note_instead"]

_WIDTH = 8.0  # inches
_LETTERS = 84


@contextmanager
def note_instead(
    *paths_to_figures: str | os.PathLike[str],
    title: str,
    formats: Sequence[str] = FORMATS,
    tables: bool = True,
) -> Iterator[None]:
    """Write notes in the place of figures if the block that draws them fails.

    Faults of the machine, such as a full disk, are raised as always.

    Args:
        paths_to_figures: The figures; suffixes are replaced by those of all formats.
        title: Of the figures.
        formats: Those in which they are written.
        tables: Whether each figure has a table beside it, of the same name.
    """
    try:
        yield
    except Exception as error:
        note = reason(error)
        print(f"not drawn: {', '.join(Path(path).stem for path in paths_to_figures)}: {note}")
        for path in paths_to_figures:
            stem = Path(path).with_suffix("")
            save(draw_note(note, title=title), stem, formats)
            if tables:
                write_csv(stem.with_suffix(".csv"), pd.DataFrame({NOTE: [note]}))


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
