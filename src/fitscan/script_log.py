"""The frame around every script: its log file, and errors that a user can read."""

import gc
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from fitscan.errors import FitscanError
from fitscan.masking import masked

__all__ = ["step"]


@contextmanager
def step(log_file: str) -> Iterator[None]:
    """Log to ``log_file``; end the process with a FitscanError's message instead of a traceback.

    Warnings of libraries go to the log as well. Snakemake shows the log of a job that fails.
    Secrets of addresses are masked, in messages of libraries too. A script ends with its step,
    without a search for garbage in all that it has imported.
    """
    handler = logging.FileHandler(log_file, mode="w")
    handler.setFormatter(_Masking("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # It has hundreds of lines to say about the letters of a figure.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    try:
        yield
    except FitscanError as error:
        text = f"{type(error).__name__}: {error}"
        logging.getLogger(__name__).error(text)
        sys.exit(text)
    except Exception:
        logging.getLogger(__name__).exception("unexpected error")
        raise
    finally:
        # Python would search it twice as it ends, which takes a tenth of the time of most scripts.
        gc.freeze()


class _Masking(logging.Formatter):
    """Formats a record, its traceback included, without secrets of addresses."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record), query="whole")
