"""Rates where one modifier changes them, against the interpolators of pyhf."""

import numpy as np
import pytest
from pyhf import interpolators
from small import MU, histosys, model_of, modifier, normsys, one_channel, sample

from fitscan.engines.compiled.kernels.batch import rates_at

NOMINAL, DOWN, UP = [9.0, 7.0], [8.0, 6.5], [11.0, 6.0]
ALPHAS = [-3.0, -1.0, -0.4, 0.0, 0.7, 1.0, 2.5]


def along_alpha(variation, **codes):
    """Return the rates of a background at each alpha, (alphas, bins)."""
    background = sample("background", NOMINAL, variation)
    model = model_of(
        one_channel(sample("signal", [2.0, 3.0], MU), background, observed=NOMINAL), **codes
    )
    assert model.names == ("x", "mu")
    found = [rates_at(model.arrays, np.array([at, 0.0])).rate.copy() for at in ALPHAS]
    return np.array(found)


def interpolated(code, histograms):
    """Return what pyhf makes of the histograms down, nominal and up, (alphas, bins)."""
    return np.asarray(interpolators.get(code)([[histograms]])(np.array([ALPHAS])))[0, 0]


@pytest.mark.parametrize(("code", "theirs"), [("code0", 0), ("code2", 2), ("code4p", "4p")])
def test_shapes_are_interpolated_as_by_pyhf(code, theirs):
    expected = np.array(NOMINAL) + interpolated(theirs, [DOWN, NOMINAL, UP])
    found = along_alpha(histosys("x", UP, DOWN), histosys=code)
    # That of pyhf jumps at 1.
    where = np.abs(ALPHAS) <= (1.0 if code == "code2" else np.inf)
    np.testing.assert_allclose(found[where], expected[where], rtol=1e-13)


@pytest.mark.parametrize(("code", "theirs"), [("code1", 1), ("code4", 4)])
def test_factors_are_interpolated_as_by_pyhf(code, theirs):
    factor = interpolated(theirs, [[0.7], [1.0], [1.2]])
    found = along_alpha(normsys("x", 1.2, 0.7), normsys=code)
    np.testing.assert_allclose(found, np.array(NOMINAL) * factor, rtol=1e-13)


def test_factors_multiply_the_yield_after_its_shape():
    model = model_of(
        one_channel(
            sample("signal", [2.0, 3.0], MU),
            sample(
                "background",
                NOMINAL,
                histosys("x", UP, DOWN),
                normsys("x", 1.2, 0.7),
                modifier("k", "normfactor"),
                modifier("stat", "staterror", [0.9, 0.7]),
            ),
            observed=NOMINAL,
        )
    )
    at = dict(zip(model.names, [1.0, 1.0, 1.0, 1.0, 1.0], strict=True))
    at |= {"x": 1.0, "mu": 0.5, "k": 1.1, "stat[0]": 0.9, "stat[1]": 1.2}
    rates = rates_at(model.arrays, np.array([at[name] for name in model.names]))
    expected = 0.5 * np.array([2.0, 3.0]) + np.array(UP) * 1.2 * 1.1 * np.array([0.9, 1.2])
    np.testing.assert_allclose(rates.rate, expected, rtol=1e-13)
    (group,) = [n for n, (_, name) in enumerate(model.samples) if name == "background"]
    cells = slice(*model.arrays.cell_start[group : group + 2])
    np.testing.assert_allclose(rates.cell_yield[cells], UP, rtol=1e-13)
