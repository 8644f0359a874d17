"""Points by fitscan; `by_fitscan.py FOLDER MINIMA`. The adapters of peers give the same answers."""

import json
import sys
import time
from typing import Any

from serving import read, serve

from fitscan import __version__
from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.engines.compiled.hypotheses import Hypotheses
from fitscan.engines.compiled.inference.hypotest import Hypotest, hypotest
from fitscan.engines.compiled.inference.minima import search_minima
from fitscan.engines.compiled.inference.toy_starts import ToyStarts, toy_starts
from fitscan.engines.compiled.inference.toys import throw_toys
from fitscan.engines.compiled.kernels.batch import nll_at
from fitscan.garbage import collection_paused
from fitscan.likelihood.patching import apply_patch
from fitscan.model import Model

# A point takes milliseconds, so that each is fitted and each toy is thrown many times.
FITS, TOYS = 20, 200
STREAM = "0123456789abcdef" * 2

MINIMA = sys.argv[2]
SETTINGS: dict[str, Any] = {
    "kind": "asymptotic",
    "mu_test": 1.0,
    "test_stat": "qtilde",
    "poi_bounds": None,
    "measurement": None,
    "interpolation": {"normsys": "code4", "histosys": "code4p"},
    "minima": MINIMA,
    "fallback": "none",
}

background = json.loads(read("background"))
engine, hypotheses = CompiledEngine(background, SETTINGS), Hypotheses(background, SETTINGS)


def workspace(point: str, patch: Any) -> Any:
    """Return the workspace of a point, as a scan makes it."""
    return apply_patch(background, patch, where=point)


def asymptotic(points: list[str]) -> dict[str, Any]:
    """Test points, from their patches to CLs, one after the other as in a scan."""
    patches = {point: json.loads(read(f"{point}.patch")) for point in points}
    with collection_paused():  # as a worker does
        start = time.process_time()
        for _ in range(FITS):
            rows = {p: engine.fit_point(workspace(p, patch)) for p, patch in patches.items()}
        cpu = time.process_time() - start
    suffix = "" if MINIMA == "default" else "_lowest"
    tests = {
        point: {
            "CLs": [row[f"CLs_obs{suffix}"], row[f"CLs_exp_0{suffix}"]],
            "nll": minima(hypotheses.model(workspace(point, patches[point]))),
        }
        for point, row in rows.items()
    }
    return {"cpu_s": cpu / (FITS * len(points)), "tests": tests}


def tested(model: Model) -> tuple[Hypotest, ToyStarts | None]:
    """Test a model; return with it from where toys are fitted as well."""
    test = hypotest(model)
    if MINIMA == "default":
        return test, None
    starts = hypotheses.other_starts(model)
    lowest = search_minima(model, test, starts, test_stat="qtilde", exhaustive=False)
    return lowest.test, toy_starts(lowest)


def minima(model: Model) -> dict[str, float]:
    """Return NLLs of the fits to the data, less that at the initial values."""
    test, _ = tested(model)
    initial = nll_at(model.arrays, model.data, model.init)
    return {fit: test.fits[fit].nll - initial for fit in ("background", "signal", "free")}


def toys(points: list[str]) -> dict[str, Any]:
    """Throw and fit toys of both hypotheses; the time is that of one of each."""
    cpu = 0.0
    for point in points:
        model = hypotheses.model(workspace(point, json.loads(read(f"{point}.patch"))))
        test, starts = tested(model)
        start = time.process_time()
        for at in (test.signal, test.background):
            throw_toys(model, at.pars, STREAM, mu_test=1.0, first=0, count=TOYS, starts=starts)
        cpu += time.process_time() - start
    return {"cpu_s": cpu / (TOYS * len(points))}


if __name__ == "__main__":
    serve(__version__, {"asymptotic": asymptotic, "toys": toys})
