"""The executor in this process: one thread, since pyhf's backend is one for the process."""

import threading

from fitscan.executors import Capabilities, in_process
from fitscan.executors.in_process import InProcess


def test_capabilities_are_one_task_at_a_time_of_any_size_with_the_packages_of_this_process():
    assert InProcess().capabilities == Capabilities(workers=1, remote_environment=False)


def test_tasks_run_one_after_the_other_in_one_other_thread_of_this_process(monkeypatch):
    running, most, threads = set(), [], set()

    def run(request):
        running.add(request)
        most.append(len(running))
        threads.add(threading.current_thread().name)
        running.remove(request)
        return request

    monkeypatch.setattr(in_process, "run", run)
    with InProcess() as executor:
        futures = [executor.submit(bytes([number])) for number in range(50)]
        assert [future.result() for future in futures] == [bytes([n]) for n in range(50)]
    assert max(most) == 1
    assert len(threads) == 1
    assert threading.current_thread().name not in threads


def test_submit_returns_before_the_task_ends(monkeypatch):
    ends = threading.Event()
    monkeypatch.setattr(in_process, "run", lambda request: ends.wait(10) and request)
    with InProcess() as executor:
        future = executor.submit(b"a")
        assert not future.done()
        ends.set()
        assert future.result(timeout=10) == b"a"


def test_no_thread_is_left_behind():
    before = threading.active_count()
    with InProcess() as executor:
        executor.submit(b"").result()
    assert threading.active_count() == before
