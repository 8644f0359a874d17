"""Compile a kernel once per machine: the machine code is kept between processes.

It lies in the user's cache, in a folder named by a digest of all kernels, since numba notices an
edit of a kernel but not of the kernels that it calls. Where that folder cannot be written, each
process compiles for itself (about a minute) and everything else is the same. Only a folder of
the user's own will do: what lies there is run.

FITSCAN_CACHE names another folder; an empty value switches the cache off.
"""

import logging
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba
import platformdirs
from numba.core.caching import FunctionCache

from fitscan.engine.libraries import EntryCompiler, KernelCompiler
from fitscan.provenance import code_digest

__all__ = ["cache_folder", "entry", "helper", "kernel"]

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

# Sums may be reordered and fused, so that they use the processor's vectors; infinity and NaN keep
# their meaning, on which kernels rely.
_FAST = {"reassoc", "contract", "arcp", "nsz"}


_OPTIONS: dict[str, Any] = {
    "fastmath": _FAST,
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
    # Kernels make no arrays, so that none are counted.
    "_nrt": False,
}


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel that other kernels and entries call."""
    options = {"no_cpython_wrapper": True, "pipeline_class": KernelCompiler}
    compiled: Callable[P, R] = numba.njit(**_OPTIONS, **options)(function)
    return compiled


def helper(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel of a few lines, which becomes part of those that call it."""
    options = {"no_cpython_wrapper": True, "pipeline_class": KernelCompiler, "forceinline": True}
    compiled: Callable[P, R] = numba.njit(**_OPTIONS, **options)(function)
    return compiled


def entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile what Python calls when it is first called, or load its machine code."""
    before = numba.config.CACHE_LOCATOR_CLASSES
    numba.config.CACHE_LOCATOR_CLASSES = f"{__name__}.{KernelLocator.__name__}"
    try:
        compiled: Any = numba.njit(**_OPTIONS, pipeline_class=EntryCompiler)(function)
        if cache_folder() is not None:
            compiled._cache = KernelCache(function)
    finally:
        numba.config.CACHE_LOCATOR_CLASSES = before
    called: Callable[P, R] = compiled
    return called


class KernelCache(FunctionCache):  # type: ignore[misc]  # numba has no types
    """numba's cache of machine code; a file that a full disk cut short counts as none."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Load the machine code of a signature; None where there is none to be used."""
        try:
            return super().load_overload(sig, target_context)
        except Exception as error:  # whatever a broken pickle or broken machine code raises
            log.warning("machine code in %s is damaged and made again: %s", self.cache_path, error)
            self.flush()
            return None


class KernelLocator:
    """Tells numba where machine code lies: in our folder, whatever path the source has.

    numba's own locators have a folder for each path, so that each copy of a project, each worker's
    installation, would be compiled again. The folder's name says which source it belongs to.
    """

    def __init__(self, folder: Path, disambiguator: str) -> None:
        self._folder = folder
        self._disambiguator = disambiguator

    @classmethod
    def from_function(cls, function: Callable[..., Any], path: str) -> "KernelLocator | None":
        """Return the locator of a kernel in the source file ``path``."""
        folder = cache_folder()
        if folder is None:
            return None
        return cls(folder, f"{Path(path).stem}-{function.__code__.co_firstlineno}")

    def ensure_cache_path(self) -> None:
        """Make the folder."""
        self._folder.mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        """Return the folder."""
        return str(self._folder)

    def get_source_stamp(self) -> str:
        """Return what changes with the source: the folder's name does."""
        return self._folder.name

    def get_disambiguator(self) -> str:
        """Return what tells kernels of one name apart."""
        return self._disambiguator


@cache
def cache_folder() -> Path | None:
    """Return the folder of the machine code, or None where it cannot be written."""
    base = os.environ.get("FITSCAN_CACHE", platformdirs.user_cache_dir("fitscan"))
    if not base:
        return None
    folder = Path(base).expanduser() / f"kernels-{code_digest('engine', 'model/arrays')}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder.absolute()
    except OSError:
        return None
