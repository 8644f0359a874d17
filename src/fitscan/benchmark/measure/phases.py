"""Where the time of a run went, from what every run leaves behind.

Takes the folder that a workflow ran in; gives seconds by phase. A job's benchmark file is written
when the job ends and says how long it took; a journal is opened when the first task goes out, and
its rows say when they came in.
"""

from pathlib import Path

import pandas as pd

from fitscan.errors import FitscanError
from fitscan.plan.journal import Journal, opened_at

__all__ = ["fit_span", "run_phases"]

Span = tuple[float, float]

_RULES = ("fetch_likelihood", "fit_shard", "collect_results", "draw_figures")


def run_phases(folder: Path, *, began: float, ended: float, fits: Span) -> dict[str, float]:
    """Return the seconds of each phase, which add up to those of the run.

    Args:
        folder: The folder that the workflow ran in; the phases are ``PHASES`` of the records.
        began: When its command was given, in seconds since 1970.
        ended: When its process had ended.
        fits: See ``fit_span``.
    """
    fetch, shards, collect, draw = (_job_span(folder / "benchmarks" / rule) for rule in _RULES)
    phases = {
        "start": fetch[0] - began,
        "fetch": fetch[1] - fetch[0],
        "plan": shards[0] - fetch[1],
        "jobs": fits[0] - shards[0],
        "fit": fits[1] - fits[0],
        "shards": shards[1] - fits[1],
        "collect": collect[1] - collect[0],
        "draw": draw[1] - draw[0],
    }
    phases = {phase: round(seconds, 3) for phase, seconds in phases.items()}
    return phases | {"between": round(ended - began - sum(phases.values()), 3)}


def fit_span(journal: Path) -> Span:
    """Return when the first task of a scan went out and when its last row came in.

    A journal is opened just before its process hands out its first task.

    Args:
        journal: Folder of the journal.

    Raises:
        FitscanError: There is no row.
    """
    came = [float(row["time"]) for row in Journal(journal).new_rows()]
    if not came:
        raise FitscanError("a timed run fitted nothing", value=str(journal))
    return min(map(opened_at, journal.glob("*.jsonl"))), max(came)


def _job_span(folder: Path) -> Span:
    """Return when the first job of a rule began and when its last one ended."""
    files = sorted(folder.rglob("*.tsv"))
    if not files:
        raise FitscanError("a timed run lacks a job", value=folder.name)
    ends = [file.stat().st_mtime for file in files]
    lengths = [float(pd.read_csv(file, sep="\t")["s"].iloc[0]) for file in files]
    return min(end - length for end, length in zip(ends, lengths, strict=True)), max(ends)
