"""How long the fits of a scan take, measured on some of its points.

The first fit of a process takes longer, and on a new machine the engine is compiled then: it is
timed apart. Toys or experiments are timed with few of them, at two numbers, and the time of all is
extrapolated. How many `precision` and limits add is decided by the toys themselves, and which
points are near the contour by the tests of the data: ``uncounted`` and ``overcounted`` say so.
"""

import heapq
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from fitscan.columns import Row
from fitscan.dispatch.requests import Requests
from fitscan.engines.base import Fit, Work
from fitscan.errors import FitscanError
from fitscan.executors.in_process import InProcess
from fitscan.kinds.named_points import named_keys
from fitscan.kinds.registry import kind_of
from fitscan.likelihood import read_signals
from fitscan.plan.blocks import HYPOTHESES
from fitscan.plan.keys import data_settings
from fitscan.plan.scan import Scan
from fitscan.worker.run import run

__all__ = ["Duration", "measure", "overcounted", "uncounted"]

_POINTS = 3
# Toys of each hypothesis, and experiments.
_FEW, _MORE = 20, 80


@dataclass(frozen=True)
class Duration:
    """How long points take on one core of this machine.

    Attributes:
        start_s: Until a first point is fitted, in seconds.
        point_s: The test of the data of a point, once the first one is done, in seconds.
        toys_s: What the toys or experiments of a point add, in seconds.
        with_toys: The keys of the points that get some.
        unit: What they are called.
    """

    start_s: float
    point_s: float
    toys_s: float = 0.0
    with_toys: frozenset[str] = frozenset()
    unit: str = "toys"

    def of_shards(self, shards: Iterable[Sequence[str]], *, cores: int) -> float:
        """Return the wall time of shards in seconds, if each has a core and starts by itself.

        Args:
            shards: The keys of the points that each of them fits.
            cores: Shards that run at a time; as soon as one has ended the next one begins.
        """
        busy_until = [0.0] * cores
        for keys in shards:
            took = self.start_s + sum(map(self._of_point, keys))
            heapq.heapreplace(busy_until, busy_until[0] + took)
        return max(busy_until)

    def of_workers(self, keys: Collection[str], *, workers: int) -> float:
        """Return the wall time of points in seconds, if workers share their tests and toys."""
        tests = -(-len(keys) // workers)
        return self.start_s + tests * self.point_s + self._toys(keys) / workers

    def _of_point(self, key: str) -> float:
        return self.point_s + self._toys([key])

    def _toys(self, keys: Collection[str]) -> float:
        return self.toys_s * len(self.with_toys.intersection(keys))


def measure(scan: Scan, keys: Sequence[str], likelihood: Path) -> Duration:
    """Fit some points of a scan and keep nothing of it.

    Args:
        scan: The scan.
        keys: The keys of the points that are to be fitted.
        likelihood: The folder of the verified likelihood.

    Raises:
        FitscanError: A worker cannot fit at all.
    """
    with_toys = _with_toys(scan, keys)
    some = _spread([key for key in keys if key in with_toys] or keys)
    planned = dict(zip(scan.keys, scan.points, strict=True))
    signals = read_signals(likelihood / "patchset.json", [planned[key] for key in some])
    fit = _fit(scan, likelihood / "workspace.json")

    def seconds(number: int, points: int) -> float:
        """Return the wall time of points with this number of toys or experiments each."""
        begun = time.perf_counter()
        rows = kind_of(scan).rows
        rows(_with_few(scan, number), some[:points], signals[:points], fit, lambda _: None)
        return time.perf_counter() - begun

    start_s = seconds(0, 1)
    point_s = seconds(0, len(some)) / len(some)
    if not with_toys:
        return Duration(start_s, point_s)
    start_s += seconds(_FEW, 1)  # toys have code of their own to load
    few, more = (seconds(number, len(some)) / len(some) for number in (_FEW, _MORE))
    toys_s = few - point_s + max(0.0, more - few) * (_wanted(scan) - _FEW) / (_MORE - _FEW)
    return Duration(start_s, point_s, max(0.0, toys_s), with_toys, kind_of(scan).unit)


def uncounted(scan: Scan) -> str:
    """Name what may add toys to those that are counted; nothing if all are counted."""
    toys = scan.settings.get("toys") or {}
    more = (
        ("more toys until CLs is precise enough", toys.get("precision")),
        ("the toys of upper limits", toys.get("limits")),
    )
    return " and ".join(said for said, options in more if options is not None)


def overcounted(scan: Scan, journal: Path) -> str:
    """Name the toys or experiments that are counted and may not be made; nothing if all are.

    Args:
        scan: The scan.
        journal: The folder of its journal, whose blocks are not made again.
    """
    kind = kind_of(scan)
    said = []
    if (scan.settings.get("toys") or {}).get("near_contour_factor") is not None:
        said.append("the toys of points far from the contour")
    if kind.has_blocks and any(journal.glob("*.jsonl")):
        said.append(f"the {kind.unit} that are there already")
    return " and ".join(said)


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


def _spread(keys: Sequence[str]) -> list[str]:
    """Choose some of the keys, from all parts of the grid."""
    step = max(1, len(keys) // _POINTS)
    return [*keys[step // 2 :: step][:_POINTS]]


def _with_toys(scan: Scan, keys: Collection[str]) -> frozenset[str]:
    """Return the keys of points that get toys or experiments, as far as the settings tell."""
    return named_keys(scan).intersection(keys) if kind_of(scan).has_blocks else frozenset()


def _with_few(scan: Scan, number: int) -> Scan:
    """Return a scan with this number of toys of each hypothesis, or of experiments, everywhere."""
    settings: dict[str, Any] = dict(scan.settings)
    if settings["kind"] == "toys":
        everywhere = dict.fromkeys(("points", "near_contour_factor", "precision", "limits"))
        settings["toys"] = settings["toys"] | everywhere | dict.fromkeys(HYPOTHESES, number)
    if settings["kind"] == "coverage":
        settings["coverage"] = settings["coverage"] | {"experiments": number, "points": None}
    return replace(scan, settings=settings)


def _wanted(scan: Scan) -> float:
    """Return how many toys of each hypothesis, or experiments, a point is to have."""
    if scan.settings["kind"] == "toys":
        toys = scan.settings["toys"]
        return float(toys["signal"] + toys["background"]) / 2
    return float(scan.settings["coverage"]["experiments"])
