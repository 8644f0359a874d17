"""Every point gets its row, whatever happens to workers, and no task is sent twice for nothing."""

import json
import logging
import re
import threading
import time

import pytest
from scripted import LOST, NEVER, Scripted, Told, all_ok, fitted, refused, row

from fitscan.dispatch import silence
from fitscan.errors import ExecutorError, ShardError, VersionMismatch, WorkerLost
from fitscan.plan.journal import Journal

MISSING = refused("WorkspaceMissing")


# Lost workers.


def test_lost_task_is_given_out_again_and_the_summary_says_why(deliver, caplog):
    executor = Scripted({"b": [LOST, WorkerLost("died")]})
    assert deliver("abc", executor) == all_ok("abc")
    assert executor.asked == ["a", "b", "c", "b", "b"]
    assert "2 tasks were resubmitted: 1 x OSError, 1 x WorkerLost" in caplog.text


def test_answer_that_is_no_response_is_a_lost_task(deliver):
    executor = Scripted({"a": [lambda request: "gone"], "b": [lambda request: {}]})
    assert deliver("ab", executor) == all_ok("ab")
    assert executor.asked == ["a", "b", "a", "b"]


def test_what_a_worker_refuses_is_not_tried_again_and_raised_when_the_rest_is_done(deliver):
    executor = Scripted({"a": [refused("ModelError", "")]})
    with pytest.raises(ShardError, match="could not fit 'point a': ModelError"):
        deliver("abc", executor)
    assert executor.asked == ["a", "b", "c"]
    assert set(deliver.rows) == set("bc")


FULL = refused("OSError", "disk full", machine=True)


def test_what_a_machine_is_to_blame_for_is_tried_again(deliver, caplog):
    """Was a bug: one node without the file of the workspace ended the scan."""
    executor = Scripted({"b": [FULL, FULL]})
    assert deliver("abc", executor) == all_ok("abc")
    assert executor.asked == ["a", "b", "c", "b", "b"]
    assert "2 x OSError" in caplog.text


def test_what_all_machines_fail_at_is_an_error_and_no_row(deliver):
    executor = Scripted({"b": [FULL] * 9})
    with pytest.raises(ShardError, match="could not fit 'point b': OSError: disk full"):
        deliver("abc", executor)
    assert executor.asked == ["a", "b", "c", "b", "b"]
    assert set(deliver.rows) == set("ac")


def test_point_that_kills_its_worker_every_time_ends_as_a_failed_row(deliver):
    executor = Scripted({"b": [LOST] * 9})
    assert deliver("abc", executor) == {"a": "ok", "b": "failed", "c": "ok"}
    assert executor.asked == ["a", "b", "c", "b", "b", ""]  # the last one asks who is there
    assert deliver.rows["b"]["message"] == "its worker was lost 3 times: OSError"
    assert deliver.rows["b"]["CLs_obs"] is None


def test_points_of_a_task_that_is_lost_every_time_are_tried_alone(deliver):
    executor = Scripted({"b": [LOST] * 9}, points_per_task=3)
    assert deliver("abc", executor) == {"a": "ok", "b": "failed", "c": "ok"}
    assert executor.asked == ["abc", "abc", "abc", "a", "b", "c", ""]


def test_executor_without_retries_gives_each_point_one_try_alone(deliver):
    executor = Scripted({"b": [LOST] * 9}, points_per_task=3, retries=0)
    assert deliver("abc", executor) == {"a": "ok", "b": "failed", "c": "ok"}
    assert executor.asked == ["abc", "a", "b", "c", ""]


def test_executor_that_loses_everything_is_an_error_and_no_row(deliver):
    executor = Scripted(dict.fromkeys("abc", [LOST] * 9), probes=[LOST])
    with pytest.raises(
        ExecutorError, match=r"loses every task, for example 'point a': 'OSError: worker"
    ):
        deliver("abc", executor)
    assert deliver.rows == {}


def test_last_probe_waits_as_long_as_a_lease(deliver):
    """Was ten minutes, whatever the lease."""
    executor = Scripted({"a": [NEVER] * 9}, probes=[NEVER], lease_s=0.05, retries=0)
    begun = time.monotonic()
    with pytest.raises(ExecutorError, match=r"loses every task.*no worker answered: '0\.05 s'"):
        deliver("a", executor)
    assert time.monotonic() - begun < 10.0


class Silent(Scripted):
    """An executor whose workers are gone: it says so first, and then that there will be none."""

    said = 0

    def look_after_workers(self):
        self.said += 1
        if self.said == 3:
            raise ExecutorError("the interchange has ended")
        return [f"block {self.said} ended"]


def test_workers_that_are_gone_end_the_wait_with_a_word(deliver):
    """Was waited for without end and without a word."""
    told = Told()
    with pytest.raises(ExecutorError, match="the interchange has ended"):
        deliver("ab", Silent({"b": [NEVER]}), told)
    assert told.lines == ["block 1 ended", "block 2 ended"]
    assert deliver.rows.keys() == {"a"}


def test_a_line_says_what_is_waited_for_and_where_the_log_is(deliver, monkeypatch):
    monkeypatch.setattr(silence, "_FIRST_S", 0.05)
    executor = Scripted({"a": [NEVER], "b": [NEVER]})

    class Patient(Told):
        def tell(self, text):
            super().tell(text)
            if len(self.lines) == 1:
                for number in range(2):
                    executor.answer_later(number)

    told = Patient()
    assert deliver("ab", executor, told) == all_ok("ab")
    assert re.fullmatch(
        r"no answer for 0 s, waiting for 'point [ab]' and 1 more tasks; the log is scripted\.log",
        told.lines[0],
    )


def test_executor_that_takes_no_tasks_is_an_error(deliver):
    """Was a bug: an exception of the executor's library, which no user can read."""
    executor = Scripted()
    executor.submit = lambda request: 1 / 0
    with pytest.raises(ExecutorError, match="does not accept tasks: 'ZeroDivisionError"):
        deliver("a", executor)


GARBLED = {
    "no text": b"\xff",
    "no rows": {"ok": True},
    "a list": [],
    "no reason": {"ok": False},
    "no row": {"ok": True, "rows": []},
    "rows that are none": {"ok": True, "rows": ["b"]},
    "a row of another point": {"ok": True, "rows": [row("x")]},
    "one row more": {"ok": True, "rows": [row("b"), row("x")]},
    "two rows of a point": {"ok": True, "rows": [row("b"), row("b", CLs=0.5)]},
    "another status": {"ok": True, "rows": [row("b", "perhaps")]},
    "text for a number": {"ok": True, "rows": [row("b", CLs="0.2")]},
}


@pytest.mark.parametrize("answer", GARBLED.values(), ids=GARBLED)
def test_a_garbled_answer_loses_its_task_and_no_other(deliver, answer, caplog):
    """Was a bug: one such answer ended the shard, with an error or with a traceback."""
    executor = Scripted({"b": [lambda request: answer]})
    assert deliver("abc", executor) == all_ok("abc")
    assert executor.asked == ["a", "b", "c", "b"]
    assert deliver.rows["b"]["CLs_obs"] == 0.25
    assert "1 tasks were resubmitted: 1 x GarbledAnswer" in caplog.text


def test_a_point_whose_answers_are_all_garbled_ends_as_a_failed_row(deliver):
    executor = Scripted({"b": [lambda request: GARBLED["another status"]] * 9})
    assert deliver("abc", executor) == {"a": "ok", "b": "failed", "c": "ok"}
    assert deliver.rows["b"]["message"] == "its worker was lost 3 times: GarbledAnswer"


# Leases.


def test_task_that_never_answers_is_given_out_again(deliver, caplog):
    """Was a bug: the scan then waited for ever for the answer to the first one."""
    executor = Scripted({"b": [NEVER]}, lease_s=0.05)
    assert deliver("abc", executor) == all_ok("abc")
    assert executor.asked == ["a", "b", "c", "b"]
    assert "1 x no answer for 0.05 s" in caplog.text


@pytest.mark.parametrize("order", [(0, 2), (2, 0)], ids=["late answer first", "late answer last"])
def test_of_two_answers_the_first_counts_and_the_other_is_dropped(deliver, order):
    executor = Scripted({"a": [NEVER, NEVER], "b": [NEVER, NEVER]}, lease_s=0.05)
    steps = [*order, 3]

    class Answering(Told):
        """Answers one task after the other, once each was submitted twice."""

        def update(self, **told):
            if executor.asked[:4] == ["a", "b", "a", "b"] and steps:
                number = steps.pop(0)
                answer = {"ok": True, "rows": [row(executor.asked[number], CLs=number)]}
                executor.futures[number].set_result(json.dumps(answer).encode())

    assert deliver("ab", executor, Answering()) == all_ok("ab")
    assert deliver.rows["a"]["CLs_obs"] == order[0]
    assert executor.futures[order[1]].done()


def test_queued_tasks_are_not_taken_for_lost_while_others_answer(deliver):
    """Was a bug: each had a lease from its submission, and long queues ended as failed rows."""
    executor = Scripted({key: [NEVER] for key in "abcdef"}, lease_s=0.2)
    threads = [executor.answer_later for _ in "abcdef"]

    def answer():
        while len(executor.futures) < len(threads):
            time.sleep(0.01)
        for number, later in enumerate(threads):
            later(number, 0.1 * number)

    threading.Thread(target=answer).start()
    assert deliver("abcdef", executor) == all_ok("abcdef")
    assert executor.asked == list("abcdef")


def test_point_that_hangs_its_worker_every_time_ends_as_a_failed_row(deliver):
    executor = Scripted({"b": [NEVER] * 9}, lease_s=0.05, points_per_task=2)
    assert deliver("ab", executor) == {"a": "ok", "b": "failed"}
    assert executor.asked == ["ab", "ab", "ab", "a", "b", ""]
    assert "no answer for 0.05 s" in deliver.rows["b"]["message"]


# Workspaces.


def with_content(executor):
    return [
        asked
        for asked, request in zip(executor.asked, executor.requests, strict=True)
        if "content" in request.get("workspace", {})
    ]


def test_workspace_is_sent_once_and_the_others_wait_until_it_has_arrived(deliver):
    executor = Scripted({"a": [MISSING, NEVER]}, shared_filesystem=False)

    class Watch(Told):
        def update(self, **told):
            if len(executor.sent) == 2:
                self.lines.append(list(executor.asked))
                executor.answer_later(1, 0.1)
                executor.sent.append(b'{"probe": true}')  # once

    watch = Watch()
    assert deliver("abc", executor, watch) == all_ok("abc")
    assert watch.lines == [["a", "a"]]
    assert with_content(executor) == ["a"]
    assert [asked for asked in executor.asked if asked] == ["a", "a", "b", "c"]


def test_workspace_does_not_travel_to_a_site_that_has_it(deliver):
    """Was sent with the first task of each shard."""
    executor = Scripted(shared_filesystem=False)
    assert deliver("abc", executor) == all_ok("abc")
    assert with_content(executor) == []
    assert not any("path" in request["workspace"] for request in executor.requests)


def test_worker_elsewhere_that_lacks_the_workspace_gets_it_as_well(deliver):
    executor = Scripted({"a": [MISSING], "c": [MISSING]}, shared_filesystem=False)
    assert deliver("abc", executor) == all_ok("abc")
    assert with_content(executor) == ["a", "c"]


def test_worker_that_lacks_what_it_was_just_sent_is_an_error_and_no_loop(deliver):
    executor = Scripted({"a": [MISSING] * 9}, shared_filesystem=False)
    with pytest.raises(ShardError, match="could not fit 'point a': WorkspaceMissing"):
        deliver("ab", executor)
    assert set(deliver.rows) == {"b"}


def test_tasks_wait_for_no_workspace_when_the_first_one_fails(deliver):
    executor = Scripted({"a": [refused("KeyError")]}, shared_filesystem=False)
    with pytest.raises(ShardError, match="'point a'"):
        deliver("abc", executor)
    assert set(deliver.rows) == set("bc")


# Versions.


def test_version_mismatch_stops_at_once(deliver):
    executor = Scripted({"a": [refused("VersionMismatch", "0.1 here, 0.2 there")], "b": [NEVER]})
    with pytest.raises(VersionMismatch, match=r"0\.1 here, 0\.2 there"):
        deliver("ab", executor)


def test_workers_with_packages_of_their_own_are_asked_before_the_first_task(deliver):
    executor = Scripted(remote_environment=True)
    assert deliver("ab", executor) == all_ok("ab")
    assert executor.asked == ["", "a", "b"]


def test_no_task_is_sent_to_workers_of_another_version(deliver):
    def other(request):
        answer = fitted(request)
        return answer | {"worker": answer["worker"] | {"python": "3.99.1"}}

    executor = Scripted(remote_environment=True, probes=[other])
    with pytest.raises(VersionMismatch, match=r"Python: 3\.\d+ here, 3\.99 there"):
        deliver("ab", executor)
    assert executor.asked == [""]


def test_nobody_is_asked_when_there_is_nothing_to_do(deliver):
    executor = Scripted(remote_environment=True, probes=[LOST])
    assert deliver("", executor) == {}
    assert executor.sent == []


# People.


def test_progress_is_told_of_tasks_that_are_out_and_given_out_again(deliver):
    told = Told()
    deliver("abc", Scripted({"c": [LOST]}, workers=2), told)
    assert told.updates == [
        "2 tasks pending",
        "1 tasks pending",
        "1 tasks pending, 1 resubmitted",
        "0 tasks pending, 1 resubmitted",
    ]


def test_progress_says_nothing_of_tasks_that_are_run_one_by_one_in_this_process(deliver):
    told = Told()
    deliver("ab", Scripted(), told)
    assert set(told.updates) == {""}


def test_interruption_says_what_is_out_and_how_to_go_on(deliver, caplog, tmp_path):
    class Interrupted(Told):
        def update(self, **told):
            raise KeyboardInterrupt

    told = Interrupted()
    with (
        caplog.at_level(logging.WARNING),
        pytest.raises(KeyboardInterrupt),
        Journal(tmp_path) as submitted,
    ):
        deliver("abc", Scripted({"c": [NEVER]}), told, submitted)
    (line,) = told.lines
    assert line.startswith("interrupted with 2 tasks unfinished; finished results are kept")
    assert "the same command continues" in line
    assert line in caplog.text
    told = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        deliver("abc", Scripted({"c": [NEVER]}), told)
    assert told.lines == ["interrupted with 2 tasks unfinished"]  # as a scan in a program
