"""Where fits start, the lowest of several, and the four of a hypothesis test."""

import math
from dataclasses import replace

import numpy as np
import pytest
from small import MU, histosys, model_of, modifier, normsys, one_channel, sample

from fitscan.engines.compiled.fits.fits import default_fit, fit, fits_of_test, lowest_fit
from fitscan.engines.compiled.kernels.batch import asimov_data, fit_batch
from fitscan.engines.compiled.kernels.minimum import (
    CONVERGED,
    NO_LIKELIHOOD,
    TOLERANCE,
    TOO_MANY_STEPS,
)


@pytest.fixture(scope="module")
def model():
    return model_of(
        one_channel(
            sample("signal", [3.0, 1.0], normsys("theory", 1.1, 0.9), MU),
            sample(
                "background",
                [9.0, 7.0],
                normsys("x", 1.2, 0.9),
                histosys("x", [10.0, 7.5], [8.0, 6.0]),
                modifier("stat", "staterror", [0.9, 1.4]),
            ),
            observed=[12.0, 7.0],
        )
    )


# --- the lowest of several fits ---


@pytest.fixture(scope="module")
def two_minima():
    """An excess that one pull takes up either way, more easily upwards; the second bin is empty."""

    def built(second):
        return model_of(
            one_channel(
                sample("signal", [1.0, 0.1], MU),
                sample("background", [50.0, 0.3], histosys("x", [64.0, 0.4], [61.0, 0.3])),
                observed=[64.0, second],
            )
        )

    return built


@pytest.mark.parametrize("second", [1.0, 0.0])
@pytest.mark.parametrize("signs", [(-1.0, 1.0), (1.0, -1.0), (-1.0, -0.5, 0.5), (-1.0, 1.0, -1.0)])
def test_the_lowest_of_several_fits_is_found_from_any_of_the_starts(two_minima, second, signs):
    model = two_minima(second)
    starts = [np.array([sign, 1.0]) for sign in signs]
    below, above = (fit(model, np.array([sign, 1.0]), mu=1.0) for sign in (-1.0, 1.0))
    assert below.pars[0] < -0.3 < 0.3 < above.pars[0]
    assert above.nll < below.nll - 0.01
    found = lowest_fit(model, starts, mu=1.0)
    assert found.status == CONVERGED
    assert found.nll == pytest.approx(above.nll, abs=2.0 * TOLERANCE)
    assert found.pars[0] > 0.3
    other = lowest_fit(model, [np.array([-1.0, 1.0]), np.array([-0.8, 1.0])], mu=1.0)
    assert other.nll == pytest.approx(below.nll, abs=2.0 * TOLERANCE)


def test_a_fit_that_has_converged_is_lower_than_any_that_has_not(two_minima):
    model = two_minima(1.0)
    nowhere = np.array([math.nan, 1.0])
    found = lowest_fit(model, [nowhere, np.array([-1.0, 1.0])], mu=1.0)
    assert found.status == CONVERGED
    assert lowest_fit(model, [nowhere, nowhere], mu=1.0).status != CONVERGED
    found = lowest_fit(model, [np.array([-1.0, 1.0]), nowhere], mu=1.0)
    assert found.status == CONVERGED


# --- the fits of a test ---


def test_fits_of_a_test_start_at_the_initial_values():
    """Was a bug: fits at mu > 0 started at the fit of the background, in another minimum."""
    background = sample("background", [50.0], histosys("x", [60.0], [40.0]))
    signal = sample("signal", [36.7], MU, histosys("x", [25.69], [25.69]))
    model = model_of(one_channel(signal, background, observed=[55.0]))
    found = fits_of_test(model, 1.0)
    data = asimov_data(model.arrays, found[0].pars)
    expected = [
        default_fit(model, mu=0.0),
        default_fit(model, mu=1.0),
        default_fit(model),
        default_fit(model, mu=1.0, data=data),
    ]
    for ours, right in zip(found, expected, strict=True):
        assert ours[1:] == right[1:]
        np.testing.assert_array_equal(ours.pars, right.pars)
    # The model has two local minima indeed, and the background fit is the higher one.
    other = fit(model, found[0].pars, mu=1.0)
    assert other.status == CONVERGED
    assert other.nll > found[1].nll + 1.0


def test_a_fit_that_the_initial_values_lead_nowhere_starts_at_another(monkeypatch, model):
    right = fits_of_test(model, 1.0)

    def lost(*arguments, **options):
        """Fit; from the initial values all but the first lead nowhere."""
        first, *others = fit_batch(*arguments, **options)
        if options.get("steepest"):
            others = [minimum._replace(status=TOO_MANY_STEPS) for minimum in others]
        return [first, *others]

    monkeypatch.setattr("fitscan.engines.compiled.fits.fits.fit_batch", lost)
    monkeypatch.setattr(
        "fitscan.engines.compiled.fits.fits.recovered", lambda *arguments: arguments[-1]
    )
    found = fits_of_test(model, 1.0)
    for ours, expected in zip(found, right, strict=True):
        assert ours.status == CONVERGED
        assert ours.nll == pytest.approx(expected.nll, abs=2.0 * TOLERANCE)


def test_fits_that_lead_nowhere_at_all_say_so(model):
    init = model.init.copy()
    init[model.names.index("x")] = math.nan
    found = fits_of_test(replace(model, init=init), 1.0)
    assert [minimum.status for minimum in found] == [NO_LIKELIHOOD] * 4


def test_a_fit_from_the_initial_values_begins_with_the_whole_gradient():
    """Was a bug: a Newton step in its place led to another minimum than pyhf's SLSQP."""
    background = sample("background", [50.0], histosys("x", [60.0], [40.0]))
    signal = sample("signal", [36.7], MU, histosys("x", [25.69], [25.69]))
    model = model_of(
        one_channel(
            signal,
            background,
            observed=[55.0],
            parameters=[{"name": "x", "inits": [1.5]}],
        )
    )
    x = model.names.index("x")
    # pyhf 0.7.6 with SLSQP ends at -1.3317 from there; a Newton step stays on this side.
    assert fit(model, model.init, mu=1.0).pars[x] > 0.5
    assert default_fit(model, mu=1.0).pars[x] == pytest.approx(-1.3317, abs=1e-3)
