"""A scan that is started again finds the tasks of the process before it."""

from concurrent.futures import Future

import pytest
from scripted import LOST, NEVER, Scripted, Told, all_ok, fitted, refused

from fitscan.dispatch.tickets import Tickets
from fitscan.engines.base import Work
from fitscan.likelihood import JsonPatch
from fitscan.plan.journal import Journal


def lines(folder):
    return [(line["key"], line["ticket"]) for line in Journal(folder).new_rows()]


def test_tickets_are_written_once_as_soon_as_the_executor_has_them(tmp_path):
    executor = Scripted({"a": [NEVER]})
    points = [Work(key, f"point {key}", JsonPatch([])) for key in "ab"]
    future = executor.submit(b'{"points": [{"key": "a"}, {"key": "b"}]}')
    with Journal(tmp_path) as journal:
        tickets = Tickets(executor, journal)
        tickets.expect(future, points)
        ticket, executor.ticket = executor.ticket, lambda future: None
        tickets.note()
        assert lines(tmp_path) == []
        executor.ticket = ticket
        tickets.note()
        tickets.note()
    assert lines(tmp_path) == [("a", "ticket 0"), ("b", "ticket 0")]


def test_of_many_tasks_tickets_are_asked_for_once_a_second(tmp_path):
    """They were after each answer: a third of a second for a thousand tasks."""
    executor = Scripted()
    asked = []
    executor.ticket = asked.append
    with Journal(tmp_path) as journal:
        tickets = Tickets(executor, journal)
        for _ in range(200):
            tickets.expect(Future(), [])
        for _ in range(200):
            tickets.note()
    assert len(asked) == 200


def test_tickets_are_journaled_and_only_missing_points_are_sent_after_a_new_start(
    deliver, tmp_path
):
    class Killed(Told):
        def update(self, **told):
            raise SystemExit

    first = Scripted({"a": [NEVER], "c": [NEVER]})
    with Journal(tmp_path / "submitted") as submitted, pytest.raises(SystemExit):
        deliver("abc", first, Killed(), submitted=submitted)
    second = Scripted()
    second.tickets = {"ticket 0": first.futures[0], "ticket 9": first.futures[2]}
    first.answer_later(0, 0.05)
    with Journal(tmp_path / "submitted") as submitted:
        assert deliver("acd", second, submitted=submitted) == all_ok("acd")
    assert second.asked == ["c", "d"]  # nobody knows the ticket of c any more


def test_tickets_are_found_again_in_each_round_of_a_scan(tmp_path):
    """Was a bug: after the first round, of tests, tickets of an earlier process were not seen."""
    executor = Scripted()
    executor.tickets = {"ticket": executor.submit(b'{"points": [{"key": "b"}]}')}
    points = {key: Work(key, f"point {key}", JsonPatch([])) for key in "ab"}
    with Journal(tmp_path) as journal:
        journal.append({"key": "b", "ticket": "ticket"})
        assert [*Tickets(executor, journal).recover([points["a"]])] == []
        ((_, found),) = Tickets(executor, journal).recover([points["b"]])
    assert found == (points["b"],)


@pytest.fixture
def recovered(deliver, tmp_path):
    """Deliver points of which an earlier process gave out some with "ticket"."""

    def call(keys, given_out, response, executor=None):
        executor = executor or Scripted()
        earlier = Scripted({given_out[0]: [response]})
        earlier.submit(
            b'{"points": [%s]}' % b",".join(b'{"key": "%s"}' % key.encode() for key in given_out)
        )
        executor.tickets = {"ticket": earlier.futures[0]}
        with Journal(tmp_path / "submitted") as submitted:
            for key in given_out:
                submitted.append({"key": key, "ticket": "ticket"})
            return deliver(keys, executor, submitted=submitted), executor.asked

    return call


def test_recovered_task_may_hold_points_that_are_known_by_now(recovered):
    """Was a bug: it was refused as the answer to something else."""
    assert recovered("bc", "abc", fitted) == (all_ok("bc"), [])


@pytest.mark.parametrize("kind", ["VersionMismatch", "MemoryError", "WorkspaceMissing"])
def test_what_an_earlier_process_was_refused_is_asked_again(recovered, kind):
    """Was a bug: the scan stopped at the old answer for ever, whatever was mended."""
    assert recovered("ab", "a", refused(kind)) == (all_ok("ab"), ["b", "a"])


def test_recovered_task_that_was_lost_is_given_out_again(recovered):
    assert recovered("a", "a", LOST) == (all_ok("a"), ["a"])


def test_recovered_task_that_never_answers_is_given_out_again(recovered):
    executor = Scripted(lease_s=0.05)
    assert recovered("a", "a", NEVER, executor) == (all_ok("a"), ["a"])
