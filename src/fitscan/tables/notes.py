"""Notes in the place of figures that cannot be drawn: what is missing, and which key would give it.

A figure may be impossible where everything else is fine: the grid has three labels or none with
numbers. Then a picture of the reason takes its place (``fitscan.plots.note``), and so does a table
of one column, ``note``, by which those who read the table know. So whatever needs the files finds
them, and a run is whole.
"""

import csv
import io
import logging

from fitscan.errors import FitscanError

__all__ = ["NOTE", "note_of", "reason"]

NOTE = "note"

log = logging.getLogger(__name__)


def reason(error: Exception) -> str:
    """Return why something cannot be shown, and log it.

    Raises:
        MemoryError: The error is one of the machine, and not of what is shown.
        OSError: The same.
    """
    if isinstance(error, MemoryError | OSError):
        raise error
    if isinstance(error, FitscanError):
        log.warning("%s", error)
        return str(error)
    log.error("unexpected error", exc_info=error)
    return f"{type(error).__name__}: {error}. Hint: this should not happen; report it with the log"


def note_of(table: bytes | None) -> str:
    r"""Return the note in the table of a figure, nothing if the figure was drawn.

    >>> note_of(b'note\n"no axes, no figure"\n'), note_of(b"curve,m1\nobserved,100\n")
    ('no axes, no figure', '')
    """
    if table is None or not table.startswith(f"{NOTE}\n".encode()):
        return ""
    _, row = csv.reader(io.StringIO(table.decode(), newline=""))
    return row[0]
