"""Fits made in one call: each as if alone, to the right data, and ended at known minima."""

import math

import numpy as np
import pytest
from oracle import make_oracle
from small import MU, histosys, model_of, modifier, normsys, one_channel, sample

from fitscan.engines.compiled.kernels.batch import (
    asimov_data,
    fit_batch,
    nll_at,
    nll_of_each,
    rates_at,
)
from fitscan.engines.compiled.kernels.minimum import (
    CONVERGED,
    NO_LIKELIHOOD,
    TOO_MANY_STEPS,
)
from fitscan.model.arrays import Data

DOCUMENT = one_channel(
    sample("signal", [3.0, 1.0], MU, normsys("theory", 1.1, 0.9)),
    sample(
        "background",
        [9.0, 7.0],
        normsys("x", 1.2, 0.9),
        histosys("x", [10.0, 7.5], [8.0, 6.0]),
        modifier("stat", "staterror", [0.9, 1.4]),
        modifier("b", "shapesys", [1.0, 1.2]),
    ),
    observed=[12.0, 7.0],
)


@pytest.fixture(scope="module")
def model():
    return model_of(DOCUMENT)


def test_asimov_data_are_those_of_pyhf(model):
    oracle = make_oracle(model, DOCUMENT)
    pars = np.random.default_rng(5).uniform(0.5, 1.5, len(model.names))
    np.testing.assert_allclose(
        oracle.data(asimov_data(model.arrays, pars)),
        oracle.theirs.expected_data(oracle.pars(pars)),
        rtol=1e-13,
    )


def test_asimov_data_have_their_minimum_where_they_were_made(model):
    pars = np.random.default_rng(6).uniform(0.5, 1.5, len(model.names))
    assert nll_at(model.arrays, asimov_data(model.arrays, pars), pars) <= 1e-25


@pytest.mark.parametrize("asimov_from", [None, 1, 3])
def test_fits_are_those_made_one_by_one(model, asimov_from):
    strengths = [0.0, 1.0, None, 2.0]
    rng = np.random.default_rng(7)
    starts = [model.init + rng.uniform(0.0, 0.3, len(model.init)) for _ in strengths]
    together = fit_batch(model, starts, strengths, model.data, asimov_from=asimov_from)
    expected = asimov_data(model.arrays, together[0].pars)
    for number, (start, mu, found) in enumerate(zip(starts, strengths, together, strict=True)):
        late = asimov_from is not None and number >= asimov_from
        data = expected if late else model.data
        (alone,) = fit_batch(model, [start], [mu], data)
        assert found.status == CONVERGED
        assert alone[1:] == found[1:]
        np.testing.assert_array_equal(alone.pars, found.pars)
        assert nll_at(model.arrays, data, found.pars) == pytest.approx(found.nll, abs=1e-12)
        # To other data the NLL is another.
        others = model.data if late else expected
        assert abs(nll_at(model.arrays, others, found.pars) - found.nll) > 0.01
        assert mu is None or found.pars[model.poi] == mu


def test_each_fit_of_a_batch_may_take_so_many_steps(model):
    (whole,) = fit_batch(model, [model.init], [0.0], model.data)
    cut = fit_batch(model, [model.init, whole.pars], [0.0, 0.0], model.data, most_steps=1)
    assert [minimum.status for minimum in cut] == [TOO_MANY_STEPS, CONVERGED]
    assert cut[0].steps == 1
    assert cut[0].nll > whole.nll


def test_a_fit_without_likelihood_ends_where_it_starts(model):
    nothing = Data(np.array([math.nan, 7.0]), model.data.auxiliary)
    (found,) = fit_batch(model, [model.init], [0.0], nothing)
    start = np.where(np.arange(len(model.init)) == model.poi, 0.0, model.init)
    assert (found.status, found.nll) == (NO_LIKELIHOOD, math.inf)
    np.testing.assert_array_equal(found.pars, start)


def test_nll_of_each_is_the_nll_at_each(model):
    rng = np.random.default_rng(8)
    candidates = rng.uniform(0.5, 1.5, (20, len(model.init)))
    found = nll_of_each(model.arrays, model.data, candidates)
    one_by_one = [nll_at(model.arrays, model.data, pars) for pars in candidates]
    np.testing.assert_array_equal(found, one_by_one)
    assert len(set(one_by_one)) == 20
    assert nll_of_each(model.arrays, model.data, candidates[:0]).shape == (0,)


def test_an_nll_that_is_not_below_may_be_infinite_and_all_others_are_as_they_are(model):
    candidates = np.random.default_rng(8).uniform(-3.0, 3.0, (200, len(model.init)))
    candidates = np.clip(candidates, model.lower, model.upper)
    exact = nll_of_each(model.arrays, model.data, candidates)
    below = float(np.median(exact))
    found = nll_of_each(model.arrays, model.data, candidates, below=below)
    np.testing.assert_array_equal(found[exact < below], exact[exact < below])
    skipped = np.isinf(found) & np.isfinite(exact)
    assert skipped.any()
    assert (exact[skipped] >= below).all()


def test_rates_at_are_those_of_pyhf(model):
    oracle = make_oracle(model, DOCUMENT)
    pars = np.random.default_rng(9).uniform(0.5, 1.5, len(model.names))
    np.testing.assert_allclose(rates_at(model.arrays, pars).rate, oracle.rates(pars), rtol=1e-13)
