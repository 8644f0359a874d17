"""CLs from toys against pyhf's definitions, and their stated uncertainties against repetition."""

import math

import numpy as np
import pyhf
import pytest
from pyhf.infer.calculators import EmpiricalDistribution, ToyCalculator

from fitscan.statistics import toys as module
from fitscan.statistics.counts import Sample, q_on_grid
from fitscan.statistics.extremes import count_extreme


def answer(signal, background, q_obs):
    """What toys with such test statistics say."""
    toys = np.asarray(signal), np.asarray(background)
    counts = [count_extreme(q, q_obs) for q in toys]
    return module.toy_CLs(*map(Sample.of, toys), n_extreme=tuple(counts))


def thrown(rng, count, *, shift):
    """q of toys as asymptotics have them: half of them 0 without a shift."""
    root = rng.standard_normal(count) + shift
    return np.where(root > 0.0, root**2, 0.0)


@pytest.fixture
def of_pyhf(monkeypatch):
    """CLs and band of pyhf's calculator, without the argument that NumPy 2 dropped."""

    def percentile(_, values, q, axis=None):
        # Those of pyhf are rounded to eight digits.
        exact = [50.0 * math.erfc(-sigmas / math.sqrt(2.0)) for sigmas in (-2, -1, 0, 1, 2)]
        np.testing.assert_allclose(q, exact, rtol=0, atol=1e-8)
        return np.percentile(values, exact, axis=axis)

    monkeypatch.setattr(type(pyhf.tensorlib), "percentile", percentile)
    model = pyhf.simplemodels.uncorrelated_background([1.0], [5.0], [1.0])
    calculator = ToyCalculator([5.0, 25.0], model, track_progress=False)

    def numbers(signal, background, q_obs):
        both = EmpiricalDistribution(signal), EmpiricalDistribution(background)
        *_, CLs = calculator.pvalues(q_obs, *both)
        return [float(CLs), *map(float, calculator.expected_pvalues(*both)[2])]

    return numbers


@pytest.mark.parametrize(
    ("signal", "background", "q_obs"),
    [(900, 700, 0.0), (900, 700, 0.3), (200, 300, 1.7), (7, 5, 0.4), (1, 1, 0.0)],
)
def test_CLs_and_band_are_those_of_pyhf_s_toy_calculator(of_pyhf, signal, background, q_obs):
    rng = np.random.default_rng(1)
    toys = thrown(rng, signal, shift=0.0), thrown(rng, background, shift=1.2)
    found = answer(*toys, q_obs)
    np.testing.assert_allclose(found.CLs, of_pyhf(*toys, q_obs), rtol=0, atol=1e-12)


def test_ties_count_as_in_pyhf(of_pyhf):
    """A discrete model has many: with > for >= all p-values would differ."""
    rng = np.random.default_rng(2)
    toys = rng.poisson(2.0, 400).astype(float), rng.poisson(4.0, 300).astype(float)
    found = answer(*toys, 3.0)
    assert (found.CLsb, found.CLb) == pytest.approx([np.mean(q >= 3.0) for q in toys], abs=1e-15)
    np.testing.assert_allclose(found.CLs, of_pyhf(*toys, 3.0), rtol=0, atol=1e-12)


def test_toys_without_a_test_statistic_count_nowhere():
    rng = np.random.default_rng(2)
    signal, background = thrown(rng, 300, shift=0.0), thrown(rng, 300, shift=1.0)
    holes = [np.append(toys, [math.nan] * 40) for toys in (signal, background)]
    assert answer(*holes, 0.5) == answer(signal, background, 0.5)


def test_last_digits_of_toys_that_tie_do_not_matter_to_the_band():
    rng = np.random.default_rng(2)
    toys = [rng.poisson(mean, 300).astype(float) for mean in (2.0, 4.0)]
    noisy = [q + rng.uniform(-1e-9, 1e-9, 300) for q in toys]
    assert answer(*noisy, 3.0).CLs == pytest.approx(answer(*toys, 3.0).CLs, abs=1e-12)


def stated_over_seen(draw, *, signal, background, q_obs):
    """Compare what is stated with the scatter of 300 repetitions, which is known to 4 %.

    It is infinite where CLs is always the same.
    """
    found = [answer(draw(signal, 0), draw(background, 1), q_obs) for _ in range(300)]
    errors, values = (np.array([getattr(a, name) for a in found]) for name in ("errors", "CLs"))
    with np.errstate(divide="ignore"):
        return errors.mean(axis=0) / values.std(axis=0)


@pytest.mark.parametrize(("signal", "background"), [(4000, 4000), (2000, 8000), (8000, 3000)])
def test_uncertainties_are_those_of_repetition(signal, background):
    """Was a bug: those of the band were too small by up to 30 %, or, with ties, too large."""
    rng = np.random.default_rng(3)

    def draw(count, hypothesis):
        return rng.standard_normal(count) + hypothesis

    ratios = stated_over_seen(draw, signal=signal, background=background, q_obs=1.2)
    np.testing.assert_allclose(np.delete(ratios, 1), 1.0, rtol=0, atol=0.15)
    # There are 1 in 700 of the signal toys beyond, where one is added.
    assert 0.85 < ratios[1] < 1.4


def test_uncertainties_are_those_of_repetition_where_toys_are_tied():
    """The percentiles of the band lie well inside the steps of this distribution."""
    rng = np.random.default_rng(4)
    shares = [
        [0.448, 0.279, 0.189, 0.076, 0.008],
        [0.08, 0.14, 0.36, 0.34, 0.08],
    ]

    def draw(count, hypothesis):
        return rng.choice(5, count, p=shares[hypothesis]).astype(float)

    ratios = stated_over_seen(draw, signal=3000, background=3000, q_obs=2.0)
    np.testing.assert_allclose(ratios[:-1], 1.0, rtol=0, atol=0.15)
    assert np.isinf(ratios[-1])  # all toys are at 0 or beyond


def test_uncertainty_is_not_0_where_no_toy_is_beyond_the_data():
    found = answer(np.zeros(100), np.full(100, 9.0), 4.0)
    assert found.CLs[0] == 0.0
    assert 0.005 < found.errors[0] < 0.02


def test_no_toys_give_no_number():
    assert all(map(math.isnan, answer(np.array([]), np.array([1.0]), 1.0).CLs))


def test_data_beyond_all_background_toys_give_no_number():
    assert math.isnan(answer(np.zeros(10), np.zeros(10), 4.0).CLs[0])


def test_CLs_above_1_has_an_uncertainty():
    """Few toys may fluctuate so that the background looks less like the data than the signal."""
    found = answer(np.linspace(1.0, 2.0, 50), np.linspace(0.0, 2.0, 50), 1.0)
    assert found.CLs[0] > 1.0
    assert max(found.CLs[1:]) > 1.0
    assert (np.array(found.errors) > 0.0).all()


def test_grid_changes_next_to_nothing():
    rng = np.random.default_rng(6)
    toys = thrown(rng, 20_000, shift=0.0), thrown(rng, 20_000, shift=2.0)
    exact = answer(*toys, 1.0)
    kept = [Sample.of(q_on_grid(q)) for q in toys]
    found = module.toy_CLs(*kept, n_extreme=tuple(count_extreme(q, 1.0) for q in toys))
    assert found.CLs[0] == exact.CLs[0]
    shifts = np.abs(np.subtract(found.CLs, exact.CLs)) / exact.errors
    assert shifts.max() < 0.05
    np.testing.assert_allclose(found.errors, exact.errors, rtol=0.05)


def test_the_order_of_toys_does_not_matter():
    rng = np.random.default_rng(5)
    toys = thrown(rng, 200, shift=0.0), thrown(rng, 100, shift=2.0)
    assert answer(*map(rng.permutation, toys), 1.0) == answer(*toys, 1.0)
