"""While nobody answers, a line says what is waited for and where the log is."""

import pytest

from fitscan.dispatch import silence
from fitscan.dispatch.silence import Silence
from fitscan.errors import ExecutorError


class Quiet:
    """An executor of which nothing is heard, with a log and news of workers."""

    def __init__(self, log="parsl/000", news=()):
        self.log = log
        self.news = list(news)

    def look_after_workers(self):
        news, self.news = self.news, []
        for each in news:
            if isinstance(each, Exception):
                raise each
        return news


@pytest.fixture
def clock(monkeypatch):
    """The time in seconds, which tests move."""
    now = [0.0]
    monkeypatch.setattr(silence.time, "monotonic", lambda: now[0])
    return now


def test_a_line_comes_after_a_minute_and_then_ever_more_rarely(clock):
    told = []
    quiet = Silence(Quiet(), told.append)
    for second in range(500):
        clock[0] = float(second)
        quiet.update("'point a' and 3 more tasks")
    assert told == [
        f"no answer for {time}, waiting for 'point a' and 3 more tasks; the log is parsl/000"
        for time in ("1 min", "2 min", "4 min", "8 min")
    ]


def test_an_answer_begins_anew(clock):
    told = []
    quiet = Silence(Quiet(), told.append)
    for second in range(500):
        clock[0] = float(second)
        if second % 50 == 0:
            quiet.heard()
        quiet.update("'point a'")
    assert told == []


def test_where_workers_have_no_log_of_their_own_it_is_that_of_the_job(clock, monkeypatch):
    told = []
    monkeypatch.setattr(silence, "log_file", lambda: "logs/fit_shard/a.log")
    quiet = Silence(Quiet(log=""), told.append)
    clock[0] = 60.0
    quiet.update("'point a'")
    assert told == ["no answer for 1 min, waiting for 'point a'; the log is logs/fit_shard/a.log"]


def test_news_of_workers_is_told_at_once(clock):
    told = []
    quiet = Silence(Quiet(news=["block 0 ended"]), told.append)
    quiet.update("'point a'")
    quiet.update("'point a'")
    assert told == ["block 0 ended"]


def test_workers_that_will_never_answer_end_the_wait(clock):
    quiet = Silence(Quiet(news=[ExecutorError("gone")]), print)
    with pytest.raises(ExecutorError, match="gone"):
        quiet.update("'point a'")
