"""Fits end where they come next to a minimum that is known, and nowhere else."""

import numpy as np
import pytest
from small import MU, histosys, model_of, one_channel, sample

from fitscan.engines.compiled.kernels.batch import fit_batch
from fitscan.engines.compiled.kernels.minimum import CONVERGED, KNOWN, TOLERANCE


@pytest.fixture(scope="module")
def two_minima():
    """A background that its only pull adds to either way, with an excess."""
    return model_of(
        one_channel(
            sample("signal", [1.0], MU),
            sample("background", [50.0], histosys("x", [64.0], [61.0])),
            observed=[64.0],
        )
    )


def test_a_fit_that_comes_next_to_a_known_minimum_ends_there(two_minima):
    below, above = np.array([-1.0, 0.0]), np.array([1.0, 0.0])
    whole = fit_batch(two_minima, [below, above], [0.0, 0.0], two_minima.data)
    assert [minimum.status for minimum in whole] == [CONVERGED, CONVERGED]
    assert whole[0].pars[0] < -0.5
    assert whole[1].pars[0] > 0.5
    ended = fit_batch(two_minima, [below, above], [0.0, 0.0], two_minima.data, known=[whole[1]])
    assert [minimum.status for minimum in ended] == [CONVERGED, KNOWN]
    assert ended[0].nll == whole[0].nll
    assert ended[1].evaluations < whole[1].evaluations
    both = fit_batch(two_minima, [below, above], [0.0, 0.0], two_minima.data, known=whole)
    assert [minimum.status for minimum in both] == [KNOWN, KNOWN]


def test_a_minimum_with_the_same_nll_elsewhere_is_not_the_known_one():
    symmetric = model_of(
        one_channel(
            sample("signal", [1.0], MU),
            sample("background", [50.0], histosys("x", [64.0], [64.0])),
            observed=[64.0],
        )
    )
    below, above = np.array([-1.0, 0.0]), np.array([1.0, 0.0])
    (known,) = fit_batch(symmetric, [above], [0.0], symmetric.data)
    (other,) = fit_batch(symmetric, [below], [0.0], symmetric.data, known=[known])
    assert other.status == CONVERGED
    assert other.nll == pytest.approx(known.nll, abs=2.0 * TOLERANCE)
    assert other.pars[0] == pytest.approx(-known.pars[0], abs=1e-4)
