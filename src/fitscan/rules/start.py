"""What is looked at before a run: if it can write its files, who else runs, what is there."""

import functools
import logging
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from fitscan.errors import ConfigError
from fitscan.files import check_writable

__all__ = ["Others", "check_folders", "check_path", "check_project", "written_ns"]

_LOCKS = Path(".snakemake/locks")

# Where jobs write, and where likelihoods are fetched to; Snakemake itself writes beside its locks.
_FOLDERS = ("results", "logs", "benchmarks")
_FETCHED = "resources"

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


def check_path(project: Path) -> None:
    """Check that Snakemake can take the path of the Snakefile, in which it fills in variables.

    Raises:
        ConfigError: It has braces.
    """
    special = re.search("[{}]", str(project))
    if special:
        folder = next(
            p for p in (project, *project.parents) if not re.search("[{}]", str(p.parent))
        )
        raise ConfigError(
            f"the path of the project has {special.group()!r}, which Snakemake cannot take",
            value=str(folder),
            hint="rename this folder",
        )


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
def check_folders(likelihoods: tuple[str, ...], on_disk: Callable[[str], str] = str) -> None:
    """Check once that there is room in all folders of a run, before anything is fitted.

    Args:
        likelihoods: The files of the likelihoods. Where all are there, none is fetched; or one is
            since its source has changed, which tells itself what it cannot write.
        on_disk: See ``fitscan.rules.place.Place``.

    Raises:
        OSError: One of them cannot be written.
    """
    is_complete = all(Path(on_disk(file)).exists() for file in likelihoods)
    fetched = () if is_complete else (_FETCHED,)
    for folder in (str(_LOCKS.parent), *map(on_disk, (*_FOLDERS, *fetched))):
        check_writable(folder)


def written_ns(file: Path) -> int | None:
    """Return when a file was written, in ns since 1970 by its own disk; None if there is none."""
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return None


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
