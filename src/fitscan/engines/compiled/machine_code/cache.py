"""Machine code is kept between processes.

Of the processes that need it at once, one makes it and the others wait. Where its folder
(``machine_code.folder``) cannot be written each makes its own, and everything else is the same.
"""

import hashlib
import logging
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, ClassVar

from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import CPUDispatcher

from fitscan.engines.compiled.machine_code.folder import LOCK, cache_folder, tell_once
from fitscan.engines.compiled.machine_code.locks import locked
from fitscan.garbage import collection_paused

__all__ = ["EntryDispatcher"]

log = logging.getLogger(__name__)

# Longer than all entries take on a slow machine.
_PATIENCE_S = 600.0


class EntryDispatcher(CPUDispatcher):  # type: ignore[misc]  # numba has no types
    """Loads the machine code of an entry when it is first called, or has it made."""

    def __init__(self, function: Callable[..., Any], **options: Any) -> None:
        super().__init__(function, **options)
        if cache_folder() is not None:
            self._cache = _EntryCache(function)

    def compile(self, sig: Any) -> Any:
        """Load or make the machine code of a signature."""
        # Threads take the compiler first and the lock of the folder second: one that had the folder
        # and waited for the compiler would stop whoever has the compiler and waits for the folder.
        # Compiling makes millions of objects that stay.
        with global_compiler_lock, collection_paused(), ExitStack() as turn:
            self._cache.turn = turn
            return super().compile(sig)


class _Locator:
    """Tells numba where machine code lies: in our folder, whatever path the source has.

    numba's own locators have a folder for each path, so that each copy of a project, each worker's
    installation, would be compiled again. The folder's name says which source it belongs to.
    """

    def __init__(self, folder: Path, disambiguator: str) -> None:
        self._folder = folder
        self._disambiguator = disambiguator

    @classmethod
    def from_function(cls, function: Callable[..., Any], path: str) -> "_Locator | None":
        """Return the locator of an entry in the source file ``path``."""
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
        """Return what tells entries of one name apart."""
        return self._disambiguator


class _CheckedFile(IndexDataCacheFile):  # type: ignore[misc]
    """numba's files of machine code, each with a digest: damaged code would give wrong numbers."""

    def _dump(self, obj: Any) -> bytes:
        data: bytes = super()._dump(obj)
        return data + hashlib.sha256(data).digest()

    def _load_data(self, name: str) -> Any:
        content = Path(self._data_path(name)).read_bytes()
        size = hashlib.sha256().digest_size
        if hashlib.sha256(content[:-size]).digest() != content[-size:]:
            raise ValueError(f"{name} is not as it was written")
        return super()._load_data(name)  # which leaves what is behind the pickle


class _EntryCacheImpl(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes: ClassVar = [_Locator]


class _EntryCache(FunctionCache):  # type: ignore[misc]
    """numba's cache of machine code; a file that a full disk cut short counts as none.

    What cannot be kept is made again by the next process: a full disk keeps nobody from fitting.
    """

    _impl_class = _EntryCacheImpl

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file.__class__ = _CheckedFile

    # What is held from where machine code is found missing until it is saved.
    turn: ExitStack

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Load the machine code of a signature; where there is none, wait for who makes it."""
        found = self._load(sig, target_context)
        if found is None:
            self.turn.enter_context(locked(Path(self.cache_path) / LOCK, patience_s=_PATIENCE_S))
            found = self._load(sig, target_context)
        return found

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the machine code of a signature, where there is room."""
        try:
            super().save_overload(sig, data)
        except Exception as error:  # a full disk, or an index that is damaged and stays so
            tell_once(error)

    def _load(self, sig: Any, target_context: Any) -> Any:
        # Not by numba's own method, which first reads the types of all functions that numba knows.
        # Compiling needs them, and reads them itself; code that is there does not.
        try:
            with self._guard_against_spurious_io_errors():
                return self._load_overload(sig, target_context)
        except Exception as error:  # whatever a broken pickle or broken machine code raises
            log.warning(
                "machine code in %s is damaged and compiled again: %s", self.cache_path, error
            )
            with suppress(OSError):  # on a full or read-only disk it stays damaged
                self.flush()
            return None
