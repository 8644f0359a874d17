"""Derivatives of the interpolations, against finite differences of pyhf's interpolators."""

import numpy as np
import pytest
from pyhf import interpolators
from small import MU, histosys, model_of, normsys, one_channel, sample

from fitscan.engines.compiled.kernels.expansion import expand

STEP = 1e-3


def model_with(variation, **codes):
    document = one_channel(
        sample("signal", [2.0], MU), sample("background", [9.0], variation), observed=[9.0]
    )
    model = model_of(document, **codes)
    assert model.names == ("x", "mu")
    return model


def expanded_at(model, alpha, side=1.0):
    """Return the slopes, and the rates, which hold those of each normsys."""
    pars = np.array([alpha, 1.0])
    found = expand(model.arrays, model.data, pars, side=np.full(2, side))
    return found.derivatives.slopes, found.rates


def around(code, histogram, alpha):
    """Return what pyhf makes of down, nominal and up below, at and above an alpha."""
    alphas = np.array([[alpha - STEP, alpha, alpha + STEP]])
    values = [[[[number] for number in histogram]]]
    return np.asarray(interpolators.get(code)(values)(alphas)).ravel()


@pytest.mark.parametrize(("code", "theirs"), [("code1", 1), ("code4", 4)])
@pytest.mark.parametrize("alpha", [-2.0, -0.6, 0.3, 0.9])
def test_slopes_of_factors_are_those_of_their_logarithm(code, theirs, alpha):
    found, rates = expanded_at(model_with(normsys("x", 1.2, 0.7), normsys=code), alpha)
    below, here, above = np.log(around(theirs, [0.7, 1.0, 1.2], alpha))
    background = np.flatnonzero(found.slope[:, 0])
    assert len(background) == 1
    slope = (above - below) / (2.0 * STEP)
    assert found.slope[background[0], 0] == pytest.approx(slope, abs=1e-5)
    change = (above - 2.0 * here + below) / STEP**2
    assert rates.entry_change[0] == pytest.approx(change if abs(alpha) <= 1.0 else 0.0, abs=1e-4)


@pytest.mark.parametrize(("code", "theirs"), [("code0", 0), ("code2", 2), ("code4p", "4p")])
@pytest.mark.parametrize("alpha", [-2.0, -0.6, 0.3, 0.9])
def test_slopes_of_shapes_are_those_of_a_variation_to_one_side(code, theirs, alpha):
    # Up and down by 8 events, so that the bend is 1 and pyhf's sum of both is g itself.
    model = model_with(histosys("x", [17.0], [17.0]), histosys=code)
    assert model.arrays.bend.max() == 1.0
    found, _ = expanded_at(model, alpha)
    below, here, above = around(theirs, [17.0, 9.0, 17.0], alpha)
    assert found.even_slope[0] == pytest.approx((above - below) / (2.0 * STEP), abs=1e-4)
    curve = (above - 2.0 * here + below) / STEP**2
    assert found.even_curve[0] == pytest.approx(curve, abs=1e-3)


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_a_kink_at_0_has_the_slope_of_the_side_that_is_asked_for(side):
    shape, _ = expanded_at(model_with(histosys("x", [17.0], [17.0]), histosys="code0"), 0.0, side)
    assert shape.even_slope[0] == 8.0 * side
    _, factor = expanded_at(model_with(normsys("x", 1.2, 0.7), normsys="code1"), 0.0, side)
    assert factor.entry_slope[0] == pytest.approx(np.log(1.2) if side > 0 else -np.log(0.7))
