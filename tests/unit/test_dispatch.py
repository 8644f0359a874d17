"""Only what the journal does not hold is fitted, and what was fitted is never lost."""

import json
import logging
from concurrent.futures import Future
from pathlib import Path

import pytest

from fitscan.dispatch import Task, fit_points
from fitscan.errors import ShardError
from fitscan.executors import Capabilities
from fitscan.journal import Journal


def row(key, status="ok", CLs=0.25):
    return {"key": key, "status": status, "CLs_obs": CLs}


def fitted(request):
    """What a worker answers when all is well."""
    return {"ok": True, "rows": [row(point["key"]) for point in request["points"]]}


def broken(request):
    return {"ok": False, "kind": "KeyError", "message": "'poi'", "traceback": "line 1\nline 2"}


class Recorder:
    """An executor that remembers what it was asked and has the answers at once, by key."""

    capabilities = Capabilities(workers=1)

    def __init__(self, answers=None):
        self.answers = answers or {}
        self.requests = []

    @property
    def keys(self):
        return [point["key"] for request in self.requests for point in request["points"]]

    def submit(self, request):
        self.requests.append(json.loads(request))
        future = Future()
        self.finish(future, self.requests[-1])
        return future

    def finish(self, future, request):
        answer = self.answers.get(request["points"][0]["key"], fitted)
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(json.dumps(answer(request)).encode())

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


class OneAtATime(Recorder):
    """An executor, and the progress of its caller: a task begins when the one before was seen."""

    def __init__(self, answers):
        super().__init__(answers)
        self.begun = False
        self.queue = []

    def finish(self, future, request):
        self.queue.append((future, request))
        if not self.begun:
            self.begun = True
            self.update()

    def update(self):
        if self.queue:
            super().finish(*self.queue.pop(0))


@pytest.fixture
def fit(tmp_path):
    """Fit the points of these keys with that executor; the journal is in ``tmp_path``."""

    def call(keys, executor, progress=None):
        with Journal(tmp_path) as journal:
            return fit_points(
                [
                    Task(key, f"first {key}", f"point {key}", [{"op": "remove", "path": f"/{key}"}])
                    for key in keys
                ],
                settings={"mu_test": 1.0},
                workspace=Path("workspace.json"),
                workspace_digest="w0",
                executor=executor,
                journal=journal,
                progress=progress,
            )

    return call


@pytest.fixture
def journaled(tmp_path):
    """Write rows as an earlier run would have, and read all there are."""

    def call(*rows):
        with Journal(tmp_path) as journal:
            for written in rows:
                journal.append(written)
        return {found["key"]: found["status"] for found in Journal(tmp_path).new_rows()}

    return call


def test_request_says_what_to_fit_and_how(fit):
    executor = Recorder()
    fit("a", executor)
    assert executor.requests == [
        {
            "format": 1,
            "workspace": {"digest": "w0", "path": "workspace.json"},
            "settings": {"mu_test": 1.0},
            "points": [{"key": "a", "name": "point a", "patch": [{"op": "remove", "path": "/a"}]}],
        }
    ]


def test_every_row_is_journaled_and_returned(fit, journaled):
    assert fit("ab", Recorder()) == [row("a"), row("b")]
    assert journaled() == {"a": "ok", "b": "ok"}


def test_rows_in_the_journal_are_taken_without_fitting(fit, journaled, caplog):
    journaled(row("b", CLs=0.125), row("c", "not_converged", None), row("foreign"))
    executor = Recorder()
    with caplog.at_level(logging.INFO):
        rows = fit("abcd", executor)
    assert rows == [
        row("a"),
        row("b", CLs=0.125),
        row("c", "not_converged", None),
        row("d"),
    ]
    assert executor.keys == ["a", "d"]
    assert "2 of 4 points were in the journal" in caplog.text


def test_nothing_is_submitted_when_the_journal_holds_all(fit):
    first = fit("ab", Recorder())
    executor = Recorder()
    assert fit("ab", executor) == first
    assert executor.requests == []


def test_failed_rows_are_tried_again(fit, journaled):
    journaled(row("a", "failed", None))
    executor = Recorder()
    assert fit("a", executor) == [row("a")]
    assert executor.keys == ["a"]


def test_failure_is_a_row_and_not_an_error(fit):
    answers = {"a": lambda request: {"ok": True, "rows": [row("a", "failed", None)]}}
    assert fit("ab", Recorder(answers)) == [row("a", "failed", None), row("b")]


def test_rows_are_in_the_order_of_the_tasks(fit, journaled):
    journaled(row("b"))
    assert [found["key"] for found in fit("dbca", Recorder())] == ["d", "b", "c", "a"]


def test_points_with_equal_keys_are_fitted_once(fit):
    executor = Recorder()
    assert fit("aba", executor) == [row("a"), row("b"), row("a")]
    assert executor.keys == ["a", "b"]


def test_worker_that_cannot_answer_is_an_error_that_names_the_point(fit, caplog):
    with (
        caplog.at_level(logging.ERROR),
        pytest.raises(ShardError, match=r"could not fit 'point a': KeyError: 'poi'\."),
    ):
        fit("a", Recorder({"a": broken}))
    assert "line 1\nline 2" in caplog.text


def test_lost_worker_is_an_error_that_names_the_point_and_the_cause(fit, caplog):
    lost = OSError("worker lost")
    with (
        caplog.at_level(logging.ERROR),
        pytest.raises(ShardError, match=r"lost 'point a': 'OSError: worker lost'\.") as caught,
    ):
        fit("a", Recorder({"a": lost}))
    assert caught.value.__cause__ is lost
    assert "Traceback" in caplog.text


LOST = pytest.mark.parametrize("answer", [broken, OSError("worker lost")], ids=["broken", "lost"])


@LOST
@pytest.mark.parametrize("bad", "adh")
def test_rows_that_finish_with_a_lost_task_are_in_the_journal(fit, journaled, bad, answer):
    # Was lost when several tasks finished at the same time.
    keys = "abcdefgh"
    with pytest.raises(ShardError, match=f"'point {bad}'"):
        fit(keys, Recorder({bad: answer}))
    assert set(journaled()) == set(keys) - {bad}


@LOST
def test_rows_that_finish_after_a_lost_task_are_in_the_journal(fit, journaled, answer):
    executor = OneAtATime({"a": answer})
    with pytest.raises(ShardError, match="'point a'"):
        fit("abcd", executor, executor)
    assert set(journaled()) == set("bcd")


def test_first_of_two_lost_tasks_is_the_one_that_is_named(fit, journaled):
    executor = OneAtATime({"b": broken, "d": OSError("worker lost")})
    with pytest.raises(ShardError, match="could not fit 'point b'"):
        fit("abcd", executor, executor)
    assert set(journaled()) == set("ac")


def test_progress_is_told_when_rows_come(fit):
    class Told:
        count = 0

        def update(self):
            self.count += 1

    progress = Told()
    fit("ab", Recorder(), progress)
    assert progress.count >= 1


def test_a_row_that_needed_no_second_try_is_taken_from_a_scan_without_one(fit, tmp_path):
    with Journal(tmp_path) as journal:
        journal.append(row("first a", CLs=0.5))
        journal.append(row("first b", status="not_converged"))
    executor = Recorder()
    rows = fit(["a", "b"], executor)
    assert executor.keys == ["b"]
    assert rows == [row("a", CLs=0.5), row("b")]


def test_a_line_of_the_journal_without_a_status_is_passed_over(fit, tmp_path):
    """Was a bug: a KeyError, and the scan stuck until somebody found the line."""
    (tmp_path / "by-hand.jsonl").write_text('{"key": "a", "CLs_obs": 0.5}\n')
    assert fit(["a"], Recorder()) == [row("a")]
