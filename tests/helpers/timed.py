"""Records of measurements that nobody made."""

from typing import Any

from fitscan.benchmark.records import PHASES, Conditions, Pyhf, TimedPoint, Trial

__all__ = ["conditions", "pyhf_record", "trial"]


def conditions(**changed: Any) -> Conditions:
    made: dict[str, Any] = {
        "began": "2026-11-26T08:00:00+00:00",
        "system": "Linux x86_64",
        "cpu": "Some_CPU 100% & more",
        "cores": 2,
        "memory_GB": 16.0,
        "load_before": 0.1,
        "threads": {"OMP_NUM_THREADS": "1"},
        "versions": {"fitscan": "0.1.0"},
        "code": "c0de",
    }
    return Conditions(**made | changed)


def trial(number: int, wall_s: float, *, made: Conditions | None = None, **changed: Any) -> Trial:
    """A trial of 1Lbb with one worker: a tenth of the time is fits."""
    phases = dict.fromkeys(PHASES, 0.1 * wall_s)
    fields: dict[str, Any] = {
        "analysis": "1Lbb",
        "scan": "hypotest",
        "trial": number,
        "workers": 1,
        "executor": "in_process",
        "engine": "compiled-0.1.0",
        "minima": "default",
        "patches": 125,
        "wall_s": wall_s,
        "cpu_s": 0.9 * wall_s,
        "fit_s": 0.1 * wall_s,
        "phases": {**phases, "between": 0.2 * wall_s},
        "command": "snakemake",
        "conditions": made or conditions(),
    }
    return Trial(**fields | changed)


def pyhf_record(*seconds: float, patches: int = 125, **changed: Any) -> Pyhf:
    points = [
        TimedPoint(name=f"p_{number}", status="ok", wall_s=wall_s, cpu_s=wall_s)
        for number, wall_s in enumerate(seconds)
    ]
    fields: dict[str, Any] = {
        "analysis": "1Lbb",
        "scan": "hypotest",
        "patches": patches,
        "engine": "pyhf-0.7.6-numpy-scipy",
        "once_s": 2.0,
        "points": points,
        "conditions": conditions(),
    }
    return Pyhf(**fields | changed)
