"""Measure toys on the published likelihoods, beside pyhf's fits of one toy in the same process.

Needs FITSCAN_DATA. CPU seconds of one process with one thread, except where two are compared.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
import pyhf
from engine import SETTINGS, Row, cpu_seconds
from published import load, require_one_thread

from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.inference.toys import throw_toys
from fitscan.likelihood.patching import apply_patch
from fitscan.model import Analysis
from fitscan.plan.blocks import Block

__all__ = ["toy_rows"]

# Points near the contour, the toys of each hypothesis that are thrown, and the aim in ms.
POINTS = {
    "1Lbb": ("C1N2_Wh_hbb_900_250", 1000, "3"),
    "staus": ("DS_280_160_Staus", 4000, "0.4"),
    "3L-RJ": ("ERJR_200p0_100p0", 4000, "0.2"),
}
STREAM = "0123456789abcdef" * 2


def hypothesis(name: str) -> tuple[Any, Any]:
    """Return background and hypothesis of the point of an analysis."""
    background, patches = load(name)
    point = POINTS[name][0]
    return background, apply_patch(background, dict(patches)[point], where=point)


def toys(name: str) -> list[Row]:
    """Return CPU time of a toy of both hypotheses, and what failed."""
    background, workspace = hypothesis(name)
    model = Analysis(background).model(workspace)
    test = hypotest(model)
    _, count, aim = POINTS[name]
    rows, total, failed = [], 0.0, 0
    for what, at in (("signal", test.signal), ("background", test.background)):
        throw_toys(model, at.pars, STREAM, mu_test=1.0, first=0, count=10)
        begin = time.process_time()
        thrown = throw_toys(model, at.pars, STREAM, mu_test=1.0, first=0, count=count)
        spent = (time.process_time() - begin) / count
        rows.append((f"{name}: a {what} toy, ms", 1e3 * spent, ""))
        rows.append((f"{name}: {what} toys refitted, %", 100 * thrown.again.mean(), ""))
        total += spent
        failed += int(np.isnan(thrown.q).sum())
    rows += [
        (f"{name}: a toy, of both hypotheses, ms", 1e3 * total / 2, aim),
        (f"{name}: failed of {2 * count} toys", failed, ""),
    ]
    return rows


def by_pyhf(name: str) -> float:
    """Return CPU seconds of the two fits of one toy by pyhf, with NumPy and SciPy."""
    _, workspace = hypothesis(name)
    model = pyhf.Workspace(workspace).model()
    pars = model.config.suggested_init()
    pars[model.config.poi_index] = 1.0
    np.random.seed(1)  # what pyhf draws from
    data = model.make_pdf(pyhf.tensorlib.astensor(pars)).sample()
    bounds, fixed = model.config.suggested_bounds(), model.config.suggested_fixed()

    def both() -> None:
        pyhf.infer.test_statistics.qmu_tilde(1.0, data, model, pars, bounds, fixed)

    return cpu_seconds(both, repeats=1)


def block(name: str) -> None:
    """Throw a block as a worker does."""
    background, workspace = hypothesis(name)
    engine = CompiledEngine(background, SETTINGS | {"kind": "toys"})
    asked = Block(stream=STREAM, hypothesis="background", mu_test=1.0, first=0, count=2000)
    engine.fit_point(workspace, block=asked)


def scaling() -> float:
    """Return how much faster two processes are than one after the other."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(block, ["staus"] * 2))  # load everything
        start = time.perf_counter()
        for _ in range(2):
            list(pool.map(block, ["staus"]))
        alone = time.perf_counter() - start
        start = time.perf_counter()
        list(pool.map(block, ["staus"] * 2))
        return alone / (time.perf_counter() - start)


def toy_rows() -> list[Row]:
    """Measure everything."""
    rows = [row for name in POINTS for row in toys(name)]
    theirs = by_pyhf("staus")
    ours = 1e-3 * {what: value for what, value, _ in rows}["staus: a toy, of both hypotheses, ms"]
    rows += [
        ("staus: two fits of a toy by pyhf, s", theirs, ""),
        ("staus: times faster than pyhf in the same run", theirs / ours, ""),
        ("staus: two processes, times as fast as one after the other", scaling(), "1.8"),
    ]
    return rows


if __name__ == "__main__":
    require_one_thread()
    for what, value, aim in toy_rows():
        print(f"{what:62}{value:10.3g}  {aim}", flush=True)
