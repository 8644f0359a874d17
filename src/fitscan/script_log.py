"""The frame around every script: its log file, and errors that a user can read."""

import gc
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from fitscan.errors import FitscanError
from fitscan.files import storage_error
from fitscan.lifeline import end_with
from fitscan.masking import masked

__all__ = ["SUBMITTER", "log_file", "step"]

SUBMITTER = "FITSCAN_SUBMITTER"
"""The variable with the number of Snakemake's process; scripts end when that one does."""


@contextmanager
def step(log_file: str) -> Iterator[None]:
    """Log to ``log_file``; end the process with a FitscanError's message instead of a traceback.

    So it does where the system refuses a file. Warnings of libraries go to the log as well.
    Secrets of addresses are masked, in messages of libraries too. Snakemake shows the log of a job
    that fails. If Snakemake is killed, the process ends too. A script ends with its step, without a
    search for garbage in all that it has imported.
    """
    if submitter := os.environ.get(SUBMITTER):
        end_with(int(submitter))
    try:
        handler = _LogFile(log_file, mode="w")
    except OSError as error:
        sys.exit(_for_user(storage_error(error) or error))
    handler.setFormatter(_Masking("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # It has hundreds of lines to say about the letters of a figure.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    try:
        yield
    except (FitscanError, OSError) as error:
        told = storage_error(error) if isinstance(error, OSError) else error
        if told is None:
            logging.getLogger(__name__).exception("unexpected error")
            raise
        text = _for_user(told)
        logging.getLogger(__name__).error(text)
        sys.exit(text)
    except Exception:
        logging.getLogger(__name__).exception("unexpected error")
        raise
    finally:
        # Python would search it twice as it ends, which takes a tenth of the time of most scripts.
        gc.freeze()


def log_file() -> str:
    """Return the path of the log of this process, as it was given; nothing outside of a step."""
    return next((h.given for h in logging.getLogger().handlers if isinstance(h, _LogFile)), "")


class _Masking(logging.Formatter):
    """Formats a record, its traceback included, without secrets of addresses."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record), query="whole")


class _LogFile(logging.FileHandler):
    """A log that fails no job: what it cannot write it says once on the terminal."""

    def __init__(self, path: str, *, mode: str) -> None:
        super().__init__(path, mode=mode)
        self.given = path
        self._told = False

    def handleError(self, record: logging.LogRecord) -> None:
        """Say what is wrong with the file, the first time."""
        error = sys.exception()
        told = storage_error(error, self.given) if isinstance(error, OSError) else None
        if told is None:
            super().handleError(record)
        elif not self._told:
            self._told = True
            print(f"the log is incomplete: {_for_user(told)}", file=sys.stderr)

    def close(self) -> None:
        """Close the file; what is left of it may not fit on the disk."""
        with suppress(OSError):
            super().close()


def _for_user(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
