"""A point fitted by pyhf itself: whose minima are lower, and by how much CLs differs.

Takes a point; gives rows of audit.csv with the checks ``minimum`` and ``CLs``, or one that says why
pyhf has no answer.
"""

import logging
import math
from typing import Any

import numpy as np

from fitscan.audit.point import Point, rounding
from fitscan.audit.table import Row, compared, error_text, failure
from fitscan.columns import CLS
from fitscan.engines.compiled.fits.fits import default_fit
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.engines.pyhf.reference import pyhf_backend, pyhf_hypotest
from fitscan.errors import FitscanError
from fitscan.model.arrays import FloatArray

__all__ = ["refit"]

log = logging.getLogger(__name__)

Settings = dict[str, Any]

SAME_MINIMUM = 1e-6
SAME_CLS = 1e-4

# What pyhf calls the fits of a hypothesis test.
_PYHF_FITS = {
    "background": "asimov_pars",
    "signal": "fixed_poi_fit_to_data",
    "free": "free_fit_to_data",
    "asimov": "fixed_poi_fit_to_asimov",
}


def refit(point: Point, settings: Settings, options: dict[str, str]) -> list[Row]:
    """Have pyhf test the hypothesis, and compare minima and CLs."""
    attempts = []
    for optimizer in dict.fromkeys((options["optimizer"], options["retry"])):
        if optimizer == "none":
            continue
        try:
            with pyhf_backend(options["backend"], optimizer):
                CLs, fitted = _pyhf_hypotest(point, settings)
        except (MemoryError, OSError, FitscanError):
            raise
        except Exception as error:  # pyhf's failure is what the audit has to tell
            log.exception("pyhf failed")
            attempts.append(f"{optimizer}: {error_text(error)}")
            continue
        if all(map(math.isfinite, CLs)):
            return [*_minima(point, fitted, settings["mu_test"]), *_compared_CLs(point, CLs)]
        attempts.append(f"{optimizer}: CLs is not finite")
    return [failure("CLs", "; then ".join(attempts))]


def _pyhf_hypotest(point: Point, settings: Settings) -> tuple[list[float], dict[str, FloatArray]]:
    """Return CLs, in the order of its columns, and the parameters of each fit by pyhf."""
    import pyhf  # noqa: PLC0415

    data = pyhf.tensorlib.astensor(point.data)
    CLs, calculator = pyhf_hypotest(point.pyhf, data, settings)
    fitted = {
        name: np.asarray(getattr(calculator.fitted_pars, theirs), dtype=float)
        for name, theirs in _PYHF_FITS.items()
    }
    return CLs, fitted


def _minima(point: Point, fitted: dict[str, FloatArray], mu_test: float) -> list[Row]:
    """Compare minima by pyhf's NLL; those of Asimov data on the data that pyhf fitted."""
    background = np.empty(len(point.order))
    background[point.order] = fitted["background"]
    data = asimov_data(point.model.arrays, background)
    found = point.result.fits | {"asimov": default_fit(point.model, mu=mu_test, data=data)}
    rows = []
    for name, theirs in fitted.items():
        seen = point.asimov(fitted["background"]) if name == "asimov" else point.data
        nlls = [point.nll(pars, seen) for pars in (found[name].pars[point.order], theirs)]
        used = data if name == "asimov" else point.model.data
        tolerance = SAME_MINIMUM + rounding(point.model, found[name].pars, used)
        row = compared("minimum", name, fitscan=nlls[0], pyhf=nlls[1], tolerance=tolerance)
        if row["outcome"] == "agrees":
            row["outcome"] = "equal"
        elif math.isfinite(row["difference"]):
            row["outcome"] = "fitscan" if row["difference"] < 0 else "pyhf"
        rows.append(row)
    return rows


def _compared_CLs(point: Point, CLs: list[float]) -> list[Row]:
    return [
        compared("CLs", column, fitscan=ours, pyhf=theirs, tolerance=SAME_CLS)
        for column, ours, theirs in zip(CLS, point.result.CLs, CLs, strict=True)
    ]
