"""Conjugate gradients against the solution by NumPy."""

import numpy as np
import pytest
from kernels import called, expanded
from small import MU, histosys, model_of, modifier, normsys, one_channel, sample

from fitscan.engines.compiled.kernels import conjugate_gradients


def test_the_direction_solves_the_newton_equation():
    model = model_of(
        one_channel(
            sample("signal", [3.0, 1.0], MU, normsys("x", 1.2, 0.9)),
            sample("background", [9.0, 7.0], histosys("y", [10.0, 8.0], [8.0, 6.5])),
            sample("other", [4.0, 1.0], modifier("stat", "staterror", [0.9, 0.4])),
            observed=[20.0, 8.0],
        )
    )
    free = np.arange(len(model.init)) != 1
    here, buffers = expanded(model, model.init + 0.1)
    buffers.free[:] = free
    buffers.derivatives.gradient[~free] = 0.0
    edm = called(conjugate_gradients.estimate_edm)(buffers)
    gradient = here.derivatives.gradient[free]
    direction = np.linalg.solve(here.hessian[np.ix_(free, free)], gradient)
    assert 0.0 < edm == pytest.approx(0.5 * gradient @ direction, rel=0.5)
    products = called(conjugate_gradients.conjugate_gradients)(model.arrays, 1e-24, buffers)
    assert 1 <= products <= 60
    np.testing.assert_allclose(buffers.direction[free], direction, rtol=1e-8)
    assert not buffers.direction[~free].any()
