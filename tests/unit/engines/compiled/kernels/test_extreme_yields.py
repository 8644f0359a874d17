"""Extreme yields of a cell against a search by brute force."""

import numpy as np
import pytest
from small import MU, histosys, model_of, normsys, one_channel, sample

from fitscan.engines.compiled import thresholds
from fitscan.engines.compiled.fits.starts import widths
from fitscan.engines.compiled.kernels.batch import rates_at
from fitscan.engines.compiled.kernels.extreme_yields import extreme_yields, reachable_yields


@pytest.fixture(scope="module")
def model():
    """A sample that a shape takes below zero and a norm multiplies, and a large one."""
    variations = histosys("shape", [0.0], [0.12]), normsys("norm", 2.5, 0.4)
    return model_of(
        one_channel(
            sample("signal", [1.0], MU),
            sample("small", [0.05], *variations),
            sample("large", [50.0], normsys("scale", 1.1, 0.9)),
            observed=[50.0],
        )
    )


def cell_of(model, name):
    (cell,) = [number for number, (_, own) in enumerate(model.samples) if own == name]
    return cell


def yield_at(model, cell, pars):
    rates = rates_at(model.arrays, pars)
    return rates.cell_yield[cell] * rates.cell_factor[cell]


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_yields_are_the_largest_of_their_sign_at_each_length(model, sign):
    cell, width, base = cell_of(model, "small"), widths(model), model.init
    found = extreme_yields(model, base, width, cell, sign)
    angles = np.linspace(0.0, 2.0 * np.pi, 2001)
    places = [model.names.index(name) for name in ("shape", "norm")]
    right = []
    for length in thresholds.PULLS:
        pars = np.tile(base, (len(angles), 1))
        pars[:, places] = length * np.column_stack([np.cos(angles), np.sin(angles)])
        right.append(sign * max(sign * yield_at(model, cell, at) for at in pars))
    assert [extreme.events for extreme in found] == pytest.approx(right, rel=2e-2)
    for extreme, length in zip(found, thresholds.PULLS, strict=True):
        assert yield_at(model, cell, extreme.pars) == pytest.approx(extreme.events)
        assert np.linalg.norm(extreme.pars[places]) == pytest.approx(length)


def test_cells_are_reachable_where_pulls_make_them_so(model):
    reachable = reachable_yields(model, widths(model))
    small, large = cell_of(model, "small"), cell_of(model, "large")
    assert reachable.negative[small]
    assert reachable.grown[small]
    assert not reachable.negative[large]
    assert not reachable.grown[large]
