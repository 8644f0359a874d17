"""benchmark.csv: one row for each number of workers of a scan, and one for pyhf.

Takes records; gives a table whose rows hold beside the times all that they depend on. Records are
put together only if they agree in everything but the time: trials of two machines are two rows.
"""

import json
import math
from collections.abc import Iterable, Mapping
from itertools import groupby
from statistics import fmean, stdev
from typing import Any

import pandas as pd

from fitscan.benchmark.records import PHASES, Conditions, Pyhf, Trial
from fitscan.columns import Row

__all__ = ["COLUMNS", "benchmark_table", "extrapolated"]


# Of a row: what, how often, seconds with their standard deviations over trials, and conditions.
# `kind` is measured or extrapolated here; times of a simulation would be rows of another kind.
COLUMNS = (
    *("analysis", "scan", "what", "kind", "patches", "workers", "executor", "engine", "minima"),
    *("trials", "wall_s", "wall_sd_s", "fit_s", "fit_sd_s", "cpu_s", "cpu_sd_s"),
    *(f"{phase}_phase_s" for phase in PHASES),
    *("sample", "sample_s", "sample_err_s", "once_s"),
    *("first", "last", "load_least", "load_most", "threads"),
    *("cpu", "cores", "memory_GB", "system", "versions", "code", "files"),
)


def benchmark_table(trials: Mapping[str, Trial], pyhf: Mapping[str, Pyhf]) -> pd.DataFrame:
    """Return benchmark.csv.

    Args:
        trials: The trials by the path of their record.
        pyhf: What pyhf takes, by the path of its record.
    """
    order = list(dict.fromkeys((trial.analysis, trial.scan) for trial in trials.values()))
    alike = sorted(trials.items(), key=lambda item: _identity(item[1]))
    rows = [_trials_row(dict(group)) for _, group in groupby(alike, lambda i: _identity(i[1]))]
    rows += [_pyhf_row(path, record) for path, record in pyhf.items()]
    # In the order of the configuration; stable, so workers stay in theirs and pyhf is last.
    rows.sort(key=lambda row: (order.index((row["analysis"], row["scan"])), row["what"]))
    numbers = {column: float for column in COLUMNS if column.endswith(("_sd_s", "_err_s"))}
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"trials": "Int64", **numbers})


def extrapolated(record: Pyhf) -> float:
    """Return what pyhf would take for all points in seconds, from the mean of the sample."""
    return record.once_s + record.patches * fmean(record.times)


def _error(record: Pyhf) -> float | None:
    """Return the standard error of what is extrapolated; a single point has none."""
    if record.complete or len(record.times) == 1:
        return None
    return round(record.patches * stdev(record.times) / math.sqrt(len(record.times)), 2)


def _identity(trial: Trial) -> tuple[Any, ...]:
    """Return what has to be the same for trials to be averaged."""
    made = trial.conditions
    same = (trial.executor, trial.engine, trial.minima, trial.patches, made.machine)
    return (
        *(trial.analysis, trial.scan, trial.workers, *same),
        json.dumps([made.threads, made.versions], sort_keys=True),
    )


def _trials_row(trials: Mapping[str, Trial]) -> Row:
    """Return the row of trials that are alike."""
    alike = sorted(trials.values(), key=lambda trial: trial.trial)
    one = alike[0]
    return {
        "analysis": one.analysis,
        "scan": one.scan,
        "what": "fitscan",
        "kind": "measured",
        "patches": one.patches,
        "workers": one.workers,
        "executor": one.executor,
        "engine": one.engine,
        "minima": one.minima,
        "trials": len(alike),
        **_spread("wall", [trial.wall_s for trial in alike]),
        **_spread("fit", [trial.fit_s for trial in alike]),
        **_spread("cpu", [trial.cpu_s for trial in alike]),
        **{
            f"{phase}_phase_s": round(fmean(trial.phases[phase] for trial in alike), 4)
            for phase in PHASES
        },
        **_circumstances([trial.conditions for trial in alike], sorted(trials)),
    }


def _pyhf_row(path: str, record: Pyhf) -> Row:
    """Return the row of pyhf."""
    return {
        "analysis": record.analysis,
        "scan": record.scan,
        "what": "pyhf",
        "kind": "measured" if record.complete else "extrapolated",
        "patches": record.patches,
        "workers": 1,
        "executor": "one process",
        "engine": record.engine,
        "minima": "default",
        "wall_s": round(extrapolated(record), 2),
        "sample": " ".join(point.name for point in record.points),
        "sample_s": " ".join(f"{seconds:g}" for seconds in record.times),
        "sample_err_s": _error(record),
        "once_s": record.once_s,
        **_circumstances([record.conditions], [path]),
    }


def _spread(name: str, seconds: Iterable[float]) -> Row:
    """Return mean and standard deviation (of n - 1); a single trial has none."""
    values = list(seconds)
    deviation = round(stdev(values), 4) if len(values) > 1 else None
    return {f"{name}_s": round(fmean(values), 4), f"{name}_sd_s": deviation}


def _circumstances(made: list[Conditions], files: list[str]) -> Row:
    """Return where, when and by what; conditions agree in what is shown once."""
    one, loads = made[0], [each.load_before for each in made]
    return {
        "first": min(each.began for each in made),
        "last": max(each.began for each in made),
        "load_least": min(loads),
        "load_most": max(loads),
        "threads": " ".join(f"{name}={number}" for name, number in one.threads.items()),
        "cpu": one.cpu,
        "cores": one.cores,
        "memory_GB": one.memory_GB,
        "system": one.system,
        "versions": " ".join(f"{name}-{number}" for name, number in one.versions.items()),
        "code": " ".join(sorted({each.code for each in made})),
        "files": " ".join(files),
    }
