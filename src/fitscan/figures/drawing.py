"""Draw figures one after the other, in one process.

A figure that cannot be drawn is replaced by a note, and the others are drawn.
"""

import gc
from collections.abc import Iterable
from pathlib import Path

from fitscan.config.wanted_scan import picture_formats
from fitscan.figures.base import Figure
from fitscan.figures.inputs import Inputs
from fitscan.files import write_csv
from fitscan.garbage import collection_paused
from fitscan.plots import note_instead, save

__all__ = ["draw_figures"]


def draw_figures(figures: Iterable[Figure], inputs: Inputs, folder: Path) -> None:
    """Write the pictures of figures, and the tables of the numbers that they show.

    Args:
        figures: What to draw.
        inputs: What they are drawn from.
        folder: Where they go.
    """
    # No picture has garbage worth a search before it is done, and what was there before it stays:
    # the garbage collector would take a tenth of the time.
    with collection_paused():
        for figure in figures:
            gc.freeze()
            _draw(figure, inputs, folder / figure.name)
            gc.collect()
    gc.unfreeze()


def _draw(figure: Figure, inputs: Inputs, stem: Path) -> None:
    """Draw one figure; nothing refers to its picture when this returns."""
    formats, has_table = picture_formats(inputs.figures), figure.has_table
    with note_instead(f"{stem}.png", title=inputs.title, formats=formats, tables=has_table):
        picture, table = figure.draw(inputs)
        save(picture, stem, formats)
        if table is not None:
            write_csv(f"{stem}.csv", table)
