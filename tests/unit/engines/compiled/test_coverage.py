"""Coverage of a counting experiment against exact sums, and p-values of toys at own fits."""

import math

import numpy as np
import pytest
from scipy import stats
from small import MU, counting, model_of, modifier, one_channel, sample

from fitscan.engines.compiled import coverage as module
from fitscan.engines.compiled.coverage import run_experiments
from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.inference.streams import draw_toys
from fitscan.engines.compiled.inference.toys import throw_toys
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.model.arrays import Data
from fitscan.plan.blocks import VALUES, Experiments
from fitscan.statistics.coverage import coverage

STREAM = "c" * 32
S, B = 6.0, 9.0
EVENTS = np.arange(80)


def made(model, *, first=0, count=100, toys=0):
    """Make experiments at mu = 1."""
    pars = fit(model, model.init, mu=1.0).pars
    block = Experiments(stream=STREAM, first=first, count=count, toys=toys)
    return run_experiments(model, pars, block, mu_test=1.0, test_stat="qtilde")


@pytest.fixture(scope="module")
def counted():
    return model_of(counting(9.0, signal=S, background=B))


@pytest.fixture(scope="module")
def uncertain():
    return model_of(
        one_channel(
            sample("signal", [S], MU),
            sample("background", [B], modifier("u", "shapesys", [3.0])),
            observed=[9.0],
        )
    )


def nll(n, mu):
    return mu * S + B - n * math.log(mu * S + B)


def q_of(n):
    mu_hat = max(0.0, (n - B) / S)
    return 2.0 * (nll(n, 1.0) - nll(n, mu_hat)) if mu_hat <= 1.0 else 0.0


def asymptotic(n):
    """CLs and CLs+b of arXiv:1007.1727, Eqs. 62 to 66."""
    q, q_asimov = q_of(n), q_of(B)
    a = math.sqrt(q_asimov)
    t = math.sqrt(q) - a if q <= q_asimov else (q - q_asimov) / (2.0 * a)
    CLsb = stats.norm.sf(t + a)
    return CLsb / stats.norm.sf(t), CLsb


def test_asymptotic_p_values_are_those_of_the_events_of_each_experiment(counted):
    row = made(counted)
    expected = asimov_data(counted.arrays, fit(counted, counted.init, mu=1.0).pars)
    events = draw_toys(counted.arrays, expected, STREAM, first=0, count=100)[0][:, 0]
    found = np.array([row["CLs_asymptotic"], row["CLsb_asymptotic"]]).T
    np.testing.assert_allclose(found, [asymptotic(n) for n in events], rtol=1e-6)
    np.testing.assert_allclose(row["mu_hat"], np.maximum(0.0, (events - B) / S), atol=1e-4)
    assert row["failed"] == 0
    assert row["CLsb_toys"] == row["CLb_toys"] == [None] * 100


@pytest.mark.parametrize("level", [0.95, 0.8])
def test_coverage_is_that_of_the_exact_sum(counted, level):
    """By toys, it depends on how many there are: each p-value is a share of them."""
    alpha, toys, count = 1.0 - level, 25, 600
    shares = stats.poisson.pmf(EVENTS, S + B)
    # q falls with the events up to s + b, and is 0 beyond.
    CLsb = np.where(EVENTS < S + B, stats.poisson.cdf(EVENTS, S + B), 1.0)
    CLb = np.where(EVENTS < S + B, stats.poisson.cdf(EVENTS, B), 1.0)
    k = np.arange(toys + 1)
    ks, kb = (stats.binom.pmf(k, toys, p[:, np.newaxis]) for p in (CLsb, CLb))
    both = k[:, np.newaxis] >= alpha * k - 1e-9
    asymptotic_p = np.array([asymptotic(n) for n in EVENTS])
    exact = {
        "CLs_asymptotic": shares @ (asymptotic_p[:, 0] >= alpha),
        "CLsb_asymptotic": shares @ (asymptotic_p[:, 1] >= alpha),
        "CLs_toys": shares @ np.einsum("ni,ij,nj->n", ks, both, kb),
        "CLsb_toys": shares @ (ks @ (k >= alpha * toys - 1e-9)),
    }
    found = coverage([made(counted, count=count, toys=toys)], level=level)
    for name, share in exact.items():
        deviation = math.sqrt(share * (1.0 - share) / count)
        assert found[f"coverage_{name}"] == pytest.approx(share, abs=3.5 * deviation + 1e-12), name
    assert exact["CLs_toys"] > exact["CLsb_toys"] + 0.005


def test_experiments_are_the_same_however_they_are_split(uncertain):
    whole = made(uncertain, count=6, toys=10)
    parts = [made(uncertain, first=first, count=n, toys=10) for first, n in ((0, 1), (1, 5))]
    for name in VALUES:
        assert parts[0][name] + parts[1][name] == whole[name]
        assert None not in whole[name]


def test_toys_are_thrown_at_the_fits_of_the_experiment(uncertain, monkeypatch):
    """And not at those of the data; by streams that differ for all of them."""
    asked = []

    def throw(model, pars, stream, **kwargs):
        asked.append((pars, stream))
        return throw_toys(model, pars, stream, **kwargs)

    monkeypatch.setattr(module, "throw_toys", throw)
    made(uncertain, count=8, toys=3)
    pars = fit(uncertain, uncertain.init, mu=1.0).pars
    expected = asimov_data(uncertain.arrays, pars)
    main, auxiliary = draw_toys(uncertain.arrays, expected, STREAM, first=0, count=8)
    fits = [
        fit(uncertain, pars, mu=mu, data=data).pars
        for data in map(Data, main, auxiliary)
        for mu in (1.0, 0.0)
    ]
    np.testing.assert_allclose([at for at, _ in asked], fits, atol=1e-9)
    assert len({stream for _, stream in asked}) == 16
    assert np.ptp(fits, axis=0).max() > 0.5


def test_experiments_that_fail_are_counted_and_have_no_number(counted, monkeypatch):
    fitted = module.fit_experiments

    def failing(*args, **kwargs):
        found = fitted(*args, **kwargs)
        object.__setattr__(found[2], "q", math.nan)
        return found

    monkeypatch.setattr(module, "fit_experiments", failing)
    row = made(counted, count=4, toys=5)
    assert (row["failed"], row["toys_failed"]) == (1, 0)
    for name in VALUES:
        assert [value is None for value in row[name]] == [False, False, True, False]


def test_toys_that_fail_are_counted_and_an_experiment_without_any_has_failed(counted, monkeypatch):
    thrown = module.throw_toys

    def failing(model, pars, *args, count, **kwargs):
        toys = thrown(model, pars, *args, count=count, **kwargs)
        toys.q[: 2 if pars[model.poi] > 0.0 else count] = math.nan
        return toys

    monkeypatch.setattr(module, "throw_toys", failing)
    row = made(counted, count=3, toys=5)
    assert (row["failed"], row["toys_failed"]) == (3, 3 * (2 + 5))
    assert row["mu_hat"] == [None] * 3
