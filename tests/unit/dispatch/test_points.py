"""Only what the journal does not hold is fitted, and what was fitted is never lost."""

import logging
from pathlib import Path

import pytest
from scan_settings import WITH_PYHF
from scripted import LOST, Scripted, Told, refused, row

from fitscan.dispatch import fit_points
from fitscan.engines.base import Work
from fitscan.engines.registry import engine_version
from fitscan.errors import ShardError
from fitscan.likelihood import JsonPatch
from fitscan.plan.journal import Journal
from fitscan.plan.row_checksums import with_checksum
from fitscan.worker.request import FORMAT


class OneAtATime(Scripted):
    """An executor, and the progress of its caller: a task begins when the one before was seen."""

    def __init__(self, script):
        super().__init__(script)
        self.begun = False
        self.queue = []

    def tell(self, text):
        raise AssertionError(text)

    def finish(self, future, request):
        self.queue.append((future, request))
        if not self.begun:
            self.begun = True
            self.update()

    def update(self, **told):
        if self.queue:
            super().finish(*self.queue.pop(0))


@pytest.fixture
def fit(tmp_path):
    """Fit the points of these keys with that executor; the journal is in ``tmp_path``."""

    def call(keys, executor, progress=None):
        with Journal(tmp_path) as journal:
            return fit_points(
                [
                    Work(
                        key,
                        f"point {key}",
                        JsonPatch([{"op": "remove", "path": f"/{key}"}]),
                        first_key=f"first {key}",
                    )
                    for key in keys
                ],
                settings=WITH_PYHF,
                workspace=Path("workspace.json"),
                workspace_digest="w0",
                engine=engine_version(WITH_PYHF),
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
    executor = Scripted()
    fit("a", executor)
    assert executor.requests == [
        {
            "format": FORMAT,
            "engine": engine_version(WITH_PYHF),
            "workspace": {"digest": "w0", "path": str(Path("workspace.json").absolute())},
            "settings": WITH_PYHF,
            "points": [
                {
                    "key": "a",
                    "name": "point a",
                    "signal": {"patch": [{"op": "remove", "path": "/a"}]},
                    "block": None,
                }
            ],
        }
    ]


def test_every_row_is_journaled_and_returned(fit, journaled):
    assert fit("ab", Scripted()) == [row("a"), row("b")]
    assert journaled() == {"a": "ok", "b": "ok"}


def test_rows_in_the_journal_are_taken_without_fitting(fit, journaled, caplog):
    journaled(row("b", CLs=0.125), row("c", "not_converged", None), row("foreign"))
    executor = Scripted()
    with caplog.at_level(logging.INFO):
        rows = fit("abcd", executor)
    assert rows == [
        row("a"),
        row("b", CLs=0.125),
        row("c", "not_converged", None),
        row("d"),
    ]
    assert executor.asked == ["a", "d"]
    assert "2 of 4 points were in the journal" in caplog.text


def test_nothing_is_submitted_when_the_journal_holds_all(fit):
    first = fit("ab", Scripted())
    executor = Scripted()
    assert fit("ab", executor) == first
    assert executor.requests == []


def test_failed_rows_are_tried_again(fit, journaled):
    journaled(row("a", "failed", None))
    executor = Scripted()
    assert fit("a", executor) == [row("a")]
    assert executor.asked == ["a"]


def test_failure_is_a_row_and_not_an_error(fit):
    script = {"a": [lambda request: {"ok": True, "rows": [row("a", "failed", None)]}]}
    assert fit("ab", Scripted(script)) == [row("a", "failed", None), row("b")]


def test_rows_are_in_the_order_of_the_tasks(fit, journaled):
    journaled(row("b"))
    assert [found["key"] for found in fit("dbca", Scripted())] == ["d", "b", "c", "a"]


def test_points_with_equal_keys_are_fitted_once(fit):
    executor = Scripted()
    assert fit("aba", executor) == [row("a"), row("b"), row("a")]
    assert executor.asked == ["a", "b"]


BROKEN = refused("KeyError", traceback="line 1\nline 2")


def test_worker_that_cannot_answer_is_an_error_that_names_the_point(fit, caplog):
    with (
        caplog.at_level(logging.ERROR),
        pytest.raises(ShardError, match=r"could not fit 'point a': KeyError: 'poi'\."),
    ):
        fit("a", Scripted({"a": [BROKEN]}))
    assert "line 1\nline 2" in caplog.text


@pytest.mark.parametrize("bad", "adh")
def test_rows_that_finish_with_a_broken_task_are_in_the_journal(fit, journaled, bad):
    # Was lost when several tasks finished at the same time.
    keys = "abcdefgh"
    with pytest.raises(ShardError, match=f"'point {bad}'"):
        fit(keys, Scripted({bad: [BROKEN]}))
    assert set(journaled()) == set(keys) - {bad}


def test_rows_that_finish_after_a_broken_task_are_in_the_journal(fit, journaled):
    executor = OneAtATime({"a": [BROKEN]})
    with pytest.raises(ShardError, match="'point a'"):
        fit("abcd", executor, executor)
    assert set(journaled()) == set("bcd")


def test_first_of_two_broken_tasks_is_the_one_that_is_named(fit, journaled):
    executor = OneAtATime({"b": [BROKEN], "d": [BROKEN]})
    with pytest.raises(ShardError, match="could not fit 'point b'"):
        fit("abcd", executor, executor)
    assert set(journaled()) == set("ac")


def test_row_of_a_point_that_no_worker_survives_is_journaled_and_tried_again(fit, journaled):
    (found,) = fit("a", Scripted({"a": [LOST] * 3}))
    assert (found["status"], journaled()) == ("failed", {"a": "failed"})
    assert fit("a", Scripted()) == [row("a")]


def test_progress_is_told_when_rows_come(fit):
    told = Told()
    fit("ab", Scripted(), told)
    assert told.updates == ["", ""]


def test_a_row_that_needed_no_second_try_is_taken_from_a_scan_without_one(fit, tmp_path):
    with Journal(tmp_path) as journal:
        journal.append(row("first a", CLs=0.5))
        journal.append(row("first b", status="not_converged"))
    executor = Scripted()
    rows = fit(["a", "b"], executor)
    assert executor.asked == ["b"]
    assert rows == [row("a", CLs=0.5), row("b")]


def changed(text, old, new):
    """Change a row on disk, as an editor or a bad sector does."""
    assert text.count(old) == 1
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"key": "a", "CLs_obs": 0.5}', "1 line of by-hand.jsonl of an earlier version"),
        (changed(with_checksum(row("a")), '"mu_hat": 0.25', '"mu_hat": 0.35'), "not as written"),
        (with_checksum(row("a"))[:-9], "not as written"),
        ("\0" * 300, "not as written"),
        (with_checksum({"key": "a", "CLs_obs": 0.5}), "'point a' has status None"),
        (with_checksum(row("a") | {"status": "fine"}), "'point a' has status 'fine'"),
        (with_checksum(row("a", CLs="0.5")), "'point a' has mu_test '0.5'"),
        (with_checksum(row("a") | {"CLs_obs": True}), "'point a' has CLs_obs True"),
        (with_checksum(row("a") | {"CLs_exp_0": None}), "'point a' has no CLs_exp_0"),
        (with_checksum(row("a") | {"wall_s": None}), "'point a' has wall_s None"),
        (with_checksum(row("a") | {"cpu_s": -1.0}), "'point a' has cpu_s -1.0"),
        (with_checksum(row("a") | {"message": 1}), "'point a' has message 1"),
        (
            with_checksum(row("a")) + "\n" + with_checksum(row("a", CLs=0.5)),
            "'point a' has rows that contradict",
        ),
    ],
)
def test_a_row_of_the_journal_that_cannot_be_believed_is_fitted_again(fit, tmp_path, line, said):
    """Were bugs: of two rows the first was believed, and others ended every later start."""
    (tmp_path / "by-hand.jsonl").write_text(f"{line}\n")
    told = Told()
    assert fit(["b", "a"], Scripted({}), told) == [row("b"), row("a")]
    assert len(told.lines) == 1
    assert "rows that cannot be used; their points are fitted again: " in told.lines[0]
    assert said in told.lines[0]


def test_rows_that_contradict_each_other_are_settled_by_the_next_fit(fit, journaled):
    journaled(row("a", CLs=0.5), row("a"))
    for asked in (["a"], []):
        executor = Scripted()
        assert fit(["a"], executor) == [row("a")]
        assert executor.asked == asked


def test_rows_that_differ_in_their_times_agree(fit, journaled):
    journaled(row("a"), row("a") | {"wall_s": 7.0, "cpu_s": 8.0}, row("a", "failed", None))
    executor = Scripted()
    assert fit(["a"], executor) == [row("a")]
    assert executor.asked == []


def test_damaged_lines_are_told_only_while_rows_are_missing(fit, journaled, tmp_path):
    journaled(row("a"))
    (tmp_path / "by-hand.jsonl").write_text("{}\n")
    told = Told()
    fit(["a"], Scripted(), told)
    assert told.lines == []


def test_a_row_that_no_engine_makes_is_not_taken_from_a_worker(fit, journaled):
    wrong = row("a") | {"CLs_obs": "0.5"}
    script = {"a": [lambda request: {"ok": True, "rows": [wrong]}]}
    assert fit("a", Scripted(script)) == [row("a")]
    assert journaled() == {"a": "ok"}
