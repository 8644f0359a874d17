"""Time fitscan.infer beside pyhf.infer, and the back end of spey beside that of spey-pyhf.

    python bench/python_doors.py          on the example of pyhf's documentation
    python bench/python_doors.py 1Lbb     on a point of 1Lbb

Prints CPU seconds of a first call and of later ones, and the numbers found. Needs the environment
of tests, which has spey and spey-pyhf; 1Lbb needs FITSCAN_DATA and some minutes.
"""

import os
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

os.environ |= {
    f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA", "RAYON")
} | {"SPEY_CHECKUPDATE": "OFF"}

import pyhf
import spey
from published import load
from spey.interface.statistical_model import statistical_model_wrapper

import fitscan
from fitscan.spey_backend.backend import FitscanBackend

POINT = "C1N2_Wh_hbb_900_250"
MOST_SECONDS, MOST_CALLS = 5.0, 100


def example() -> tuple[Any, Any]:
    """Return the workspace and the signal of pyhf's documentation."""
    signal = pyhf.simplemodels.uncorrelated_background([12.0, 11.0], [50.0, 52.0], [3.0, 7.0])
    samples = signal.spec["channels"][0]["samples"]
    background = {
        "channels": [{"name": "singlechannel", "samples": samples[1:]}],
        "observations": [{"name": "singlechannel", "data": [51.0, 48.0]}],
        "measurements": [{"name": "first", "config": {"poi": "mu", "parameters": []}}],
        "version": "1.0.0",
    }
    return background, [{"op": "add", "path": "/channels/0/samples/1", "value": samples[0]}]


def timed(call: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return CPU seconds of a first call and the median of later ones, and what it gives."""
    times: list[float] = []
    while not times or (sum(times) < MOST_SECONDS and len(times) < MOST_CALLS):
        start = time.process_time()
        found = call()
        times.append(time.process_time() - start)
    return times[0], median(times[1:] or times), found


def main() -> None:
    """Ask all of them the same questions."""
    background, signal = example()
    if "1Lbb" in sys.argv[1:]:
        background, patches = load("1Lbb")
        signal = dict(patches)[POINT]
    workspace = pyhf.Workspace(background)
    model = workspace.model(patches=[signal])
    data = workspace.data(model)
    observed = spey.ExpectationType.observed
    questions: dict[str, Callable[[], Any]] = {}
    for name, infer in {"fitscan.infer": fitscan.infer, "pyhf.infer": pyhf.infer}.items():
        limits = infer.intervals.upper_limits
        questions[f"{name}  hypotest"] = lambda infer=infer: infer.hypotest(1.0, data, model)
        if model.config.npars < 10:
            questions[f"{name}  upper_limit"] = lambda at=limits: at.upper_limit(data, model)[0]
    backends = {
        "spey, fitscan": statistical_model_wrapper(FitscanBackend),
        "spey-pyhf": spey.get_backend("pyhf"),
    }
    pyhf.set_backend("numpy")
    for name, backend in backends.items():

        def made(backend: Any = backend) -> Any:
            return backend(background_only_model=background, signal_patch=signal)

        questions[f"{name}  model"] = lambda made=made: type(made()).__name__
        # Each time a new model, since spey keeps what it has found.
        questions[f"{name}  CL"] = lambda made=made: made().exclusion_confidence_level()
        questions[f"{name}  limit"] = lambda made=made: made().poi_upper_limit(expected=observed)
    for name, call in questions.items():
        first, later, found = timed(call)
        print(f"{name:32}{first:12.4g}{later:12.4g}   {found}", flush=True)


if __name__ == "__main__":
    main()
