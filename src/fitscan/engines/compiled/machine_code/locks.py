"""A lock on a file: one process at a time holds it, and its end frees it, however it ends."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["is_locked", "locked"]

_POLL_S = 0.05


@contextmanager
def locked(path: Path, *, patience_s: float) -> Iterator[bool]:
    """Hold the lock of a file, which is made where it is missing and stays there.

    The system frees the lock when its holder ends, killed or not. But a process that the holder
    forked keeps it, and a holder may be stopped: so nobody waits for ever.

    Args:
        path: The file.
        patience_s: How long to wait for another holder.

    Yields:
        Whether the lock is held: not where another holds it for longer, nor on a file system that
        has no locks.
    """
    try:
        file = path.open("ab")
    except OSError:
        yield False
        return
    with file:
        yield _acquired(file.fileno(), time.monotonic() + patience_s)


def is_locked(path: Path) -> bool:
    """Tell whether a process holds the lock of a file; without the file nobody does."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _acquired(descriptor: int, deadline: float) -> bool:
    """Wait for a lock until the deadline; closing the file frees it."""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_S)
        except OSError:
            return False
        else:
            return True
