"""Experiments are tested as the data are, and their fits do not fail for empty bins."""

from dataclasses import replace

import numpy as np
import pytest
from small import MU, histosys, model_of, modifier, one_channel, sample

from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.inference.experiments import fit_experiments
from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.inference.streams import draw_toys
from fitscan.engines.compiled.kernels.batch import asimov_data, fit_batch
from fitscan.engines.compiled.kernels.minimum import CONVERGED
from fitscan.model.arrays import Data


def drawn(model, count):
    """Return where experiments are thrown, and their data."""
    pars = fit(model, model.init, mu=1.0).pars
    expected = asimov_data(model.arrays, pars)
    return pars, *draw_toys(model.arrays, expected, "e" * 32, first=0, count=count)


@pytest.fixture(scope="module")
def uncertain():
    return model_of(
        one_channel(
            sample("signal", [6.0, 2.0], MU),
            sample("background", [9.0, 20.0], modifier("u", "shapesys", [3.0, 4.0])),
            observed=[9.0, 22.0],
        )
    )


@pytest.fixture(scope="module")
def emptied():
    """The rate of its second bin falls below 0 where alphas are far out."""
    shapes = [histosys("x", [9.0, 0.7], [8.8, 0.7]), histosys("z", [8.2, 0.7], [7.4, 1.3])]
    return model_of(
        one_channel(
            sample("signal", [4.0, 1.5], MU),
            sample("background", [8.0, 1.2], *shapes),
            observed=[8.0, 1.0],
        )
    )


def test_numbers_are_those_of_a_hypothesis_test_of_the_same_data(uncertain):
    pars, main, auxiliary = drawn(uncertain, 60)
    found = fit_experiments(uncertain, pars, main, auxiliary, mu_test=1.0)
    for experiment, data in zip(found, map(Data, main, auxiliary), strict=True):
        test = hypotest(replace(uncertain, data=data, init=pars, background=None))
        assert not experiment.failed
        assert experiment.q == pytest.approx(test.q, abs=1e-7)
        # Asimov data are those of a background fit whose pulls are known to 4e-5, its EDM of 1e-9.
        assert experiment.q_asimov == pytest.approx(test.q_asimov, abs=2e-5)
        assert experiment.mu_hat == pytest.approx(test.mu_hat, abs=1e-4)
        np.testing.assert_allclose(experiment.signal, test.signal.pars, atol=1e-4)
        np.testing.assert_allclose(experiment.background, test.background.pars, atol=1e-4)


def test_no_fit_fails_for_an_empty_bin(emptied):
    pars, main, auxiliary = drawn(emptied, 1000)
    found = fit_experiments(emptied, pars, main, auxiliary, mu_test=1.0)
    assert not any(experiment.failed for experiment in found)
    # Without a barrier some would.
    plain = [fit_batch(emptied, [pars], [0.0], data)[0] for data in map(Data, main, auxiliary)]
    assert sum(minimum.status != CONVERGED for minimum in plain) > 20


def test_experiment_with_a_fit_that_fails_has_failed(uncertain):
    pars, main, auxiliary = drawn(uncertain, 3)
    main[1] = np.nan
    found = fit_experiments(uncertain, pars, main, auxiliary, mu_test=1.0)
    assert [experiment.failed for experiment in found] == [False, True, False]
    assert np.isnan([found[1].q, found[1].mu_hat, found[1].q_asimov]).all()
