"""Toys of published likelihoods against pyhf: how they fluctuate, and q of each."""

import json
import tarfile
from functools import cache

import numpy as np
import pyhf
import pytest
from oracle import make_oracle
from refitted import MOST, SAME, refit, worst_score

from fitscan.engine.experiments import fit_experiments
from fitscan.engine.fits import asimov_data, background_start
from fitscan.engine.hypotest import hypotest
from fitscan.engine.streams import draw_toys
from fitscan.likelihood.patching import apply_patch
from fitscan.model import Analysis
from fitscan.model.arrays import Data

STREAM = "0123456789abcdef" * 2

POINTS = {"staus": "DS_280_160_Staus", "1Lbb": "C1N2_Wh_hbb_900_250"}


@pytest.fixture(scope="module")
def precise_pyhf():
    before = pyhf.get_backend()
    optimizer = pyhf.optimize.scipy_optimizer(tolerance=1e-12, maxiter=10_000)
    pyhf.set_backend("jax", optimizer)
    yield
    pyhf.set_backend(*before)


@pytest.fixture(scope="module")
def tested(data_folder, precise_pyhf):
    """A function from the name of a likelihood to both models of a point and its test."""

    @cache
    def test(name):
        with tarfile.open(data_folder / "pallets" / f"{name}.tar.gz") as archive:
            files = {part.name: archive.extractfile(part) for part in archive if part.isfile()}
            if name == "staus":
                folder = "Region-combined/"
                background = json.load(files[f"{folder}BkgOnly.json"])
                patch = json.load(files[f"{folder}patch.{POINTS[name]}.json"])
            else:
                background = json.load(files["BkgOnly.json"])
                patches = json.load(files["patchset.json"])["patches"]
                patch = next(
                    part["patch"] for part in patches if part["metadata"]["name"] == POINTS[name]
                )
        hypothesis = apply_patch(background, patch, where=POINTS[name])
        model = Analysis(background).model(hypothesis)
        found = hypotest(model, background_start(model.background))
        return make_oracle(model, hypothesis), {1.0: found.signal.pars, 0.0: found.background.pars}

    return test


def draw(oracle, pars, count):
    arrays = oracle.ours.arrays
    return draw_toys(arrays, asimov_data(arrays, pars), STREAM, first=0, count=count)


def test_toys_fluctuate_as_those_of_pyhf(tested):
    oracle, fitted = tested("staus")
    main, auxiliary = draw(oracle, fitted[1.0], 5000)
    ours = np.hstack([main, auxiliary[:, oracle.auxiliary_order]])
    np.random.seed(20)  # pyhf takes its random numbers from there
    pdf = oracle.theirs.make_pdf(pyhf.tensorlib.astensor(oracle.pars(fitted[1.0])))
    assert worst_score(ours, np.asarray(pdf.sample((5000,)))) < MOST


@pytest.mark.parametrize("mu", [1.0, 0.0])
@pytest.mark.parametrize(("name", "count"), [("staus", 5), ("1Lbb", 2)])
def test_q_of_a_toy_is_that_of_pyhf(name, count, mu, tested):
    oracle, fitted = tested(name)
    toys = draw(oracle, fitted[mu], count)
    found = [refit(oracle, fitted[mu], Data(*data)) for data in zip(*toys, strict=True)]
    for toy in found:
        # pyhf takes a negative rate of an empty bin for a high probability.
        assert toy.lowest > 0.0
        assert max(toy.fixed, toy.free) < SAME
        assert toy.ours == pytest.approx(toy.theirs, abs=1e-5) or not toy.same
    assert sum(toy.same for toy in found) > count / 2


@pytest.mark.parametrize("name", ["staus", "1Lbb"])
def test_experiments_can_all_be_fitted(name, tested):
    """Was a bug: in one of 300 of 1Lbb the background left a rate that the signal made negative."""
    oracle, fitted = tested(name)
    main, auxiliary = draw(oracle, fitted[1.0], 600)
    found = fit_experiments(oracle.ours, fitted[1.0], main, auxiliary, mu_test=1.0)
    assert not any(experiment.failed for experiment in found)
