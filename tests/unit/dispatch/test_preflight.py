"""A worker says who it is before work is sent, and one that would give other numbers is refused."""

import re

import pytest
from scripted import LOST, NEVER, Scripted, fitted, refused

from fitscan.dispatch import preflight
from fitscan.dispatch.preflight import check, compare, probe
from fitscan.errors import ExecutorError, VersionMismatch
from fitscan.worker.run import identity, run


def test_probe_says_who_answers_and_how_long_it_took():
    answer = probe(Scripted())
    assert answer.identity == identity()
    assert 0.0 < answer.seconds < 10.0


def test_probe_is_one_that_a_worker_answers():
    executor = Scripted(probes=[NEVER])
    with pytest.raises(ExecutorError):
        probe(executor, patience_s=0.0)
    assert b'"ok": true' in run(executor.sent[0])


def test_no_answer_is_an_error_after_so_long():
    with pytest.raises(ExecutorError, match=r"no worker answered: '0\.01 s'\. Hint: is the endpoi"):
        probe(Scripted(probes=[NEVER]), patience_s=0.01)


def test_lost_worker_is_an_error_that_says_what_may_be_wrong():
    with pytest.raises(ExecutorError, match=r"OSError: worker lost'.*another Python"):
        probe(Scripted(probes=[LOST]))


@pytest.mark.parametrize("patience_s", [None, 600.0])
def test_an_answer_that_is_an_error_of_time_is_an_answer(patience_s):
    """Was a bug: it was told that no worker answered for 600 s, or was a TypeError."""
    with pytest.raises(ExecutorError, match=r"could not identify itself: 'TimeoutError: read tim"):
        probe(Scripted(probes=[TimeoutError("read timed out")]), patience_s=patience_s)


def test_worker_that_does_not_understand_is_an_error_with_what_it_says():
    with pytest.raises(ExecutorError, match=r"'FitscanError'\. Hint: reads format 1"):
        probe(Scripted(probes=[refused("FitscanError", "reads format 1")]))


def test_worker_like_this_process_is_taken():
    compare(identity())
    elsewhere = {"pid": 1, "host": "n1", "cores": 999, "cpu": "z80", "devices": "7"}
    compare(identity() | elsewhere)


def test_another_patch_release_of_python_gives_the_same_numbers():
    minor = ".".join(identity()["python"].split(".")[:2])
    compare(identity() | {"python": f"{minor}.99"})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"python": "3.99.1"}, r"Python: 3\.\d+ here, 3\.99 there"),
        ({"fitscan": "9.9"}, r"fitscan: [\d.]+ \(\w+\) here, 9\.9 \(\w+\) there"),
        ({"code": "feed"}, r"fitscan: .* here, [\d.]+ \(feed\) there"),
        ({"packages": {"numba": "0.1", "numpy": "1.0"}}, r"numba: .* 0\.1 there; numpy: .* 1\.0 t"),
        ({"packages": {}}, r"pyhf: [\d.]+ here, None there"),
    ],
    ids=str,
)
def test_worker_of_another_version_is_refused_with_both_sides_and_the_line_to_change(changed, told):
    theirs = identity() | {"host": "n1"} | changed
    with pytest.raises(VersionMismatch, match=rf"worker n1 runs.*{told}.*worker_init") as caught:
        compare(theirs)
    assert re.search(told, str(caught.value))


def test_check_refuses_what_compare_refuses():
    def other(request):
        answer = fitted(request)
        return answer | {"worker": answer["worker"] | {"fitscan": "9.9"}}

    assert check(Scripted()).identity == identity()
    with pytest.raises(VersionMismatch):
        check(Scripted(probes=[other]))


class Gone(Scripted):
    """An executor that knows after a while that no worker will answer."""

    asked_after = 0

    def look_after_workers(self):
        self.asked_after += 1
        if self.asked_after == 3:
            raise ExecutorError("blocks ended without a worker")
        return [f"block {self.asked_after} ended"]


def test_an_executor_without_workers_is_not_waited_for(monkeypatch):
    """Was waited for without end and without a word."""
    monkeypatch.setattr(preflight, "_POLL_S", 0.01)
    told = []
    with pytest.raises(ExecutorError, match="blocks ended without a worker"):
        check(Gone(probes=[NEVER]), patience_s=None, tell=told.append)
    assert told == ["block 1 ended", "block 2 ended"]
