"""What pyhf takes on one core: a process of its own, `python -m` this module.

Reads a request as JSON on standard input and writes its answer as JSON on standard output. Timed is
what a loop over the patches does, NumPy backend and SciPy's minimiser: read the workspace and
validate it, once; then for each point apply its patch, build the model, and test the hypothesis.
The start of Python and its imports are not timed.
"""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fitscan.engines.pyhf.reference import fit_point
from fitscan.likelihood import Point, read_signals
from fitscan.likelihood.signals import signal_of

__all__ = ["time_pyhf"]

OPTIONS = {"backend": "numpy", "optimizer": "scipy", "retry": "none"}


def time_pyhf(
    workspace: Path,
    patchset: Path,
    points: Sequence[Point],
    *,
    settings: Mapping[str, Any],
    environment: Mapping[str, str],
) -> dict[str, Any]:
    """Time pyhf on points, in a fresh process.

    Args:
        workspace: The background-only workspace.
        patchset: All patches; those of the points are read.
        points: The points.
        settings: ``mu_test``, ``test_stat``, ``poi_bounds``, ``measurement``, ``interpolation``.
        environment: That of the process, which holds numerical libraries to one thread.

    Returns:
        ``once_s``, ``engine``, and ``points`` with ``name``, ``status``, ``wall_s`` and ``cpu_s``.
    """
    wanted = ("mu_test", "test_stat", "poi_bounds", "measurement", "interpolation")
    request = {
        "workspace": str(workspace),
        "points": [
            {"name": point.name, "signal": signal.content}
            for point, signal in zip(points, read_signals(patchset, points), strict=True)
        ],
        "settings": {key: settings[key] for key in wanted} | {"pyhf": OPTIONS},
    }
    done = subprocess.run(
        [sys.executable, "-m", "fitscan.benchmark.measure.pyhf_time"],
        input=json.dumps(request).encode(),
        stdout=subprocess.PIPE,
        env=dict(environment),
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Do what is timed."""
    import pyhf  # noqa: PLC0415  (only this process needs it, and its import is not timed)

    logging.getLogger("pyhf").setLevel(logging.CRITICAL)  # it prints each fit that fails
    start = time.perf_counter()
    workspace = json.loads(Path(request["workspace"]).read_bytes())
    pyhf.Workspace(workspace)  # which validates it
    once_s = time.perf_counter() - start
    rows = []
    for point in request["points"]:
        wall, cpu = time.perf_counter(), time.process_time()
        hypothesis = signal_of(point["signal"]).apply(workspace, name=point["name"])
        row = fit_point(hypothesis, request["settings"])
        rows.append(
            {
                "name": point["name"],
                "status": row["status"],
                "wall_s": round(time.perf_counter() - wall, 4),
                "cpu_s": round(time.process_time() - cpu, 4),
            }
        )
    return {"once_s": round(once_s, 4), "engine": row["engine"], "points": rows}


if __name__ == "__main__":
    json.dump(_answer(json.load(sys.stdin)), sys.stdout)
