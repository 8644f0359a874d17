"""Upper limits from toys of the compiled engine against the exact ones of a counting experiment."""

import pytest
from scan_settings import COMPILED
from scipy.optimize import brentq
from scipy.stats import poisson
from small import counting

from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.kinds.toys.points import ToyPoint
from fitscan.kinds.toys.rounds import throw_points
from fitscan.kinds.toys.tally import Dispatch

OPTIONS = {
    "signal": 4000,
    "background": 4000,
    "toys_per_task": 1000,
    "precision": None,
    "points": None,
    "near_contour_factor": None,
    "test_size": 0.1,
    "max_failed_fraction": 0.0,
    "limits": {},
    "keep": "histograms",
}


@pytest.mark.parametrize(("observed", "signal", "background"), [(9, 6.0, 9.0), (3, 4.0, 5.0)])
def test_observed_limit_is_where_the_ratio_of_two_sums_falls_to_the_test_size(
    observed, signal, background
):
    """As in Nucl. Instrum. Meth. A 434 (1999) 435, Eq. 5: few events speak against a signal."""

    def distance(mu):
        both = (poisson.cdf(observed, rate) for rate in (mu * signal + background, background))
        return next(both) / next(both) - 0.1

    exact = brentq(distance, 0.0, 10.0)
    document = counting(float(observed), signal=signal, background=background)
    settings = COMPILED | {"kind": "toys", "level": 0.9, "toys": OPTIONS}
    engine = CompiledEngine(document, settings)

    def fit(points, *, take=None):
        rows = [{"key": p.key, **engine.fit_point(document, block=p.block)} for p in points]
        return rows if take is None else [*filter(take, rows)]

    point = ToyPoint("k", "n", [], "t", "b", {"signal": "a" * 32, "background": "b" * 32})
    (row,) = throw_points([point], Dispatch(OPTIONS, fit), settings=settings)
    assert row["mu_up_obs_err"] < 0.04 * exact
    assert abs(row["mu_up_obs"] - exact) < 3.0 * row["mu_up_obs_err"]
    # The asymptotic formulae miss it by more.
    assert abs(row["mu_up_obs_asymptotic"] - exact) > abs(row["mu_up_obs"] - exact)
