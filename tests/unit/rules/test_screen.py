"""The screen of a run has one line for each job that has ended; the log has everything."""

import io
import logging
from types import SimpleNamespace

import pytest
from snakemake.logging import logger
from snakemake_interface_logger_plugins.common import LogEvent

from fitscan.rules import show_less

QUIET = {"dryrun": False, "printshellcmds": False, "verbose": False}


@pytest.fixture
def screen(monkeypatch):
    """Log what a run of three jobs logs; return what the screen shows."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.name = "DefaultStreamHandler"
    monkeypatch.setattr(logger, "handlers", [handler])
    monkeypatch.setattr(logger, "propagate", False)
    logger.setLevel(logging.INFO)

    def call(**settings):
        show_less(SimpleNamespace(**(QUIET | settings)))
        logger.info("Select jobs to execute...")
        logger.info("Execute 2 jobs...")
        for number, rule in enumerate(("fit_shard", "collect_results", "write_report"), 1):
            wildcards = {"analysis": "a", "scan": "b"} if number < 3 else {}
            job = {"jobid": number, "rule_name": rule, "wildcards": wildcards}
            logger.info(f"rule {rule}: many files", extra={"event": LogEvent.JOB_INFO, **job})
            ended = {"event": LogEvent.JOB_FINISHED, "job_id": number}
            logger.info(f"Finished jobid: {number}", extra=ended)
            done = {"event": LogEvent.PROGRESS, "done": number, "total": 12}
            logger.info("progress", extra=done)
        logger.warning("results.csv was changed")
        logger.error("Error in rule", extra={"event": LogEvent.JOB_ERROR})
        return stream.getvalue().splitlines()

    return call


def test_each_job_is_one_line_and_warnings_and_errors_stay(screen):
    assert screen() == [
        "[ 2/12] collect_results   a, b",
        "[ 3/12] write_report",
        "results.csv was changed",
        "Error in rule",
    ]


@pytest.mark.parametrize("wish", ["dryrun", "printshellcmds", "verbose"])
def test_whoever_wants_more_sees_all(screen, wish):
    shown = screen(**{wish: True})
    assert "Execute 2 jobs..." in shown
    assert "rule fit_shard: many files" in shown
