"""Steps away from places that are stationary and no minimum."""

import math

import numpy as np
import pytest
from scipy import optimize
from small import MU, histosys, model_of, modifier, one_channel, sample

from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.kernels.minimum import CONVERGED

# An EDM of 1e-9 is this far from the minimum in units of the uncertainty.
CLOSE = 5e-5


def wide(name):
    return {"name": name, "bounds": [[-5.0, 5.0]]}


def test_a_maximum_is_left():
    # Both variations go up, so alpha = 0 is stationary, and with an excess a maximum.
    document = one_channel(
        sample("signal", [1.0], MU),
        sample("background", [10.0], histosys("x", [18.0], [18.0])),
        observed=[25.0],
    )
    model = model_of(document, histosys="code2")
    found = fit(model, model.init, mu=0.0)
    assert found.status == CONVERGED
    assert abs(found.pars[0]) == lowest_by_scipy(lambda a: 10 + 8 * (2 * a - 1))


def lowest_by_scipy(rate):
    """Return the alpha in [1, 5] with the smallest NLL of 25 events."""
    result = optimize.minimize_scalar(
        lambda a: rate(a) - 25.0 * math.log(rate(a)) + a * a / 2,
        bounds=(1.0, 5.0),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return pytest.approx(result.x, abs=CLOSE)


def test_a_saddle_point_that_no_parameter_alone_leaves_is_left():
    # The rate is 9 + 6 mu k: at 0 the gradient and the diagonal of the Hessian vanish.
    document = one_channel(
        sample("signal", [6.0], MU, modifier("k", "normfactor")),
        sample("background", [9.0]),
        observed=[15.0],
        parameters=[wide("mu"), wide("k")],
    )
    model = model_of(document)
    found = fit(model, np.zeros(2))
    assert found.status == CONVERGED
    assert found.nll == pytest.approx(0.0, abs=1e-8)
    assert found.pars.prod() == pytest.approx(1.0, abs=1e-4)
