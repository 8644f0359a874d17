"""CLs from toys against pyhf's definitions, and their stated uncertainties against repetition."""

import math

import numpy as np
import pytest

from fitscan.toys.answer import answer

PERCENTILES = [2.27501319, 15.86552539, 50.0, 84.13447461, 97.72498681]


def thrown(rng, count, *, shift):
    """q of toys as asymptotics have them: half of them 0 without a shift."""
    root = rng.standard_normal(count) + shift
    return np.where(root > 0.0, root**2, 0.0)


def as_pyhf_does(signal, background, q_obs):
    def share(toys, value):
        return np.mean(toys >= value)

    observed = share(signal, q_obs) / share(background, q_obs)
    each = [share(signal, q) / share(background, q) for q in background]
    return [observed, *np.percentile(each, PERCENTILES)]


@pytest.mark.parametrize("q_obs", [0.0, 0.3, 1.7])
def test_CLs_and_band_are_those_of_pyhf_s_toy_calculator(q_obs):
    rng = np.random.default_rng(1)
    signal, background = thrown(rng, 900, shift=0.0), thrown(rng, 700, shift=1.2)
    found = answer(signal, background, q_obs)
    assert found.CLs == pytest.approx(as_pyhf_does(signal, background, q_obs), rel=1e-9)


def test_toys_without_a_test_statistic_count_nowhere():
    rng = np.random.default_rng(2)
    signal, background = thrown(rng, 300, shift=0.0), thrown(rng, 300, shift=1.0)
    holes = [np.append(toys, [math.nan] * 40) for toys in (signal, background)]
    assert answer(*holes, 0.5) == answer(signal, background, 0.5)


def test_ties_count_though_the_last_digits_differ():
    """Was a bug: the same data, fitted from two starts, did not tie."""
    found = answer(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 1.0]), 1.0 + 3e-9)
    assert (found.CLsb, found.CLb) == pytest.approx((2 / 3, 2 / 3))


def test_uncertainties_are_those_of_repetition():
    rng = np.random.default_rng(3)
    repeated = [
        answer(thrown(rng, 800, shift=0.0), thrown(rng, 800, shift=1.5), 1.9) for _ in range(300)
    ]
    spread = np.std([found.CLs for found in repeated], axis=0)
    stated = np.mean([found.errors for found in repeated], axis=0)
    assert (stated > 0.75 * spread).all()
    # Where next to no signal toy is beyond, or CLs is 1 always, what is stated is larger.
    assert stated[[0, 2, 3, 4]] == pytest.approx(spread[[0, 2, 3, 4]], rel=0.25)


def test_uncertainty_is_not_0_where_no_toy_is_beyond_the_data():
    found = answer(np.zeros(100), np.full(100, 9.0), 4.0)
    assert found.CLs[0] == 0.0
    assert 0.005 < found.errors[0] < 0.02


def test_no_toys_give_no_number():
    assert all(map(math.isnan, answer(np.array([]), np.array([1.0]), 1.0).CLs))


def test_data_beyond_all_background_toys_give_no_number():
    assert math.isnan(answer(np.zeros(10), np.zeros(10), 4.0).CLs[0])
