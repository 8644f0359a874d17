"""One line tells how far a scan is, whoever works on it and whatever was done before."""

import io
import time

import pytest

from fitscan.dispatch.progress import Progress
from fitscan.plan.journal import Journal
from fitscan.plan.row_checksums import with_checksum


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def begin(tmp_path):
    """Watch a scan, as one more process that works on it."""

    def make(stream, keys="0123456789", **options):
        return Progress(
            Journal(tmp_path),
            name="A, hypotest",
            amounts=dict.fromkeys(keys, 1),
            expected="expected",
            stream=stream,
            **options,
        )

    return make


@pytest.fixture
def finish(tmp_path):
    """Write rows into the journal that ended so many seconds after ``now``, in a file of theirs."""

    def write(file, now, rows, wall_s=1.0):
        lines = [{"key": k, "time": now + ended, "wall_s": wall_s} for k, ended in rows.items()]
        with (tmp_path / f"{file}.jsonl").open("a") as journal:
            journal.writelines(f"{with_checksum(line)}\n" for line in lines)

    return write


def told(stream):
    return stream.getvalue().splitlines()


def test_line_counts_points_and_tells_rate_and_remaining_time(begin, finish):
    stream, now = io.StringIO(), time.time()
    finish("a", now, {"0": -3.0, "1": -2.0, "2": -1.0, "3": 0.0})
    begin(stream).update(now=now)
    # Four points since the first began, four seconds ago.
    assert told(stream) == ["A, hypotest: 4 of 10 points, 1 points/s, about 6 s left"]


def test_nothing_is_promised_before_the_first_point_and_after_the_last(begin, finish):
    stream, now = io.StringIO(), time.time()
    progress = begin(stream)
    progress.update(now=now)
    finish("a", now, dict.fromkeys("0123456789", 0.0))
    progress.update(now=now + 60)
    assert told(stream) == ["A, hypotest: 0 of 10 points", "A, hypotest: 10 of 10 points"]


def test_line_says_what_a_process_has_to_say_of_its_tasks(begin, finish):
    stream, now = io.StringIO(), time.time()
    finish("a", now, {"0": -1.0, "1": 0.0})
    begin(stream).update(tasks="8 tasks pending, 1 resubmitted", now=now)
    (line,) = told(stream)
    assert line == (
        "A, hypotest: 2 of 10 points, 8 tasks pending, 1 resubmitted, 1 points/s, about 8 s left"
    )


@pytest.mark.parametrize(
    ("stream", "written"), [(io.StringIO(), "text\n"), (Terminal(), "\r\x1b[2Ktext\n")]
)
def test_what_a_person_should_not_miss_is_on_a_line_that_stays(begin, stream, written):
    begin(stream).tell("text")
    assert stream.getvalue() == written


def test_points_of_others_and_points_that_come_twice_do_not_count(begin, finish):
    stream, now = io.StringIO(), time.time()
    finish("a", now, {"0": -1.0, "x": -1.0})
    finish("b", now, {"0": 0.0})
    begin(stream).update(now=now)
    assert told(stream) == ["A, hypotest: 1 of 10 points, 0.5 points/s, about 18 s left"]


@pytest.mark.parametrize(("earlier", "today"), [("a", "b"), ("b", "a")])
def test_rows_of_an_earlier_run_do_not_count_into_the_rate(begin, finish, earlier, today):
    # Did, when the files of today sorted before those of the earlier run.
    stream, now = io.StringIO(), time.time()
    finish(earlier, now - 86400, {"0": 0.0, "1": 0.0, "2": 0.0, "3": 0.0})
    finish(today, now, {"4": -1.0, "5": 0.0})
    begin(stream).update(now=now)
    assert told(stream) == ["A, hypotest: 6 of 10 points, 1 points/s, about 4 s left"]


def test_rate_forgets_what_is_long_ago(begin, finish):
    now = time.time()
    finish("a", now, {"0": 0.0, "1": 0.0})
    progress = begin(io.StringIO())
    progress.update(now=now)
    assert progress.line(now=now + 100).startswith("A, hypotest: 2 of 10 points, 0.02 points/s")
    assert progress.line(now=now + 1000) == "A, hypotest: 2 of 10 points"


def test_lines_come_at_intervals_from_whichever_process_is_due(begin):
    streams, now = (io.StringIO(), io.StringIO()), time.time()
    one, two = (begin(stream) for stream in streams)
    one.update(now=now)
    one.update(now=now)
    two.update(now=now)
    two.update(now=now + 60)
    assert [len(told(stream)) for stream in streams] == [1, 1]


def test_terminal_has_one_line_that_is_rewritten(begin):
    stream, now = Terminal(), time.time()
    progress = begin(stream)
    progress.update(now=now)
    progress.update(now=now + 60)
    line = "A, hypotest: 0 of 10 points"
    assert stream.getvalue() == f"\r\x1b[2K{line}\r" * 2


@pytest.mark.parametrize(
    ("points", "wall_s", "text"),
    [
        (2, 24.0, "24 s"),
        (4, 120.0, "6 min"),
        (4, 9999.0, "6 min"),  # the rate is that of the last two minutes
        (31, 120.0, "1 h 0 min"),
        (101, 120.0, "3 h 20 min"),
    ],
)
def test_remaining_time_is_easy_to_read(begin, finish, points, wall_s, text):
    stream, now = io.StringIO(), time.time()
    finish("a", now, {"0": 0.0}, wall_s=wall_s)
    begin(stream, keys=map(str, range(points))).update(now=now)
    assert told(stream)[0].endswith(f"about {text} left")


def test_line_says_that_and_for_how_long_the_engine_is_prepared(begin, finish):
    """Was a bug: 0 of 60 points, for as long as the engine was compiled."""
    stream, now, doing = io.StringIO(), time.time(), [""]
    progress = begin(stream, preparing=lambda: doing[0])
    progress.update(now=now)
    doing[0] = "compiling the engine, once on this machine"
    for later in (1.0, 2.0, 13.0):
        progress.update(now=now + later)
    doing[0] = ""
    finish("a", now, {"0": 14.0, "1": 15.0}, wall_s=13.0)
    progress.update(now=now + 15)
    assert told(stream) == [
        "A, hypotest: 0 of 10 points",
        "A, hypotest: compiling the engine, once on this machine: 0 s",
        "A, hypotest: compiling the engine, once on this machine: 12 s",
        "A, hypotest: 2 of 10 points, 1 points/s, about 8 s left",
    ]


def test_of_processes_that_wait_for_the_same_one_says_so(begin):
    streams, now = (io.StringIO(), io.StringIO()), time.time()
    one, two = (begin(stream, preparing=lambda: "compiling") for stream in streams)
    for later in (0.0, 1.0):
        one.update(now=now + later)
        two.update(now=now + later)
    assert [len(told(stream)) for stream in streams] == [1, 0]


def test_a_scan_that_fits_says_its_points_while_another_is_prepared(begin, finish):
    """Was a bug: any compilation on the machine took the place of the points."""
    stream, now = io.StringIO(), time.time()
    progress = begin(stream, preparing=lambda: "compiling")
    finish("a", now, {"0": 1.0}, wall_s=1.0)
    for later in (2.0, 13.0):
        progress.update(now=now + later)
    assert [line.split(", ")[1] for line in told(stream)] == ["hypotest: 1 of 10 points"] * 2


def test_the_rate_counts_no_row_that_ended_before_the_engine_was_prepared(begin, finish):
    """Was a bug: rows of an earlier run gave thousands of points a second."""
    stream, now, doing = io.StringIO(), time.time(), ["compiling"]
    finish("a", now, {str(n): -20.0 for n in range(8)}, wall_s=1.0)
    progress = begin(stream, preparing=lambda: doing[0])
    progress.update(now=now)
    progress.update(now=now + 11.0)
    doing[0] = ""
    progress.update(now=now + 12.0)
    assert told(stream)[-1] == "A, hypotest: 8 of 10 points"


def test_a_disk_that_cannot_be_written_costs_no_line_and_no_fit(begin, tmp_path):
    """Was an error of the fit."""
    (tmp_path / "progress").mkdir()  # no file can take its place
    stream, now = io.StringIO(), time.time()
    progress = begin(stream)
    for later in (0.0, 1.0, 60.0):
        progress.update(now=now + later)
    assert told(stream) == ["A, hypotest: 0 of 10 points"] * 2


def test_works_that_a_scan_of_other_settings_expected_do_not_count(begin, finish, tmp_path):
    """Was a bug: after another seed the toys of the run before were part of the total."""
    stream, now = io.StringIO(), time.time()
    with Journal(tmp_path) as journal:
        journal.append({"key": "expected", "expected": {"10": 2, "9": 0}})
        journal.append({"key": "expected by another", "expected": {"x": 7}})
    finish("a", now, {"0": -1.0, "x": 0.0})
    begin(stream).update(now=now)
    assert told(stream)[0].startswith("A, hypotest: 1 of 11 points, ")
