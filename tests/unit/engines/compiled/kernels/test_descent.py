"""The first step of a fit, against the first step of SLSQP."""

import numpy as np
import pytest
from scipy import optimize
from small import MU, counting, histosys, model_of, modifier, normsys, one_channel, sample

from fitscan.engines.compiled.kernels.batch import fit_batch, nll_at
from fitscan.engines.compiled.kernels.expansion import expand

DOCUMENT = one_channel(
    sample("signal", [3.0, 1.0], MU, normsys("theory", 1.1, 0.9)),
    sample(
        "background",
        [9.0, 7.0],
        normsys("x", 1.2, 0.9),
        histosys("y", [10.0, 7.5], [8.0, 6.0]),
        modifier("stat", "staterror", [2.0, 1.8]),
    ),
    observed=[13.0, 8.0],
)


def first_step(model, start, mu=None):
    """Where a fit is that takes no step but the first."""
    (found,) = fit_batch(model, [start], [mu], model.data, most_steps=0, steepest=True)
    return found.pars


def test_the_first_step_is_that_of_SLSQP():
    model = model_of(DOCUMENT)
    start = model.init + 0.01

    def twice(pars):
        here = expand(model.arrays, model.data, pars, second=False)
        return 2.0 * nll_at(model.arrays, model.data, pars), 2.0 * here.derivatives.gradient

    theirs = optimize.minimize(
        twice,
        start,
        jac=True,
        method="SLSQP",
        bounds=list(zip(model.lower, model.upper, strict=True)),
        options={"maxiter": 1},
    )
    ours = first_step(model, start)
    assert np.abs(ours - start).max() > 0.01
    np.testing.assert_allclose(ours, theirs.x, rtol=1e-6)


def test_parameters_that_are_held_stay():
    model = model_of(DOCUMENT)
    start = model.init + 0.1
    ours = first_step(model, start, mu=0.5)
    assert ours[model.poi] == 0.5
    assert (np.delete(ours, model.poi) != np.delete(start, model.poi)).all()


def test_a_step_beyond_a_bound_ends_just_short_of_it():
    # 2 NLL falls by 2 s (n / (s + b) - 1) = 12 for each mu; the bound is nearer than that.
    model = model_of(counting(30.0, parameters=[{"name": "mu", "bounds": [[0.0, 1.5]]}]))
    assert first_step(model, model.init) == pytest.approx([1.0 + 0.999 * 0.5])


def test_a_start_without_a_likelihood_stays():
    below = [{"name": "mu", "bounds": [[-5.0, 5.0]]}]
    model = model_of(counting(4.0, parameters=below))
    np.testing.assert_array_equal(first_step(model, np.array([-2.0])), [-2.0])
