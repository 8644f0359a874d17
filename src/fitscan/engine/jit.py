"""Compile a kernel once per machine: the machine code is kept between processes.

It lies in the user's cache, in a folder named by a digest of all kernels, since numba notices an
edit of a kernel but not of the kernels that it calls. Where that folder cannot be written, each
process compiles for itself (some twenty seconds) and everything else is the same. Only a folder of
the user's own will do: what lies there is run.

FITSCAN_CACHE names another folder; an empty value switches the cache off.
"""

import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba
import platformdirs

from fitscan.provenance import code_digest

__all__ = ["cache_folder", "jit"]

P = ParamSpec("P")
R = TypeVar("R")

# Sums may be reordered and fused, so that they use the processor's vectors; infinity and NaN keep
# their meaning, on which kernels rely.
_FAST = {"reassoc", "contract", "arcp", "nsz"}


def jit(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel when it is first called, or load its machine code."""
    folder = cache_folder()
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder or before)
    try:
        compiled: Any = numba.njit(fastmath=_FAST, error_model="numpy", cache=folder is not None)(
            function
        )
    finally:
        numba.config.CACHE_DIR = before
    kernel: Callable[P, R] = compiled
    return kernel


@cache
def cache_folder() -> Path | None:
    """Return the folder of the machine code, or None where it cannot be written."""
    base = os.environ.get("FITSCAN_CACHE", platformdirs.user_cache_dir("fitscan"))
    if not base:
        return None
    folder = Path(base) / f"kernels-{code_digest('engine', 'model/arrays')}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder.absolute()
    except OSError:
        return None
