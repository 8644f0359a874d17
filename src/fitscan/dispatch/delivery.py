"""Get every point answered, whatever happens to workers on the way.

A task that is lost with its worker is resubmitted, a bounded number of times; then its points
are tried one by one, and the one that kills its worker every time becomes a failed row. When no
task has answered for as long as the executor's lease, the others are resubmitted as well: they
are idempotent, and whichever answer comes first counts. What a worker cannot do for want of
memory or files is tried again as often, perhaps by another one; any other answer would be the same.
An answer that is none, or has other rows than the task, is a lost task too.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue

from fitscan.columns import Row
from fitscan.dispatch.answers import Refusal, read_answer
from fitscan.dispatch.preflight import PATIENCE_S, check, probe
from fitscan.dispatch.progress import Progress
from fitscan.dispatch.requests import Requests
from fitscan.dispatch.silence import Silence
from fitscan.dispatch.tasks import Task
from fitscan.dispatch.tickets import Tickets
from fitscan.engines.base import Work
from fitscan.errors import ExecutorError, FitscanError, ShardError, VersionMismatch
from fitscan.executors import Executor
from fitscan.plan.journal import Journal

__all__ = ["Delivery"]

log = logging.getLogger(__name__)


# The progress line is renewed, and leases are looked at, this often while nothing finishes.
_PATIENCE_S = 1.0


class Delivery:
    """Delivers the points of one scan to an executor and their rows to a function.

    Args:
        executor: Where the tasks run; entered by the caller.
        requests: How points become requests.
        accept: Called with the rows of each answer, as they come.
        submitted: Where the tickets of tasks are kept, open for writing; None keeps nothing.
    """

    def __init__(
        self,
        executor: Executor,
        requests: Requests,
        *,
        accept: Callable[[list[Row]], None],
        submitted: Journal | None = None,
    ) -> None:
        self._executor = executor
        self._requests = requests
        self._accept = accept
        self._keeps_rows = submitted is not None
        self._tickets = Tickets(executor, submitted)
        self._finished: SimpleQueue[Future[bytes]] = SimpleQueue()
        self._waiting: dict[Future[bytes], Task] = {}
        self._open: set[Task] = set()  # submitted and not answered
        self._held: list[Task] = []  # until the workspace has arrived
        self._silence = Silence(executor, log.warning)
        self._errors: list[FitscanError] = []
        self.resubmitted: Counter[str] = Counter()

    def run(self, points: Sequence[Work], *, progress: Progress | None = None) -> None:
        """Deliver points; returns when each has its row.

        Raises:
            ExecutorError: Tasks are lost, and a worker cannot even say who it is; or the executor
                takes none.
            ShardError: A worker could not do what was asked. All other points have their rows.
            VersionMismatch: Workers run other code than this process.
        """
        tell = log.warning if progress is None else progress.tell
        self._silence = Silence(self._executor, tell)
        try:
            self._submit_all(points, tell=tell)
            while self._open:
                self._take_finished()
                if progress is not None:
                    progress.update(tasks=self.progress_text)
        except KeyboardInterrupt:
            text = f"interrupted with {self._out} tasks unfinished"
            if self._keeps_rows:
                text += "; finished results are kept, and the same command continues the run"
            log.warning(text)
            if progress is not None:
                progress.tell(text)
            raise
        if self.resubmitted:
            reasons = ", ".join(f"{count} x {reason}" for reason, count in self.resubmitted.items())
            log.warning("%d tasks were resubmitted: %s", self.resubmitted.total(), reasons)
        if self._errors:
            raise self._errors[0]

    @property
    def _out(self) -> int:
        return len(self._open) + len(self._held)

    @property
    def _awaited(self) -> str:
        """What is waited for."""
        first = next(iter(self._open)).name
        return f"{first} and {self._out - 1} more tasks" if self._out > 1 else first

    @property
    def progress_text(self) -> str:
        """What the line of progress says of tasks; nothing where they are run one by one."""
        if not self._executor.capabilities.has_workers:
            return ""
        text = f"{self._out} tasks pending"
        return f"{text}, {self.resubmitted.total()} resubmitted" if self.resubmitted else text

    def _submit_all(self, points: Sequence[Work], *, tell: Callable[[str], object]) -> None:
        """Find what an earlier process has submitted, and submit the rest."""
        rest = {point.key: point for point in points}
        for future, known in self._tickets.recover(points):
            self._await(future, Task(known, recovered=True))
            for point in known:
                del rest[point.key]
        capabilities = self._executor.capabilities
        tasks = [Task(part) for part in self._requests.split([*rest.values()], capabilities)]
        if tasks and capabilities.remote_environment:
            check(self._executor, patience_s=capabilities.lease_s, tell=tell)
            self._silence.heard()
        if not capabilities.shared_filesystem:
            # The first one asks whether workers have the workspace; the others do not travel before
            # that is answered.
            tasks, self._held = tasks[:1], tasks[1:]
        for task in tasks:
            self._submit(task)

    def _submit(self, task: Task) -> None:
        request = self._requests.request(
            task.points, self._executor.capabilities, with_workspace=task.with_workspace
        )
        try:
            future = self._executor.submit(request)
        except FitscanError:
            raise
        except Exception as error:
            raise ExecutorError(
                "the executor does not accept tasks", value=f"{type(error).__name__}: {error}"
            ) from error
        self._tickets.expect(future, task.points)
        self._await(future, task)

    def _await(self, future: Future[bytes], task: Task) -> None:
        task.since = time.monotonic()
        self._waiting[future] = task
        self._open.add(task)
        future.add_done_callback(self._finished.put)

    def _take_finished(self) -> None:
        """Take an answer if one comes soon, and see to those that do not come."""
        try:
            future = self._finished.get(timeout=_PATIENCE_S)
        except Empty:
            self._silence.update(self._awaited)
            self._renew_leases()
        else:
            self._take(future, self._waiting.pop(future))
        if self._finished.empty():
            self._tickets.note()

    def _take(self, future: Future[bytes], task: Task) -> None:
        """Take the answer to a task, or what kept the worker from answering."""
        self._tickets.forget(future)
        if task not in self._open:
            return  # another worker was quicker
        try:
            answer = read_answer(future.result(), task, self._requests)
        except Exception as error:
            self._lost(task, reason=type(error).__name__, error=error)
            return
        self._silence.heard()
        if not isinstance(answer, Refusal):
            self._answered(task, answer)
        elif task.recovered:
            # An earlier process was refused, for a reason that may have been mended since.
            task.recovered = False
            self._submit(task)
        elif answer.kind == "WorkspaceMissing" and not task.with_workspace:
            task.with_workspace = True
            self._submit(task)
        elif answer.kind == "VersionMismatch":
            raise VersionMismatch(answer.message)
        elif answer.machine and task.losses < self._executor.capabilities.retries:
            log.warning("%s at %s: %s", answer.kind, task.name, answer.message)
            task.losses += 1
            self.resubmitted[answer.kind] += 1
            self._submit(task)
        else:  # raised when all other points are done
            if answer.traceback:
                log.error("worker's traceback:\n%s", answer.traceback)
            self._errors.append(
                ShardError(f"a worker could not fit {task.name}: {answer.kind}: {answer.message}")
            )
            self._open.remove(task)
            self._release()

    def _answered(self, task: Task, rows: list[Row]) -> None:
        self._open.remove(task)
        self._accept(rows)
        self._release()

    def _release(self) -> None:
        """Submit what waited for the workspace to arrive."""
        held, self._held = self._held, []
        for task in held:
            self._submit(task)

    def _lost(self, task: Task, *, reason: str, error: Exception | None = None) -> None:
        """Resubmit points whose worker was lost."""
        task.losses += 1
        log.warning("lost %s (%s, time %d)", task.name, reason, task.losses, exc_info=error)
        retries = self._executor.capabilities.retries
        if task.losses <= retries:
            self.resubmitted[reason] += 1
            self._submit(task)
        elif len(task.points) > 1:
            self._open.remove(task)
            for point in task.points:  # one more time, each alone
                self.resubmitted[reason] += 1
                self._submit(Task((point,), losses=retries, with_workspace=task.with_workspace))
        else:
            # Is it the point, or the executor?
            try:
                # It is given as long as any task.
                lease = self._executor.capabilities.lease_s
                probe(self._executor, patience_s=PATIENCE_S if lease is None else lease)
            except ExecutorError as broken:
                raise ExecutorError(
                    f"the executor loses every task, for example {task.name}",
                    value=f"{reason}: {error}" if error else reason,
                    hint=str(broken),
                ) from error
            message = f"its worker was lost {task.losses} times: {reason}"
            self._answered(task, [self._requests.failed_row(task.points[0], message)])

    def _renew_leases(self) -> None:
        """Resubmit tasks that have not answered in time."""
        lease = self._executor.capabilities.lease_s
        if lease is None:
            return
        now = time.monotonic()
        if self._silence.seconds <= lease:
            return  # the others may still be queued
        for task in dict.fromkeys(self._waiting.values()):
            if task in self._open and now - task.since > lease:
                self._lost(task, reason=f"no answer for {lease:g} s")
