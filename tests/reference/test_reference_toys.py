"""Toys against pyhf: how they fluctuate, and the test statistic of each."""

import numpy as np
import pyhf
import pytest
from oracle import Oracle, make_oracle
from refitted import MOST, refit, worst_score
from small import MU, histosys, luminosity, model_of, modifier, normsys, sample, workspace

from fitscan.engine.fits import asimov_data, fit
from fitscan.engine.streams import draw_toys
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
