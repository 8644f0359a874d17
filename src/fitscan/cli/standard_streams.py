"""Standard streams: those that are closed, and all of what is written to stdout or an error."""

import io
import os
import sys

__all__ = ["buffer_stdout", "forget_unwritten", "open_standard_streams"]


def open_standard_streams() -> None:
    """Connect those of stdin, stdout and stderr that are closed to nothing.

    Else the next files that are opened would get their numbers, and what a program that is started
    from here writes to its standard streams would go into them.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def buffer_stdout() -> None:
    """Give stdout a buffer where it has none, as with ``PYTHONUNBUFFERED``.

    A full disk takes a part of what is written at once. A buffer tries again, which is an error;
    without one Python drops the rest.
    """
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper) and isinstance(out.buffer, io.RawIOBase):
        encoding, errors = out.encoding, out.errors
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(out.detach()), encoding, errors)


def forget_unwritten() -> None:
    """Drop what stdout did not take, which has been an error.

    Python would try again at its end, and end with a status of its own.
    """
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
