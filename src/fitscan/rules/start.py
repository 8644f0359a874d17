"""What is looked at before a run begins: whether it can write its files, and who else runs here."""

import functools
import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from fitscan.files import check_writable

__all__ = ["Others", "check_folders", "check_project"]

_LOCKS = Path(".snakemake/locks")

# Where jobs write; Snakemake itself, beside its locks.
_FOLDERS = ("results", "logs", "benchmarks", "resources")

# With these Snakemake writes nothing, or only removes its lock.
_WITHOUT_ROOM = {
    "--lint",
    "--list",
    "--list-rules",
    "-l",
    "--list-target-rules",
    "--lt",
    "--unlock",
}


def check_project(arguments: Sequence[str] = sys.argv) -> None:
    """Check that Snakemake can write its own folder, since its own error has a traceback.

    Raises:
        OSError: The project cannot be written.
    """
    if not _WITHOUT_ROOM.intersection(arguments):
        try:
            check_writable(_LOCKS.parent)
        except OSError:
            # Snakemake's log is there too, and each line that it lacks would have a traceback.
            logging.raiseExceptions = False
            raise


@functools.cache
def check_folders(on_disk: Callable[[str], str] = str) -> None:
    """Check once that there is room in all folders, before anything is fitted.

    Args:
        on_disk: See ``fitscan.rules.place.Place``.

    Raises:
        OSError: One of them cannot be written.
    """
    for folder in (str(_LOCKS.parent), *map(on_disk, _FOLDERS)):
        check_writable(folder)


class Others:
    """What other processes of Snakemake work on here, as their locks said when this one began."""

    def __init__(self) -> None:
        self._files: list[str] = []
        for lock in sorted(_LOCKS.glob("*.lock")):
            with suppress(OSError, UnicodeError):  # its run has just ended, or is another user's
                self._files += lock.read_text().splitlines()

    def use(self, folder: str) -> bool:
        """Tell whether one of them reads or writes files in a folder."""
        return any(file.startswith(f"{folder}/") for file in self._files)
