"""Toys against pyhf, how they fluctuate and the test statistic of each, and CLs from them.

CLs is compared with sums over all data that there may be, and with pyhf's own toys.
"""

import math

import numpy as np
import pyhf
import pytest
from calculated import answered, calculator_of_pyhf
from exact import CASES, exact, exact_percentile
from oracle import Oracle, make_oracle
from refitted import MOST, refit, worst_score
from scipy import stats
from small import MU, histosys, luminosity, model_of, modifier, normsys, sample, workspace

from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.inference.streams import draw_toys
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.model.arrays import Data

STREAM = "c0ffee00" * 4

ALL_KINDS = workspace(
    {
        "SR": [
            sample("signal", [3.0, 6.0], MU, normsys("xsec", 1.2, 0.85), modifier("lumi", "lumi")),
            sample(
                "top",
                [20.0, 9.0],
                modifier("k_top", "normfactor"),
                normsys("scale", 0.9, 1.15),
                histosys("scale", [21.0, 11.0], [19.0, 8.0]),
                modifier("stat", "staterror", [1.5, 0.0]),
            ),
            sample(
                "W", [8.0, 0.0], modifier("W", "shapesys", [2.0, 0.0]), modifier("lumi", "lumi")
            ),
        ],
        "CR": [
            sample(
                "top",
                [60.0, 35.0, 0.8],
                modifier("k_top", "normfactor"),
                histosys("scale", [63.0, 36.0, 1.1], [58.0, 31.0, 0.7]),
            ),
            sample("fakes", [5.0, 3.0, 1.0], modifier("fakes", "shapefactor")),
        ],
    },
    {"SR": [30.0, 11.0], "CR": [66.0, 37.0, 2.0]},
    [luminosity(0.03)],
)

# For pyhf this is its simplemodels.uncorrelated_background; see `built`.
UNCORRELATED = workspace(
    {
        "singlechannel": [
            sample("signal", [12.0, 4.0], MU),
            sample(
                "background",
                [50.0, 7.0],
                modifier("uncorr_bkguncrt", "shapesys", [3.0, 2.5]),
            ),
        ]
    },
    {"singlechannel": [51.0, 9.0]},
)

MODELS = {"all kinds": ALL_KINDS, "uncorrelated": UNCORRELATED}


@pytest.fixture
def precise_pyhf():
    before = pyhf.get_backend()
    pyhf.set_backend("numpy", pyhf.optimize.scipy_optimizer(tolerance=1e-13, maxiter=10_000))
    yield
    pyhf.set_backend(*before)


def built(name):
    """Return both models."""
    model = model_of(MODELS[name])
    if name == "all kinds":
        return make_oracle(model, MODELS[name])
    theirs = pyhf.simplemodels.uncorrelated_background(
        signal=[12.0, 4.0], bkg=[50.0, 7.0], bkg_uncertainty=[3.0, 2.5]
    )
    return Oracle(model, theirs)


def both(name, mu, count, *, change=lambda arrays: arrays):
    """Return toys by both, in pyhf's order, thrown where a fit at ``mu`` ends."""
    oracle = built(name)
    model = oracle.ours
    pars = fit(model, model.init, mu=mu).pars
    arrays = change(model.arrays)
    expected = asimov_data(arrays, pars)
    main, auxiliary = draw_toys(arrays, expected, STREAM, first=0, count=count)
    ours = np.hstack([main, auxiliary[:, oracle.auxiliary_order]])
    np.random.seed(20)  # pyhf takes its random numbers from there
    theirs = oracle.theirs.make_pdf(pyhf.tensorlib.astensor(oracle.pars(pars))).sample((count,))
    return ours, np.asarray(theirs)


@pytest.mark.parametrize("mu", [1.0, 0.0])
@pytest.mark.parametrize("name", MODELS)
def test_toys_fluctuate_as_those_of_pyhf(name, mu, precise_pyhf):
    ours, theirs = both(name, mu, 40_000)
    assert worst_score(ours, theirs) < MOST


def wider(arrays):
    return arrays._replace(sigma=1.05 * arrays.sigma)


def less_exact(arrays):
    return arrays._replace(tau=0.97 * arrays.tau)


@pytest.mark.parametrize("change", [wider, less_exact])
def test_other_uncertainties_would_be_noticed(change, precise_pyhf):
    assert worst_score(*both("all kinds", 1.0, 40_000, change=change)) > 1.5 * MOST


@pytest.mark.parametrize("column", [0, 5, -1])
def test_what_is_not_thrown_or_thrown_with_another_would_be_noticed(column, precise_pyhf):
    ours, theirs = both("all kinds", 1.0, 40_000)
    still, together, elsewhere = ours.copy(), ours.copy(), ours.copy()
    still[:, column] = still[:, column].mean()
    pulls = (ours[:, 1] - ours[:, 1].mean()) / ours[:, 1].std()
    together[:, column] = ours[:, column].mean() + ours[:, column].std() * pulls
    elsewhere[:, column] += 0.06 * elsewhere[:, column].std()
    for wrong in (still, together, elsewhere):
        assert worst_score(wrong, theirs) > 1.5 * MOST


@pytest.mark.parametrize("mu", [1.0, 0.0])
@pytest.mark.parametrize("name", MODELS)
def test_q_of_a_toy_is_that_of_pyhf(name, mu, precise_pyhf):
    oracle = built(name)
    model = oracle.ours
    pars = fit(model, model.init, mu=mu).pars
    expected = asimov_data(model.arrays, pars)
    toys = draw_toys(model.arrays, expected, STREAM, first=0, count=12)
    found = [refit(oracle, pars, Data(*data)) for data in zip(*toys, strict=True)]
    for toy in found:
        assert toy.same
        assert toy.ours == pytest.approx(toy.theirs, abs=1e-7)
    assert max(toy.ours for toy in found) > 1.0
    assert min(toy.ours for toy in found) == 0.0 or mu == 0.0


@pytest.mark.parametrize(
    ("name", "observed", "signal", "background"),
    [("one bin", 9, 6.0, 9.0), ("two bins that are the same", 8, 6.0, 8.0)],
)
def test_exact_CLs_of_a_count_is_a_ratio_of_two_sums(name, observed, signal, background):
    """As in Nucl. Instrum. Meth. A 434 (1999) 435, Eq. 5: few events speak against a signal."""
    ratio = stats.poisson.cdf(observed, signal + background) / stats.poisson.cdf(
        observed, background
    )
    assert exact(CASES[name], 1.0) / exact(CASES[name], 0.0) == pytest.approx(ratio, rel=1e-10)


def test_exact_CLs_without_background_is_that_of_the_signal_alone():
    found = exact(CASES["no background"], 1.0) / exact(CASES["no background"], 0.0)
    assert found == pytest.approx(math.exp(-3.0) * (1.0 + 3.0), rel=1e-10)


@pytest.mark.parametrize("name", CASES)
def test_CLs_and_band_are_those_of_the_exact_sums(name):
    case, toys = CASES[name], 20_000
    found = answered(model_of(case.document()), toys)
    expected = exact(case, 1.0) / exact(case, 0.0)
    assert abs(found.CLs[0] - expected) < 4.0 * found.errors[0]
    assert found.errors[0] < 0.005
    shares = stats.norm.cdf([-2.0, -1.0, 0.0, 1.0, 2.0])
    for share, CLs, error in zip(shares, found.CLs[1:], found.errors[1:], strict=True):
        # The percentile itself fluctuates, over steps where data are few.
        rank = 4.0 * math.sqrt(share * (1.0 - share) / toys)
        low, high = (exact_percentile(case, share + sign * rank) for sign in (-1.0, 1.0))
        assert low - 4.0 * error < CLs < high + 4.0 * error


@pytest.mark.parametrize(
    ("name", "document"),
    [("uncorrelated", UNCORRELATED), ("one bin", CASES["one bin"].document())],
)
def test_CLs_and_band_are_those_of_toys_of_pyhf(name, document):
    model = model_of(document)
    oracle = built(name) if name in MODELS else make_oracle(model, document)
    CLs, theirs = calculator_of_pyhf(oracle.theirs, oracle.data(model.data), 500, seed=4)
    np.testing.assert_allclose(CLs, theirs.CLs, rtol=0, atol=1e-7)  # its percentiles are rounded
    ours = answered(model, 20_000)
    apart = np.abs(np.subtract(ours.CLs, theirs.CLs))
    assert (apart < 4.0 * np.hypot(ours.errors, theirs.errors)).all()
    assert apart[0] < 0.05
