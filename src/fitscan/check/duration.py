"""How long the fits of a scan take, measured on some of its points.

The first fit of a process takes longer, and on a new machine the engine is compiled then: it is
timed apart. Scans of toys or experiments are timed with few of them, at two numbers, and the time
of all is extrapolated.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from fitscan.columns import Row
from fitscan.dispatch.requests import Requests
from fitscan.engines.base import Work
from fitscan.errors import FitscanError
from fitscan.executors.in_process import InProcess
from fitscan.kinds.registry import kind_of
from fitscan.likelihood import Signal, read_signals
from fitscan.plan.keys import data_settings
from fitscan.plan.scan import Scan
from fitscan.worker.run import run

__all__ = ["Duration", "measure"]

_POINTS = 3
# Toys of each hypothesis, and experiments.
_FEW, _MORE = 20, 80


@dataclass(frozen=True)
class Duration:
    """How long points take on one core of this machine.

    Attributes:
        start_s: Until a first point is fitted, in seconds.
        point_s: A point, once the first one is fitted, in seconds.
    """

    start_s: float
    point_s: float


def measure(scan: Scan, keys: Sequence[str], likelihood: Path) -> Duration:
    """Fit some points of a scan and keep nothing of it.

    Args:
        scan: The scan.
        keys: The keys of the points that are to be fitted.
        likelihood: The folder of the verified likelihood.

    Raises:
        FitscanError: A worker cannot fit at all.
    """
    planned = dict(zip(scan.keys, scan.points, strict=True))
    step = max(1, len(keys) // _POINTS)
    some = [*keys[step // 2 :: step][:_POINTS]]
    signals = read_signals(likelihood / "patchset.json", [planned[key] for key in some])
    fit = _fit(scan, likelihood / "workspace.json")
    begun = time.perf_counter()
    _rows(_with_few(scan, _FEW), some[:1], signals[:1], fit)
    start_s = time.perf_counter() - begun
    short = _seconds(_with_few(scan, _FEW), some, signals, fit)
    if not kind_of(scan).has_blocks:
        return Duration(start_s, short)
    long = _seconds(_with_few(scan, _MORE), some, signals, fit)
    per_unit = max(0.0, long - short) / (_MORE - _FEW)
    return Duration(start_s, short + per_unit * (_wanted(scan) - _FEW))


Fit = Callable[..., list[Row]]


def _fit(scan: Scan, workspace: Path) -> Fit:
    """Return what answers works in this process, as a worker does."""
    requests = Requests(
        settings=data_settings(scan),
        workspace=workspace,
        digest=scan.workspace,
        engine=scan.engine,
    )
    capabilities = InProcess().capabilities

    def fit(works: Sequence[Work], *, take: Callable[[Row], object] | None = None) -> list[Row]:
        rows = []
        tests = [work for work in works if work.block is None]
        tasks = [tests, *([work] for work in works if work.block is not None)]
        for task in filter(None, tasks):
            response = orjson.loads(run(requests.request(task, capabilities)))
            if not response["ok"]:
                raise FitscanError(
                    f"a point could not be fitted: {response['kind']}", value=response["message"]
                )
            rows += response["rows"]
        if take is None:
            return rows
        for row in rows:
            take(row)
        return []

    return fit


def _rows(scan: Scan, keys: Sequence[str], signals: Sequence[Signal], fit: Fit) -> list[Row]:
    return kind_of(scan).rows(scan, keys, signals, fit, lambda _: None)


def _seconds(scan: Scan, keys: Sequence[str], signals: Sequence[Signal], fit: Fit) -> float:
    """Return the mean wall time of points, in seconds."""
    begun = time.perf_counter()
    _rows(scan, keys, signals, fit)
    return (time.perf_counter() - begun) / len(keys)


def _with_few(scan: Scan, number: int) -> Scan:
    """Return a scan with this number of toys of each hypothesis, or of experiments."""
    settings: dict[str, Any] = dict(scan.settings)
    if settings["kind"] == "toys":
        few = {"signal": number, "background": number, "precision": None, "limits": None}
        settings["toys"] = settings["toys"] | few | {"near_contour_factor": None}
    if settings["kind"] == "coverage":
        settings["coverage"] = settings["coverage"] | {"experiments": number, "points": None}
    return replace(scan, settings=settings)


def _wanted(scan: Scan) -> float:
    """Return how many toys of each hypothesis, or experiments, a point is to have."""
    if scan.settings["kind"] == "toys":
        toys = scan.settings["toys"]
        return float(toys["signal"] + toys["background"]) / 2
    return float(scan.settings["coverage"]["experiments"])
