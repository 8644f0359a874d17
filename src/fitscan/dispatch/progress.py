"""Tell a person how far a scan is, from its journal: points done, rate, remaining time."""

import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TextIO

from fitscan.formats import duration
from fitscan.plan.journal import Journal

__all__ = ["Progress"]

# Points that ended within this time make the rate, since a machine's load changes.
_WINDOW_S = 120.0

# A line that says something new comes this early.
_SOON_S = 0.5


class Progress:
    """The progress of one scan, of which this process runs a part.

    On a terminal one line is rewritten; elsewhere plain lines come at most every ``interval_s``.
    Of the processes that work on the scan, whichever is due first writes.

    Args:
        journal: Where all processes of the scan write the rows they finish.
        name: What is being scanned.
        amounts: How much of the unit each row of the scan is, by its key.
        expected: Key of the lines of the journal that tell of rows to come, as ``amounts`` does.
        unit: What is counted.
        preparing: Says what processes of this machine do before they fit, or nothing; until the
            first row ends, a line says this in place of points, and for how long.
        stream: Where to write.
        interval_s: Time between two lines.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        name: str,
        amounts: Mapping[str, int],
        expected: str,
        unit: str = "points",
        preparing: Callable[[], str] = lambda: "",
        stream: TextIO | None = None,
        interval_s: float | None = None,
    ) -> None:
        self._journal = journal
        self._name = name
        self._amounts = dict(amounts)
        self._expected = expected
        self._unit = unit
        self._preparing = preparing
        self._prepared_since: float | None = None
        self._prepared_until = 0.0
        self._begun = time.time()
        self._fitting = False  # whether a row has ended since
        self._asleep_until = 0.0
        self._due_last = 0.0
        self._done: set[str] = set()
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._interval_s = interval_s or (_SOON_S if self._terminal else 10.0)
        # When each row ended and began, and how much it was.
        self._recent: list[tuple[float, float, int]] = []

    def update(self, *, tasks: str = "", now: float | None = None) -> None:
        """If the last line is old enough, read the journal and write one.

        Args:
            tasks: What this process has to say of its tasks.
            now: The time, in seconds since 1970.
        """
        now = time.time() if now is None else now
        if now < self._asleep_until:  # this comes after each point, and files are asked below
            return
        self._asleep_until = now + min(_SOON_S, self._interval_s)
        preparing = "" if self._fitting else self._preparing()
        if preparing:
            self._prepared_since = self._prepared_since or now
            self._prepared_until = now
        if not self._due(now, preparing):
            return
        for row in self._journal.new_rows():
            if row["key"] == self._expected:
                self._amounts |= row["expected"]
            new = row["key"] in self._amounts and row["key"] not in self._done
            if new and row.keys() >= {"time", "wall_s"}:
                self._done.add(row["key"])
                self._fitting |= row["time"] >= self._begun
                begun = row["time"] - row["wall_s"]
                self._recent.append((row["time"], begun, self._amounts[row["key"]]))
        if preparing and self._prepared_since is not None and not self._fitting:
            so_far = duration(now - self._prepared_since, rough=True)
            self._write(f"{self._name}: {preparing}: {so_far}")
        else:
            self._write(self.line(tasks=tasks, now=now))

    def tell(self, text: str) -> None:
        """Write a line that is not overwritten."""
        self._stream.write(f"\r\x1b[2K{text}\n" if self._terminal else f"{text}\n")
        self._stream.flush()

    def line(self, *, tasks: str = "", now: float) -> str:
        """Return the line that tells the progress."""
        # Rows of earlier runs may come in any order, since each process has a file of its own.
        self._recent = [times for times in self._recent if times[0] >= now - _WINDOW_S]
        done, total = sum(self._amounts[key] for key in self._done), sum(self._amounts.values())
        text = ", ".join(filter(None, [f"{self._name}: {done} of {total} {self._unit}", tasks]))
        if not self._recent or done == total:
            return text
        # The first point takes as long as the engine is prepared: the others do not.
        first = min(begin for _, begin, _ in self._recent)
        begun = max(now - _WINDOW_S, self._prepared_until, first)
        amount = sum(amount for end, _, amount in self._recent if end >= begun)
        if not amount:
            return text
        rate = amount / max(now - begun, 1e-3)
        left = duration((total - done) / rate, rough=True)
        return f"{text}, {rate:.2g} {self._unit}/s, about {left} left"

    def _due(self, now: float, preparing: str) -> bool:
        """Tell whether no process wrote a line for long enough, and take the turn if so."""
        stamp = self._journal.folder / "progress"
        try:
            interval_s = self._interval_s if stamp.read_text() == preparing else _SOON_S
            if now - stamp.stat().st_mtime < interval_s:
                return False
        except OSError:  # there is none yet, or it is another user's
            if now - self._due_last < self._interval_s:
                return False
        self._due_last = now
        with suppress(OSError):  # a full disk: then each process keeps its own time
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(preparing)
        return True

    def _write(self, text: str) -> None:
        # On a terminal the cursor goes back to the start, so that whoever writes next overwrites.
        self._stream.write(f"\r\x1b[2K{text}\r" if self._terminal else f"{text}\n")
        self._stream.flush()
