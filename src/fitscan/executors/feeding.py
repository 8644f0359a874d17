"""Give a queue no more tasks than it has workers, so that the rest can still be taken back."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import Condition

__all__ = ["Feeder"]

Send = Callable[[bytes], "Future[bytes]"]


class Feeder:
    """Requests on their way to a queue that cannot take a task back.

    A future of ours runs from when its request was handed on.

    Args:
        send: Hands a request on.
        at_once: How many requests may be with it at a time.
    """

    def __init__(self, send: Send, *, at_once: int) -> None:
        self._send = send
        self._at_once = at_once
        self._queue: deque[tuple[bytes, Future[bytes]]] = deque()
        self._sent = 0
        self._changed = Condition()

    def submit(self, request: bytes) -> Future[bytes]:
        """Queue a request; the future gives the response."""
        future: Future[bytes] = Future()
        with self._changed:
            self._queue.append((request, future))
        self._feed()
        return future

    def cancel(self) -> None:
        """Take back what was not handed on."""
        with self._changed:
            queue, self._queue = self._queue, deque()
        for _, future in queue:
            future.cancel()

    def wait(self) -> None:
        """Wait for what was handed on."""
        with self._changed:
            self._changed.wait_for(lambda: not self._sent)

    def _feed(self) -> None:
        while True:
            with self._changed:
                if self._sent >= self._at_once or not self._queue:
                    return
                request, future = self._queue.popleft()
                if not future.set_running_or_notify_cancel():
                    continue
                self._sent += 1
            try:
                sent = self._send(request)
            except Exception as error:
                future.set_exception(error)
                self._ended()
            else:
                sent.add_done_callback(partial(self._answered, future))

    def _answered(self, ours: Future[bytes], done: Future[bytes]) -> None:
        error = done.exception()
        if error is None:
            ours.set_result(done.result())
        else:
            ours.set_exception(error)
        self._ended()
        self._feed()

    def _ended(self) -> None:
        with self._changed:
            self._sent -= 1
            self._changed.notify_all()
