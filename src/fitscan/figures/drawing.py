"""Draw the figures of a scan, on one core or on several.

A figure that cannot be drawn is replaced by a note, and the others are drawn.
"""

import gc
import multiprocessing
import sys
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from fitscan.config.wanted_scan import picture_formats
from fitscan.figures.base import Figure
from fitscan.figures.inputs import Inputs
from fitscan.files import write_csv
from fitscan.garbage import collection_paused
from fitscan.plots import note_instead, save

__all__ = ["draw_figures"]


def draw_figures(
    figures: Iterable[Figure], inputs: Inputs, folder: Path, *, cores: int = 1
) -> None:
    """Write the pictures of figures, and the tables of the numbers that they show.

    Args:
        figures: What to draw.
        inputs: What they are drawn from.
        folder: Where they go.
        cores: How many figures are drawn at a time. Elsewhere than on Linux it is one, since a
            process there starts anew, which takes longer than a figure.
    """
    figures = list(figures)
    helpers = min(cores, len(figures)) - 1 if sys.platform == "linux" else 0
    if helpers < 1:
        _draw_each(figures, inputs, folder)
        return
    fork = multiprocessing.get_context("fork")
    done = fork.Value("i", 0)

    def draw_untaken() -> None:
        _draw_each(_untaken(figures, done), inputs, folder)

    others = [fork.Process(target=draw_untaken) for _ in range(helpers)]
    for other in others:
        other.start()
    try:
        draw_untaken()
    finally:
        for other in others:
            other.join()
    if any(other.exitcode for other in others):
        # What stopped one is an error of this process then, or it was memory for two of them.
        _draw_each(figures, inputs, folder)


def _draw_each(figures: Iterable[Figure], inputs: Inputs, folder: Path) -> None:
    """Draw one figure after the other."""
    # No picture has garbage worth a search before it is done, and what was there before it stays:
    # the garbage collector would take a tenth of the time.
    with collection_paused():
        for figure in figures:
            gc.freeze()
            _draw(figure, inputs, folder / figure.name)
            gc.collect()
    gc.unfreeze()


def _untaken(figures: Sequence[Figure], taken: "Synchronized[int]") -> Iterator[Figure]:
    """Yield figures as long as there are any that no process has taken."""
    while True:
        with taken.get_lock():
            number = taken.value
            taken.value += 1
        if number >= len(figures):
            return
        yield figures[number]


def _draw(figure: Figure, inputs: Inputs, stem: Path) -> None:
    """Draw one figure; nothing refers to its picture when this returns."""
    formats = picture_formats(inputs.figures)
    with note_instead(stem, title=inputs.title, formats=formats, table=figure.has_table):
        picture, table = figure.draw(inputs)
        save(picture, stem, formats)
        if table is not None:
            write_csv(f"{stem}.csv", table)
