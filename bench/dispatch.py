"""Measure what it costs to send tasks through each executor; `make bench-dispatch` runs it.

Globus Compute is the one on this machine that the tests bring up (tests/stacks): the real SDK,
broker and endpoint, and a stand-in for the web service.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import orjson
import yaml

from fitscan import strictjson
from fitscan.dispatch import fit_points
from fitscan.engines.base import Work
from fitscan.engines.registry import engine_version
from fitscan.executors import Executor, open_executor
from fitscan.likelihood import JsonPatch
from fitscan.plan.journal import Journal
from fitscan.worker.request import FORMAT

PROJECT = Path(__file__).parents[1]
sys.path[:0] = [str(PROJECT / "bench"), str(PROJECT / "tests")]

from published import load  # noqa: E402
from stacks.globus import GlobusStack, missing  # noqa: E402

SETTINGS: dict[str, Any] = {
    "engine": "compiled",
    "kind": "asymptotic",
    "mu_test": 1.0,
    "test_stat": "qtilde",
    "poi_bounds": None,
    "measurement": None,
    "interpolation": {"normsys": "code4", "histosys": "code4p"},
    "minima": "search",
    "fallback": "none",
}
PROBE = orjson.dumps({"format": FORMAT, "probe": True})
POOL = {"kind": "process_pool", "workers": 2}
PARSL = {
    "kind": "parsl",
    "engine": {
        "max_workers_per_node": 2,
        "address": "127.0.0.1",
        "provider": {"type": "LocalProvider", "init_blocks": 1, "max_blocks": 1},
    },
}
LATENCIES, TASKS = 11, 500
LONG = "1250 points of 1Lbb, warm workers, s"

Row = tuple[str, str, float, str]  # executor, what, how much, the aim of the project


def timed(work: Callable[[], Any]) -> float:
    """Return the wall time of some work in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def costs(name: str, executor: Executor, analysis: "Analysis") -> Iterator[Row]:
    """Measure an executor that was entered.

    Yields what, of which executor, how much, and the aim of the project.
    """
    yield name, "start to first answer, s", timed(executor.submit(PROBE).result), ""
    latency = median(timed(executor.submit(PROBE).result) for _ in range(LATENCIES))
    yield name, "latency of a task, ms", 1e3 * latency, ""
    many = timed(lambda: [f.result() for f in [executor.submit(PROBE) for _ in range(TASKS)]])
    yield name, "tasks a second", TASKS / many, "100" if name == "globus_compute" else ""
    yield name, "1Lbb first time, s", timed(lambda: analysis.fit(executor)), ""
    yield name, "1Lbb again, warm workers, s", timed(lambda: analysis.fit(executor)), ""
    for points in (1, 20):
        fits, wall = analysis.warm_task(executor, points)
        aim = "10" if (name, points) == ("parsl", 1) else ""
        yield name, f"a warm task of {points} above its fits, ms", 1e3 * (wall - fits), aim
    analysis.fit(executor, times=10)
    yield name, LONG, timed(lambda: analysis.fit(executor, times=10)), ""
    engines = {row["pid"]: row["engines"] for row in analysis.identities(executor)}
    yield name, "engines made by a worker, at the most", float(max(engines.values())), "1"


def overheads(rows: list[Row]) -> list[Row]:
    """Say how much longer a long scan takes than in this process, shared among two workers."""
    walls = {name: value for name, what, value, _ in rows if what == LONG}
    alone = walls.pop("in_process")
    return [
        (name, "the same, above half of in_process, %", 200.0 * wall / alone - 100.0, "5")
        for name, wall in walls.items()
    ]


class Analysis:
    """The 125 points of 1Lbb, as a scan has them."""

    def __init__(self, folder: Path) -> None:
        background, patches = load("1Lbb")
        self.folder, self.patches = folder, patches
        self.path = folder / "workspace.json"
        self.path.write_bytes(orjson.dumps(background))
        self.digest = strictjson.digest(background)

    def fit(self, executor: Executor, times: int = 1) -> float:
        """Fit all points so many times, with an empty journal; return the time of all fits."""
        points = [
            Work(f"{name} {turn}", name, JsonPatch(patch))
            for turn in range(times)
            for name, patch in self.patches
        ]
        with Journal(Path(tempfile.mkdtemp(dir=self.folder))) as journal:
            rows = fit_points(
                points,
                settings=SETTINGS,
                workspace=self.path,
                workspace_digest=self.digest,
                engine=engine_version(SETTINGS),
                executor=executor,
                journal=journal,
            )
        return float(sum(row["wall_s"] for row in rows))

    def request(self, count: int) -> bytes:
        """Return a request for the first points."""
        points = [
            {"key": name, "name": name, "signal": {"patch": patch}}
            for name, patch in self.patches[:count]
        ]
        workspace = {"digest": self.digest, "path": str(self.path)}
        engine = engine_version(SETTINGS)
        request = {"workspace": workspace, "settings": SETTINGS, "points": points}
        return orjson.dumps({"format": FORMAT, "engine": engine, **request})

    def warm_task(self, executor: Executor, count: int) -> tuple[float, float]:
        """Return the time of the fits of a task and of the whole task, medians."""
        request = self.request(count)
        fits, walls = [], []
        for _ in range(LATENCIES):
            start = time.perf_counter()
            response = orjson.loads(executor.submit(request).result())
            walls.append(time.perf_counter() - start)
            fits.append(sum(row["wall_s"] for row in response["rows"]))
        return median(fits), median(walls)

    def identities(self, executor: Executor) -> list[dict[str, Any]]:
        """Ask the workers who they are."""
        futures: list[Future[bytes]] = [executor.submit(PROBE) for _ in range(20)]
        return [orjson.loads(future.result())["worker"] for future in futures]


@contextmanager
def opened(settings: dict[str, Any], folder: Path) -> Iterator[Executor]:
    """Enter an executor of these settings."""
    path = folder / "executor.yaml"
    path.write_text(yaml.safe_dump(settings))
    with open_executor(str(path), folder=folder) as executor:
        yield executor


def main() -> None:
    """Measure all executors and print the table; `results/benchmark_dispatch.csv` has it too."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="fitscan-") as name:
        folder = Path(name)
        analysis = Analysis(folder)
        parsl = PARSL | {"run_dir": str(folder / "parsl")}
        for kind, settings in (
            ("in_process", {"kind": "in_process"}),
            ("process_pool", POOL),
            ("parsl", parsl),
        ):
            with opened(settings, folder) as executor:
                rows += costs(kind, executor, analysis)
        if lacking := missing():
            print(f"globus_compute is left out: not installed: {lacking}")
        else:
            stack = GlobusStack(folder / "gc", source=PROJECT / "src")
            try:
                rows.append(("globus_compute", "the stack comes up, s", timed(stack.up), "90"))
                os.environ |= {k: v for k, v in stack.environment.items() if "GLOBUS" in k}
                with opened(stack.settings(shared_filesystem=True, workers=2), folder) as executor:
                    rows += costs("globus_compute", executor, analysis)
            finally:
                stack.down()
    rows += overheads(rows)
    table = PROJECT / "results" / "benchmark_dispatch.csv"
    table.parent.mkdir(exist_ok=True)
    table.write_text(
        "executor,what,value,aim\n"
        + "".join(f'{kind},"{what}",{value:.4g},{aim}\n' for kind, what, value, aim in rows)
    )
    for kind, what, value, aim in rows:
        print(f"{kind:16}{what:42}{value:10.4g}  {aim}")


if __name__ == "__main__":
    main()
