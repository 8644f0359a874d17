"""Where machine code lies, and whether it is being made.

It lies in the user's cache, in a folder named by a digest of all kernels, since numba notices an
edit of a kernel but not of the kernels that it calls, and by the kind of CPU. Only a folder of the
user's own will do: what lies there is run.

FITSCAN_CACHE names another folder; an empty value switches the cache off. Nothing here needs numba.
"""

import logging
import os
import tempfile
from functools import cache
from pathlib import Path

import platformdirs

from fitscan.digests import source_digest
from fitscan.engines.compiled.machine_code.locks import is_locked
from fitscan.machine import cpu_kind

__all__ = ["LOCK", "cache_folder", "is_compiling", "tell_once"]

log = logging.getLogger(__name__)

LOCK = "lock"
"""The file in the folder whose lock a process holds while it makes machine code."""


def is_compiling() -> bool:
    """Tell whether a process of this machine makes machine code for the folder."""
    folder = cache_folder()
    return folder is not None and is_locked(folder / LOCK)


@cache
def cache_folder() -> Path | None:
    """Return the folder of the machine code, or None where it cannot be written."""
    base = os.environ.get("FITSCAN_CACHE", platformdirs.user_cache_dir("fitscan"))
    if not base:
        return None
    # numba's index tells CPUs apart, but processes on two of them could write it at once.
    name = f"kernels-{source_digest('fitscan.engines.compiled')}-{cpu_kind().label}"
    folder = Path(base).expanduser() / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder.absolute()
    except OSError as error:
        tell_once(error)
        return None


def tell_once(error: Exception) -> None:
    """Warn once in a process that machine code is not kept; nothing else changes."""
    if not _told:
        _told.append(error)
        log.warning(
            "machine code is not kept, so each process compiles it: %s. FITSCAN_CACHE names "
            "another folder",
            error,
        )


_told: list[Exception] = []
