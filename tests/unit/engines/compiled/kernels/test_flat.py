"""Directions in which the NLL does not change: fits converge there, and count them."""

import numpy as np
import pytest
from small import MU, counting, model_of, modifier, normsys, one_channel, sample

from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.kernels.minimum import CONVERGED, TOLERANCE


def test_directions_in_which_nothing_changes_are_counted():
    document = one_channel(
        sample("signal", [6.0], MU, modifier("k", "normfactor")),
        sample("background", [9.0]),
        observed=[15.0],
    )
    model = model_of(document)
    found = fit(model, model.init)
    assert (found.status, found.flat) == (CONVERGED, 1)
    held = fit(model, model.init, mu=0.0)
    assert (held.status, held.flat) == (CONVERGED, 1)


@pytest.mark.parametrize("observed", [11.0, 3.0])
def test_a_free_normalisation_that_takes_up_the_signal_is_flat(observed):
    """Was a bug: too many steps, one in four models with a free normalisation in one bin."""
    document = one_channel(
        sample("signal", [0.6], MU, normsys("x", 1.1, 0.92)),
        sample("background", [3.3], modifier("k", "normfactor")),
        observed=[observed],
    )
    model = model_of(document)
    assert model.names == ("x", "mu", "k")
    free = fit(model, model.init)
    assert (free.status, free.flat) == (CONVERGED, 1)
    assert free.nll == pytest.approx(0.0, abs=TOLERANCE)
    held = fit(model, model.init, mu=1.0)
    assert (held.status, held.flat) == (CONVERGED, 0)
    assert held.pars[2] == pytest.approx((observed - 0.6) / 3.3, abs=1e-3)


def test_flat_directions_are_counted_each():
    document = one_channel(
        sample("signal", [6.0, 3.0], MU),
        sample("a", [9.0, 4.5], modifier("a", "normfactor")),
        sample("b", [3.0, 1.5], modifier("b", "normfactor")),
        sample("c", [1.0, 2.0], normsys("x", 1.1, 0.9)),
        observed=[20.0, 11.0],
    )
    model = model_of(document)
    found = fit(model, model.init)
    assert (found.status, found.flat) == (CONVERGED, 2)
    # With the signal held one is left, and with the data of two independent samples none.
    assert fit(model, model.init, mu=1.0).flat == 1
    assert fit(model_of(counting(15.0)), np.ones(1)).flat == 0


def test_a_valley_as_level_as_it_is_curved_ends_somewhere_on_its_bottom():
    """Three factors of one bin, whose product is all that is seen."""
    document = one_channel(
        sample("signal", [6.0], MU, modifier("k", "normfactor"), modifier("l", "normfactor")),
        observed=[15.0],
    )
    model = model_of(document)
    found = fit(model, model.init)
    assert found.status == CONVERGED
    assert found.nll == pytest.approx(0.0, abs=TOLERANCE)
    assert found.pars.prod() == pytest.approx(2.5, abs=1e-3)
