"""A queue that is given no more than its workers can take."""

from concurrent.futures import Future

import pytest

from fitscan.executors.feeding import Feeder


class Queue:
    """Keeps what it was given until it is told to answer."""

    def __init__(self):
        self.given = {}

    def send(self, request):
        self.given[request] = Future()
        return self.given[request]


@pytest.fixture
def queue():
    return Queue()


def test_no_more_are_handed_on_than_may_be_there_at_once(queue):
    feeder = Feeder(queue.send, at_once=2)
    futures = [feeder.submit(request) for request in (b"a", b"b", b"c")]
    assert list(queue.given) == [b"a", b"b"]
    assert [future.running() for future in futures] == [True, True, False]
    queue.given[b"b"].set_result(b"B")
    assert futures[1].result(timeout=0) == b"B"
    assert list(queue.given) == [b"a", b"b", b"c"]


def test_what_was_not_handed_on_is_taken_back(queue):
    feeder = Feeder(queue.send, at_once=1)
    first, second = feeder.submit(b"a"), feeder.submit(b"b")
    feeder.cancel()
    assert second.cancelled()
    queue.given[b"a"].set_result(b"A")
    feeder.wait()  # ends, since nothing is left
    assert first.result(timeout=0) == b"A"
    assert list(queue.given) == [b"a"]


def test_an_error_of_one_lets_the_next_come(queue):
    def send(request):
        if request == b"a":
            raise OSError("the queue is gone")
        return queue.send(request)

    feeder = Feeder(send, at_once=1)
    first, second = feeder.submit(b"a"), feeder.submit(b"b")
    assert isinstance(first.exception(timeout=0), OSError)
    queue.given[b"b"].set_exception(RuntimeError("lost"))
    assert isinstance(second.exception(timeout=0), RuntimeError)
    feeder.wait()
