"""Standard streams that whoever started this process has closed."""

import os

__all__ = ["open_standard_streams"]


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
