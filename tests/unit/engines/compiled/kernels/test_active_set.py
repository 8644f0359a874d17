"""Parameters that stay in a step: between bounds of no width, and on a kink."""

import math

import numpy as np
import pytest
from scipy import optimize
from small import MU, histosys, model_of, modifier, normsys, one_channel, sample

from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.kernels.minimum import CONVERGED

# An EDM of 1e-9 is this far from the minimum in units of the uncertainty.
CLOSE = 5e-5


def test_a_parameter_with_bounds_of_no_width_is_held():
    document = one_channel(
        sample("signal", [6.0], MU),
        sample("background", [9.0], modifier("k", "normfactor")),
        observed=[15.0],
        parameters=[{"name": "k", "inits": [0.5], "bounds": [[0.5, 0.5]]}],
    )
    found = fit(model := model_of(document), model.init)
    assert (found.status, found.pars[model.names.index("k")]) == (CONVERGED, 0.5)


@pytest.mark.parametrize("kind", ["code0", "code1"])
@pytest.mark.parametrize("start", [0.0, 0.7, -0.7])
@pytest.mark.parametrize("observed", [9.0, 10.0, 14.0])
def test_minima_on_a_kink_and_beside_it(kind, start, observed):
    # The rate is 10 + 2 |alpha|, or 10 x 1.2^|alpha|: a deficit ends on the kink.
    if kind == "code0":
        variation, options = histosys("x", [12.0], [12.0]), {"histosys": "code0"}
    else:
        variation, options = normsys("x", 1.2, 1.2), {"normsys": "code1"}
    document = one_channel(
        sample("signal", [1.0], MU), sample("background", [10.0], variation), observed=[observed]
    )
    model = model_of(document, **options)
    found = fit(model, np.array([start, 0.0]), mu=0.0)
    assert found.status == CONVERGED

    def slope(a):
        rate, change = (
            (10 + 2 * a, 2) if kind == "code0" else (10 * 1.2**a, 10 * 1.2**a * math.log(1.2))
        )
        return change * (1 - observed / rate) + a

    expected = 0.0 if slope(0.0) >= 0.0 else optimize.brentq(slope, 0.0, 5.0)
    assert abs(found.pars[0]) == pytest.approx(expected, abs=CLOSE)
