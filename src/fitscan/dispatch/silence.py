"""While nobody answers, say what is waited for and where to look."""

import time
from collections.abc import Callable

from fitscan.executors import Executor
from fitscan.formats import duration
from fitscan.script_log import log_file

__all__ = ["Silence"]

# A first line comes after this time, and each other one after twice the time of the one before.
_FIRST_S = 60.0


class Silence:
    """The time since a worker answered last.

    Args:
        executor: Whose workers are waited for.
        tell: Called with each line for the user.
    """

    def __init__(self, executor: Executor, tell: Callable[[str], object]) -> None:
        self._executor = executor
        self._tell = tell
        self.heard()

    def heard(self) -> None:
        """Begin anew: a worker has answered."""
        self.since = time.monotonic()
        self._next_s = _FIRST_S

    @property
    def seconds(self) -> float:
        """How long nobody has answered."""
        return time.monotonic() - self.since

    def update(self, what: str) -> None:
        """Let the executor look after its workers; tell what it says, and how long the wait is.

        Args:
            what: What is waited for.

        Raises:
            ExecutorError: No task will be answered any more.
        """
        for text in self._executor.look_after_workers():
            self._tell(text)
        if self.seconds >= self._next_s:
            self._next_s *= 2.0
            log = self._executor.log or log_file()
            where = f"; the log is {log}" if log else ""
            self._tell(
                f"no answer for {duration(self.seconds, rough=True)}, waiting for {what}{where}"
            )
