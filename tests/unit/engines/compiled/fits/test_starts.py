"""What a background tells about starts, where it can be seen by hand."""

import numpy as np
import pytest
from scipy import optimize
from small import MU, histosys, model_of, modifier, normsys, one_channel, sample

from fitscan.engines.compiled import thresholds
from fitscan.engines.compiled.fits.starts import background_starts, widths
from fitscan.engines.compiled.kernels.batch import rates_at
from fitscan.model import Analysis


def test_widths_are_those_of_the_constraints():
    document = one_channel(
        sample("signal", [3.0], MU),
        sample(
            "background",
            [9.0],
            normsys("x", 1.2, 0.9),
            normsys("held", 1.1, 0.9),
            modifier("stat", "staterror", [1.8]),
        ),
        sample("other", [5.0], modifier("b", "shapesys", [0.5])),
        observed=[12.0],
        parameters=[{"name": "held", "fixed": True}],
    )
    model = model_of(document)
    expected = {"x": 1.0, "held": 0.0, "mu": 0.0, "stat[0]": 0.2, "b[0]": 0.1}
    assert dict(zip(model.names, widths(model), strict=True)) == pytest.approx(expected)


def background(*samples, observed, **codes):
    """The background of a hypothesis, as the engine has it."""
    without = one_channel(*samples, observed=observed)
    signal = sample("signal", [1.0] * len(observed), MU)
    hypothesis = one_channel(*samples, signal, observed=observed)
    return Analysis(without, **codes).model(hypothesis).background


def test_a_background_that_nothing_bends_tells_nothing():
    plain = sample("background", [50.0, 40.0], normsys("x", 1.1, 0.9))
    starts = background_starts(background(plain, observed=[50.0, 40.0]))
    assert starts.pulls.shape == (0, 1)
    assert starts.shifts.shape == (0, 1)


def test_pulls_lead_to_the_negative_yields_that_they_name():
    small = sample("small", [0.5, 1.0], histosys("x", [3.0, 1.0], [-2.0, 1.0]))
    large = sample("large", [30.0, 30.0], normsys("y", 1.1, 0.9))
    model = background(small, large, observed=[30.0, 30.0])
    starts = background_starts(model)
    assert len(starts.pulls) > 0
    x, y = model.names.index("x"), model.names.index("y")
    # Only the first bin of the small sample falls, and y does not touch it.
    assert set(starts.bins) == {0}
    assert np.isnan(starts.pulls[:, y]).all()
    for pull, events in zip(starts.pulls, starts.events, strict=True):
        rates = rates_at(model.arrays, np.where(np.isnan(pull), model.init, pull))
        assert events < thresholds.NEGATIVE
        assert (rates.cell_yield * rates.cell_factor).min() == pytest.approx(events)
    assert (starts.pulls[:, x] < 0.0).all()


def test_shifts_are_the_ways_between_minima():
    # Up adds 4 + 2 events and down 8 - 4: with an excess alpha has a minimum at each side.
    large = sample("large", [10.0], histosys("x", [14.0], [6.0]))
    small = sample("small", [0.5], histosys("x", [2.5], [8.5]))
    model = background(large, small, observed=[25.0], histosys="code2")

    def nll(alpha):
        rate = 10.5 + alpha + 5.0 * (2.0 * abs(alpha) - 1.0)  # code 2 beyond 1
        return rate - 25.0 * np.log(rate) + alpha**2 / 2.0

    up, down = (
        optimize.minimize_scalar(nll, bounds=bounds, method="bounded").x
        for bounds in ((1.0, 3.0), (-3.0, -1.0))
    )
    starts = background_starts(model)
    assert starts.own.tolist()[:1] == [True]
    np.testing.assert_allclose(starts.shifts[starts.own], [[down - up]], rtol=1e-4)
