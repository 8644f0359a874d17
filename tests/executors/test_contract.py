"""What every executor promises. A new one joins in ``conftest.py``."""

import hashlib
import json
import os
import threading
import time

import pytest
from scan_settings import COMPILED

from fitscan import strictjson
from fitscan.columns import TIMES
from fitscan.engines.registry import engine_version
from fitscan.errors import ExecutorError
from fitscan.executors import Capabilities
from fitscan.worker.request import FORMAT
from fitscan.worker.run import run

# The tasks of these end with the process that gives them out.
OWN = ("in_process", "process_pool", "parsl")


@pytest.fixture(params=OWN)
def executor(request, opened):
    """Each of these executors in turn, not entered."""
    return opened(request.param)


@pytest.fixture
def fit_request(tiny, tmp_path):
    """A request for a point, as bytes."""
    workspace = tiny.workspace()
    tiny.write(tmp_path / "workspace.json", workspace)
    request = {
        "format": FORMAT,
        "engine": engine_version(COMPILED),
        "workspace": {
            "digest": strictjson.digest(workspace),
            "path": str(tmp_path / "workspace.json"),
        },
        "settings": COMPILED,
        "points": [{"key": "a", "name": "point a", "signal": {"patch": tiny.patch(10.0)}}],
    }
    return json.dumps(request).encode()


def refused_request(number):
    """A request whose answer is an error that names its number."""
    return json.dumps({"format": f"no. {number}"}).encode()


def blocked_request(path):
    """A request that is answered when somebody writes to ``path``, a pipe."""
    return json.dumps(
        {
            "format": FORMAT,
            "engine": engine_version(COMPILED),
            "workspace": {
                "digest": hashlib.sha256(str(path).encode()).hexdigest(),
                "path": str(path),
            },
            "settings": COMPILED,
            "points": [],
        }
    ).encode()


def wait_until(condition):
    deadline = time.monotonic() + 20.0
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    assert condition()


def reproducible(response):
    """The response without what may differ from run to run."""
    parsed = json.loads(response)
    rows = [{k: v for k, v in row.items() if k not in TIMES} for row in parsed["rows"]]
    return {**parsed, "rows": rows, "worker": None}


def test_fit_gives_what_the_worker_gives(running, fit_request):
    response = running.submit(fit_request).result()
    assert json.loads(response)["rows"][0]["status"] == "ok"
    assert reproducible(response) == reproducible(run(fit_request))


def test_answer_is_the_worker_s_to_the_byte(running):
    assert running.submit(refused_request(1)).result() == run(refused_request(1))


@pytest.mark.parametrize("count", [0, 1, 100])
def test_any_number_of_requests_is_answered_each_by_its_own_answer(running, count):
    futures = [running.submit(refused_request(number)) for number in range(count)]
    answers = [future.result() for future in futures]
    assert answers == [run(refused_request(number)) for number in range(count)]


def test_large_request_is_carried(running):
    size = min(8_000_000, running.capabilities.max_request_bytes or 8_000_000)
    request = json.dumps({"format": "begin" + "x" * (size - 100) + "end"}).encode()
    message = json.loads(running.submit(request).result())["message"]
    assert "'beginxxx" in message  # which shows both ends of it
    assert "xxxend'" in message


@pytest.mark.parametrize("request_bytes", [b"", b"{", b"\xff", b"null", b"{}", b"[]"])
def test_request_that_cannot_be_answered_is_an_answer_and_not_an_exception(running, request_bytes):
    response = json.loads(running.submit(request_bytes).result())
    assert response["ok"] is False
    assert response["kind"]


def test_requests_after_one_that_cannot_be_answered_are_answered(running, fit_request):
    futures = [running.submit(request) for request in (b"", fit_request)]
    assert json.loads(futures[1].result())["ok"] is True


def test_capabilities_are_declared(running):
    assert isinstance(running.capabilities, Capabilities)
    assert running.capabilities.workers >= 1


def test_leaving_the_context_waits_for_what_has_begun_and_cancels_the_rest(executor, tmp_path):
    workers = executor.capabilities.workers
    pipes = [tmp_path / f"pipe{number}" for number in range(workers + 3)]
    for pipe in pipes:
        os.mkfifo(pipe)
    writers = [os.open(pipe, os.O_RDWR) for pipe in pipes[:workers]]
    cancelled = threading.Semaphore(0)

    def run_and_leave():
        with executor:
            futures.extend(executor.submit(blocked_request(pipe)) for pipe in pipes)
            wait_until(lambda: all(future.running() for future in futures[:workers]))
            for future in futures[workers:]:
                future.add_done_callback(lambda _: cancelled.release())

    futures = []
    thread = threading.Thread(target=run_and_leave)
    try:
        thread.start()
        for _ in pipes[workers:]:
            assert cancelled.acquire(timeout=20)
        assert thread.is_alive()
        assert not any(future.done() for future in futures[:workers])
    finally:
        for pipe in pipes:  # whatever went wrong, no worker waits for a pipe any more
            pipe.unlink()
        for writer in writers:
            os.close(writer)
        thread.join(timeout=60)
    assert not thread.is_alive()
    assert all(future.cancelled() for future in futures[workers:])
    assert all(json.loads(future.result())["ok"] is False for future in futures[:workers])


def test_error_inside_the_context_is_not_swallowed(executor):
    with pytest.raises(ZeroDivisionError), executor:
        raise ZeroDivisionError


@pytest.mark.beyond
def test_leaving_the_context_leaves_tasks_that_outlive_this_process(opened, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)
    try:
        with opened("globus_compute") as executor:
            future = executor.submit(blocked_request(pipe))
            wait_until(lambda: executor.ticket(future))
        assert not pipe.is_file()
    finally:
        pipe.unlink()
        os.close(writer)


@pytest.mark.parametrize("kind", [*OWN, "globus_compute"])
def test_option_that_is_not_supported_is_refused_and_not_ignored(opened, kind):
    with pytest.raises(ExecutorError, match="no_such_option"):
        opened(kind, no_such_option=1)
