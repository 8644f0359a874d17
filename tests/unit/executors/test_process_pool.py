"""Processes keep what they have compiled, and the death of one costs its own task and no other."""

import json
import os
import signal
import subprocess
import sys
import time

import mortal
import psutil
import pytest
from scan_settings import COMPILED

from fitscan import strictjson
from fitscan.dispatch import fit_points
from fitscan.engines.base import Work
from fitscan.engines.registry import engine_version
from fitscan.errors import ExecutorError, ShardError, WorkerLost
from fitscan.executors import process_pool
from fitscan.executors.process_pool import ProcessPool
from fitscan.likelihood import JsonPatch
from fitscan.plan.journal import Journal
from fitscan.worker.request import FORMAT

PROBE = json.dumps({"format": FORMAT, "probe": True}).encode()


@pytest.fixture(autouse=True)
def may_die(monkeypatch):
    monkeypatch.setattr(process_pool, "_answer_requests", mortal.answer_requests)


def pid_of(future):
    return json.loads(future.result(timeout=60))["worker"]["pid"]


def request(text):
    """A request that is refused, with a text in it."""
    return json.dumps({"format": text}).encode()


def waiting(path):
    """Wait until a worker waits at ``path``; return its process number."""
    deadline = time.monotonic() + 60
    while not (path.exists() and path.read_text().endswith(" ")):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return int(path.read_text())


def both(executor, tmp_path):
    """Return the process numbers of two workers."""
    path = tmp_path / "both"
    busy = executor.submit(request(f"waits at {path}"))
    first = waiting(path)
    second = pid_of(executor.submit(PROBE))
    path.unlink()
    busy.result(timeout=60)
    return first, second


def test_killed_worker_loses_its_task_and_no_other_and_the_others_live_on(tmp_path):
    path = tmp_path / "path"
    with ProcessPool(workers=2) as executor:
        lost = executor.submit(request(f"waits at {path}"))
        pid = waiting(path)
        others = [executor.submit(PROBE) for _ in range(5)]
        (other,) = {pid_of(future) for future in others}
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(WorkerLost, match="a worker died: 'exit code -9'"):
            lost.result(timeout=60)
        path.unlink()
        later = set(both(executor, tmp_path))
    assert other in later
    assert pid not in later


def test_worker_that_dies_with_nothing_to_do_costs_no_task(tmp_path):
    """Was a bug: the executor was broken for ever."""
    with ProcessPool(workers=1) as executor:
        pid = pid_of(executor.submit(PROBE))
        psutil.Process(pid).kill()
        deadline = time.monotonic() + 60
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline
        time.sleep(0.2)  # its other threads end a moment later, and only then the system tells
        assert pid_of(executor.submit(PROBE)) != pid


def test_request_that_kills_its_worker_every_time_stops_no_other():
    with ProcessPool(workers=2) as executor:
        futures = [executor.submit(request("poison")) for _ in range(3)]
        answered = [executor.submit(PROBE) for _ in range(3)]
        assert all(isinstance(future.exception(timeout=60), WorkerLost) for future in futures)
        assert all(pid_of(future) for future in answered)


@pytest.fixture
def fit(tiny, tmp_path):
    """Fit points of these names with a pool; return what became of them."""
    workspace = tiny.workspace()
    tiny.write(tmp_path / "workspace.json", workspace)

    def call(names, **options):
        with ProcessPool(**options) as executor, Journal(tmp_path / "journal") as journal:
            rows = fit_points(
                [
                    Work(f"k{number}", name, JsonPatch(tiny.patch(3.0 + number)))
                    for number, name in enumerate(names)
                ],
                settings=COMPILED,
                workspace=tmp_path / "workspace.json",
                workspace_digest=strictjson.digest(workspace),
                engine=engine_version(COMPILED),
                executor=executor,
                journal=journal,
            )
        return [row["status"] for row in rows]

    return call


def test_only_the_task_of_a_killed_worker_is_given_out_again(fit, tmp_path, caplog):
    names = ["a", f"dies once at {tmp_path / 'died'}", "c", "d"]
    assert fit(names, workers=2, points_per_task=1) == ["ok"] * 4
    assert "1 tasks were resubmitted: 1 x WorkerLost" in caplog.text


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit it")
def test_worker_without_memory_is_an_error_that_says_so_and_a_restart_completes(fit, tmp_path):
    """Was a JSONDecodeError, as if the request were wrong."""
    names = [f"has no more memory once at {tmp_path / 'full'}", "b", "c", "d"]
    try:
        statuses = fit(names, workers=1, points_per_task=1)
    except ShardError as error:
        assert "MemoryError" in str(error)  # noqa: PT017, it may also end well
    else:  # it could not even say so and died, and another one took its place
        assert statuses == ["ok"] * 4
    assert fit(names, workers=1, points_per_task=1) == ["ok"] * 4


def test_point_that_kills_its_worker_every_time_is_a_failed_row_and_the_scan_finishes(fit):
    names = ["a", "b", "poison", "d"]
    assert fit(names, workers=2, points_per_task=4) == ["ok", "ok", "failed", "ok"]


def test_worker_keeps_the_engine_it_has_compiled(tiny, tmp_path):
    workspace = tiny.workspace()
    tiny.write(tmp_path / "workspace.json", workspace)
    fits = json.dumps(
        {
            "format": FORMAT,
            "engine": engine_version(COMPILED),
            "workspace": {
                "digest": strictjson.digest(workspace),
                "path": str(tmp_path / "workspace.json"),
            },
            "settings": COMPILED,
            "points": [{"key": "a", "name": "point a", "signal": {"patch": tiny.patch(10.0)}}],
        }
    ).encode()
    with ProcessPool(workers=1) as executor:
        before = json.loads(executor.submit(PROBE).result())["worker"]
        answers = [json.loads(executor.submit(fits).result())["worker"] for _ in range(3)]
    assert before["pid"] != os.getpid()
    assert before["engines"] == 0
    assert [(answer["pid"], answer["engines"]) for answer in answers] == [(before["pid"], 1)] * 3


def test_leaving_with_an_error_does_not_wait_and_ends_the_workers(tmp_path):
    path = tmp_path / "path"
    futures = []

    def fail():
        with ProcessPool(workers=2) as executor:
            futures.extend(executor.submit(request(f"waits at {path}")) for _ in range(3))
            pid = waiting(path)
            raise ZeroDivisionError(pid)

    with pytest.raises(ZeroDivisionError) as raised:
        fail()
    assert path.exists()
    assert not psutil.pid_exists(*raised.value.args)
    assert futures[2].cancelled()
    assert isinstance(futures[0].exception(timeout=60), WorkerLost)


def test_ctrl_c_is_left_to_the_process_that_gives_out_tasks(tmp_path):
    path = tmp_path / "path"
    with ProcessPool(workers=1) as executor:
        busy = executor.submit(request(f"waits at {path}"))
        os.kill(waiting(path), signal.SIGINT)
        path.unlink()
        assert json.loads(busy.result(timeout=60))["ok"] is False


GIVES_OUT_AND_WAITS = """
import json, time
from fitscan.executors.process_pool import ProcessPool

if __name__ == "__main__":
    with ProcessPool(workers=1) as executor:
        probe = json.dumps({"format": 3, "probe": True}).encode()
        print(json.loads(executor.submit(probe).result())["worker"]["pid"], flush=True)
        time.sleep(600)
"""


def test_workers_end_when_the_process_that_gives_out_tasks_is_killed():
    with subprocess.Popen(
        [sys.executable, "-c", GIVES_OUT_AND_WAITS], stdout=subprocess.PIPE
    ) as giving:
        worker_process = psutil.Process(int(giving.stdout.readline()))
        giving.kill()
    psutil.wait_procs([worker_process], timeout=200)
    assert not worker_process.is_running() or worker_process.status() == psutil.STATUS_ZOMBIE


def test_executor_can_be_entered_again():
    executor = ProcessPool(workers=1)
    for _ in range(2):
        with executor:
            assert pid_of(executor.submit(PROBE))


def test_request_to_an_executor_that_is_not_entered_is_refused():
    with pytest.raises(ExecutorError, match="not been started"):
        ProcessPool(workers=1).submit(PROBE)


@pytest.mark.parametrize("file", [None, "script.py"])
def test_a_notebook_has_no_file_after_as_before(monkeypatch, file):
    """Was a bug: `__main__` had a `__file__`, None, once a pool had ended."""
    main = sys.modules["__main__"]
    if file is None:
        monkeypatch.delattr(main, "__file__", raising=False)
    else:
        monkeypatch.setattr(main, "__file__", file, raising=False)
    with ProcessPool(workers=1):
        assert getattr(main, "__file__", None) is None  # else each process runs it
    assert vars(main).get("__file__", "none") == (file or "none")


def test_capabilities_are_those_of_the_settings():
    capabilities = ProcessPool(workers=3, points_per_task=7, retries=0).capabilities
    assert (capabilities.workers, capabilities.points_per_task, capabilities.retries) == (3, 7, 0)
    assert (capabilities.remote_environment, capabilities.shared_filesystem) == (False, True)
    assert ProcessPool().capabilities.workers >= 1


@pytest.mark.parametrize(
    "settings",
    [{"workers": -1}, {"workers": 1.5}, {"workers": "2"}, {"points_per_task": 0}, {"retries": -1}],
    ids=str,
)
def test_number_that_makes_no_sense_is_refused_by_name(settings):
    (name,) = settings
    with pytest.raises(
        ExecutorError, match=f"{name} of an executor must be a whole number of at least"
    ):
        ProcessPool(**settings)
