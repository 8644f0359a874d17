"""The header of a figure: text and legend in a strip above the data, where they cover none.

Takes texts and the artists of the legend; gives the part of the height that has to be kept free.
"""

import functools
import textwrap
from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cbook import is_math_text
from matplotlib.mathtext import MathTextParser

from fitscan.errors import FitscanError

__all__ = ["LETTER", "Handle", "draw_header", "leave_room", "letter", "readable", "remarks"]

Handle = Artist | tuple[Artist, ...]

# The size of letters, the height of a row, and its distance from the frame, in points.
LETTER, ROW, INSET = 12.5, 18.0, 12.0

# Texts are broken after so many letters: a title fills the figure, a note the space beside the
# legend. One with math text is broken at semicolons only, and made smaller where need be.
TITLE_LETTERS, NOTE_LETTERS = 56, 28


def draw_header(
    ax: Axes, *, title: str, lines: Sequence[str], legend: Mapping[str, Handle]
) -> float:
    """Write the block of text and the legend along the top of the axes.

    The title goes over the whole width; below it come the lines at the left and the legend at the
    right.

    Returns:
        The part of the height of the axes that the header takes, to be kept free of data.
    """
    width, height = size_in_points(ax)
    titles = broken(title, TITLE_LETTERS)
    body = [row for line in lines for row in broken(line, NOTE_LETTERS)]
    columns = 1 if len(legend) < 4 else 2
    rows = len(titles) + max(len(body), -(-len(legend) // columns))
    room = width - 2.0 * INSET
    for row, text in enumerate(titles):
        write(ax, row, text, room=room, fontweight="bold")
    if legend:
        top = INSET + ROW * len(titles) + 4.0  # level with the text, by eye
        box = ax.legend(
            list(legend.values()),
            list(legend),
            loc="upper right",
            bbox_to_anchor=(1.0 - INSET / width, 1.0 - top / height),
            ncols=columns,
            borderpad=0.0,
            borderaxespad=0.0,
            labelspacing=ROW / letter() - 1.0,
            handlelength=1.8,
            handletextpad=0.5,
            columnspacing=1.0,
            fontsize=letter(),
        )
        room -= size_in_points(box)[0] + INSET
    for row, text in enumerate(body, start=len(titles)):
        write(ax, row, text, room=room)
    return (2.0 * INSET + ROW * rows) / height


def leave_room(ax: Axes, bottom: float, top: float, *, used: float) -> None:
    """Set the limits of the ordinate so that the header covers nothing up to ``top``.

    Args:
        ax: The axes, whose scale is set.
        bottom: Where they begin.
        top: Where the data end.
        used: The part of the height that the header takes.
    """
    part = used / (1.0 - used)
    if ax.get_yscale() == "log":
        ax.set_ylim(bottom, top * (top / bottom) ** part)
    else:
        ax.set_ylim(bottom, top + (top - bottom) * part)


def write(ax: Axes, row: int, text: str, *, room: float, fontweight: str = "normal") -> None:
    """Write one row of the header, in smaller letters if it would take more than ``room``."""
    artist = ax.annotate(
        readable(text),
        xy=(0.0, 1.0),
        xycoords="axes fraction",
        xytext=(INSET, -INSET - ROW * (row + 0.72)),
        textcoords="offset points",
        va="baseline",
        fontsize=letter(),
        fontweight=fontweight,
    )
    artist.set_fontsize(letter() * min(1.0, room / size_in_points(artist)[0]))


def letter() -> float:
    """Return the size of letters in the style that is set."""
    return float(mpl.rcParams["font.size"])


def broken(text: str, letters: int) -> list[str]:
    """Return ``text`` in rows of at most ``letters`` letters; of math text each part is one row.

    Its parts end in semicolons, which go, and begin with capital letters.
    """
    if not is_math_text(text):
        return textwrap.wrap(text, letters)
    return [
        row[:1].upper() + row[1:]
        for part in text.split("; ")
        for row in ([part] if is_math_text(part) else textwrap.wrap(part, letters))
    ]


def remarks(said: Mapping[str, str]) -> list[str]:
    """Return what is said of each curve as sentences, naming together what is said alike."""
    curves: dict[str, list[str]] = {}
    for curve, text in said.items():
        curves.setdefault(text, []).append(curve)
    sentences = [f"{' and '.join(names)}: {text}" for text, names in curves.items()]
    return [sentence[:1].upper() + sentence[1:] for sentence in sentences]


@functools.cache
def readable(text: str) -> str:
    """Return ``text`` if matplotlib can set it.

    Raises:
        FitscanError: Its math text is faulty.
    """
    if is_math_text(text):
        try:
            MathTextParser("path").parse(text)
        except ValueError as error:
            raise FitscanError(
                "matplotlib cannot read the math in a text of a figure",
                value=text,
                hint=f"write \\$ for a dollar sign; {str(error).splitlines()[-1]}",
            ) from error
    return text


def size_in_points(artist: Artist) -> tuple[float, float]:
    """Return width and height of what ``artist`` draws."""
    figure = artist.get_figure(root=True)
    if figure is None:
        raise FitscanError("An artist without a figure has no size", value=artist)
    box = artist.get_window_extent()
    return box.width * 72.0 / figure.dpi, box.height * 72.0 / figure.dpi
