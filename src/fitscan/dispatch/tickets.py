"""Which task has which points, on disk, so that another process finds the tasks again."""

import logging
import math
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future

from fitscan.engines.base import Work
from fitscan.executors import Executor
from fitscan.plan.journal import Journal

__all__ = ["Tickets"]

log = logging.getLogger(__name__)

_MANY = 100  # tasks


class Tickets:
    """The tickets of the tasks of one scan.

    Args:
        executor: Gives the tickets.
        journal: Where they are kept, one line a point; open for writing. None to keep none.
    """

    def __init__(self, executor: Executor, journal: Journal | None) -> None:
        self._executor = executor
        self._journal = journal
        self._expected: dict[Future[bytes], Sequence[Work]] = {}
        self._noted = -math.inf

    def expect(self, future: Future[bytes], points: Sequence[Work]) -> None:
        """Keep the ticket of a task when there is one."""
        if self._journal is not None:
            self._expected[future] = points

    def forget(self, future: Future[bytes]) -> None:
        """Keep no ticket of a task that is done."""
        self._expected.pop(future, None)

    def note(self) -> None:
        """Write down the tickets that the executor has got since the last time.

        With many tasks without a ticket it looks once a second: it is called after each answer.
        """
        now = time.monotonic()
        if self._journal is None or (len(self._expected) > _MANY and now < self._noted + 1.0):
            return
        self._noted = now
        for future, points in list(self._expected.items()):
            ticket = self._executor.ticket(future)
            if ticket is not None:
                del self._expected[future]
                for point in points:
                    self._journal.append({"key": point.key, "ticket": ticket})

    def recover(self, wanted: Sequence[Work]) -> Iterator[tuple[Future[bytes], tuple[Work, ...]]]:
        """Yield tasks of earlier processes that are still known, with the points to take from each.

        No point comes twice: of several tasks for one, any is as good as the others.
        """
        if self._journal is None:
            return
        left = {point.key: point for point in wanted}
        given_out: dict[str, list[str]] = {}
        # By a reader of its own: each tells a row once, and a scan of toys asks again and again.
        for line in Journal(self._journal.folder).new_rows():
            if line["key"] in left and "ticket" in line:
                given_out.setdefault(line["ticket"], []).append(line["key"])
        found = self._executor.recover(list(given_out)) if given_out else {}
        for ticket, future in found.items():
            points = [left.pop(key) for key in given_out[ticket] if key in left]
            if points:
                yield future, tuple(points)
        if len(left) < len(wanted):
            log.info("%d points are still in progress at the executor", len(wanted) - len(left))
