"""What proves a minimum: no gradient is left, along lines without curvature either."""

import numpy as np
import pytest
from kernels import called, expanded
from small import MU, histosys, model_of, modifier, normsys, one_channel, sample

from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.kernels import certificate
from fitscan.engines.compiled.kernels.minimum import CONVERGED


def wide(name):
    return {"name": name, "bounds": [[-5.0, 5.0]]}


def test_a_line_at_a_rate_of_0_is_not_flat():
    """Nothing curves along mu where nothing is seen, but its gradient is the signal."""
    document = one_channel(
        sample("signal", [3.0], MU),
        sample("background", [0.5], normsys("x", 1.2, 0.9)),
        observed=[0.0],
        parameters=[wide("mu")],
    )
    model = model_of(document)
    found = fit(model, model.init)
    assert (found.status, found.flat) == (CONVERGED, 0)
    # The rate is 0 at the least price, without a pull.
    assert found.nll == pytest.approx(0.0, abs=5e-8)
    assert found.pars[0] == pytest.approx(0.0, abs=1e-3)
    assert found.pars[1] == pytest.approx(-0.5 / 3.0, abs=1e-4)


def test_the_newton_direction_and_the_EDM_are_those_of_numpy():
    model = model_of(
        one_channel(
            sample("signal", [3.0, 1.0], MU, normsys("x", 1.2, 0.9)),
            sample("background", [9.0, 7.0], histosys("y", [10.0, 8.0], [8.0, 6.5])),
            sample("other", [4.0, 1.0], modifier("k", "normfactor")),
            observed=[20.0, 8.0],
        )
    )
    here, buffers = expanded(model, model.init + 0.1)
    index = np.array([0, 2, 3])
    assert called(certificate.factorise_free)(index, model.arrays, buffers)
    edm = called(certificate.newton_direction)(index, buffers)
    gradient = here.derivatives.gradient[index]
    direction = np.linalg.solve(here.hessian[np.ix_(index, index)], gradient)
    np.testing.assert_allclose(buffers.direction[index], direction, rtol=1e-10)
    assert edm == pytest.approx(0.5 * gradient @ direction, rel=1e-10)
