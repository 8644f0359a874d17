"""Points by pyhf as it comes: NumPy, SciPy's SLSQP; `by_pyhf.py FOLDER`."""

import json
import time
from typing import Any

import numpy as np
import pyhf
from serving import read, serve

background = pyhf.Workspace(json.loads(read("background")))


def asymptotic(points: list[str]) -> dict[str, Any]:
    """Test points, from their patches to CLs."""
    cpu, tests = 0.0, {}
    for point in points:
        patch = json.loads(read(f"{point}.patch"))
        start = time.process_time()
        model = background.model(patches=[patch])
        data = background.data(model)
        observed, expected, calculator = pyhf.infer.hypotest(
            1.0, data, model, return_expected_set=True, return_calculator=True
        )
        cpu += time.process_time() - start
        fits = calculator.fitted_pars
        pars = {
            "background": fits.asimov_pars,
            "signal": fits.fixed_poi_fit_to_data,
            "free": fits.free_fit_to_data,
        }
        initial = model.logpdf(model.config.suggested_init(), data)[0]
        tests[point] = {
            "CLs": [float(observed), float(expected[2])],
            "nll": {fit: float(initial - model.logpdf(at, data)[0]) for fit, at in pars.items()},
        }
    return {"cpu_s": cpu / len(points), "tests": tests}


def toys(points: list[str]) -> dict[str, Any]:
    """Throw and fit one toy of each hypothesis, as `ToyCalculator` does.

    Its own reduction of toys fails with NumPy 2.4 and pyhf 0.7.6, after the fits.
    """
    cpu = 0.0
    np.random.seed(1)  # what pyhf draws from
    for point in points:
        model = background.model(patches=[json.loads(read(f"{point}.patch"))])
        data = background.data(model)
        config = model.config
        start_of_fits = (
            config.suggested_init(),
            config.suggested_bounds(),
            config.suggested_fixed(),
        )
        fitted = [pyhf.infer.mle.fixed_poi_fit(mu, data, model) for mu in (1.0, 0.0)]
        start = time.process_time()
        for pars in fitted:
            (toy,) = model.make_pdf(pyhf.tensorlib.astensor(pars)).sample((1,))
            pyhf.infer.test_statistics.qmu_tilde(1.0, toy, model, *start_of_fits)
        cpu += time.process_time() - start
    return {"cpu_s": cpu / len(points)}


if __name__ == "__main__":
    serve(pyhf.__version__, {"asymptotic": asymptotic, "toys": toys})
