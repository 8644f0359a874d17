"""Toys of published likelihoods: how they fluctuate, q of each, failures, and CLs from them.

`python bench/accuracy_toys.py` asks pyhf about some hundred toys of each, and has its calculator
throw its own; its numbers are in docs/toys.md.
"""

import json
import tarfile
from contextlib import nullcontext
from functools import cache

import numpy as np
import pyhf
import pytest
from calculated import answer_of, poisson_of_pyhf_exact, thrown_as_by_a_worker
from oracle import make_oracle
from refitted import MOST, SAME, refit, worst_score

from fitscan.engines.compiled.inference.experiments import fit_experiments
from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.inference.streams import draw_toys
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.likelihood.patching import apply_patch
from fitscan.model import Analysis
from fitscan.model.arrays import Data

STREAM = "0123456789abcdef" * 2

POINTS = {
    "staus": "DS_280_160_Staus",
    "1Lbb": "C1N2_Wh_hbb_900_250",
    "3L-RJ": "ERJR_200p0_100p0",
}


@pytest.fixture(scope="module")
def precise_pyhf():
    before = pyhf.get_backend()
    optimizer = pyhf.optimize.scipy_optimizer(tolerance=1e-12, maxiter=10_000)
    pyhf.set_backend("jax", optimizer)
    yield
    pyhf.set_backend(*before)


@pytest.fixture(scope="module")
def published(data_folder):
    """A function from the name of a likelihood to its analysis and patches."""

    @cache
    def read(name):
        prefix = "Region-combined/" if name == "staus" else ""
        with tarfile.open(data_folder / "pallets" / f"{name}.tar.gz") as archive:
            content = {
                member.name.removeprefix(prefix): archive.extractfile(member).read()
                for member in archive
                if member.isfile() and member.name.startswith(prefix)
            }
        analysis = Analysis(json.loads(content["BkgOnly.json"]))
        if name == "staus":
            return analysis, lambda point: json.loads(content[f"patch.{point}.json"])
        patches = {
            patch["metadata"]["name"]: patch["patch"]
            for patch in json.loads(content["patchset.json"])["patches"]
        }
        return analysis, patches.__getitem__

    return read


@pytest.fixture(scope="module")
def built(published):
    """A function from the name of a likelihood and a point to hypothesis and model."""

    @cache
    def build(name, point):
        analysis, patch = published(name)
        hypothesis = apply_patch(analysis.workspace, patch(point), where=point)
        return hypothesis, analysis.model(hypothesis)

    return build


@pytest.fixture(scope="module")
def tested(built, precise_pyhf):
    """A function from the name of a likelihood to both models of a point and its test."""

    @cache
    def test(name):
        hypothesis, model = built(name, POINTS[name])
        found = hypotest(model)
        return make_oracle(model, hypothesis), {1.0: found.signal.pars, 0.0: found.background.pars}

    return test


def draw(oracle, pars, count):
    arrays = oracle.ours.arrays
    return draw_toys(arrays, asimov_data(arrays, pars), STREAM, first=0, count=count)


@pytest.mark.parametrize(("name", "mu"), [("staus", 1.0), ("1Lbb", 0.0), ("3L-RJ", 1.0)])
def test_toys_fluctuate_as_those_of_pyhf(name, mu, tested):
    oracle, fitted = tested(name)
    main, auxiliary = draw(oracle, fitted[mu], 5000)
    ours = np.hstack([main, auxiliary[:, oracle.auxiliary_order]])
    np.random.seed(20)  # pyhf takes its random numbers from there
    pdf = oracle.theirs.make_pdf(pyhf.tensorlib.astensor(oracle.pars(fitted[mu])))
    assert worst_score(ours, np.asarray(pdf.sample((5000,)))) < MOST


@pytest.mark.parametrize("mu", [1.0, 0.0])
@pytest.mark.parametrize(("name", "count"), [("staus", 5), ("1Lbb", 4), ("3L-RJ", 5)])
def test_q_of_a_toy_is_that_of_pyhf(name, count, mu, tested):
    oracle, fitted = tested(name)
    toys = draw(oracle, fitted[mu], count)
    with poisson_of_pyhf_exact() if name == "3L-RJ" else nullcontext():
        found = [refit(oracle, fitted[mu], Data(*data)) for data in zip(*toys, strict=True)]
    for toy in found:
        if not toy.nonsense:
            assert not max(toy.fixed, toy.free) > SAME
            assert toy.ours == pytest.approx(toy.theirs, abs=1e-5) or not toy.same
    assert sum(toy.same and not toy.nonsense for toy in found) > count / 2


@pytest.mark.parametrize(
    ("name", "points", "count"),
    [
        # Once these failed at toys 1267, 1344 and 450.
        ("staus", ["DS_100_1_Staus", "DS_280_80_Staus", "DS_320_160_Staus"], 1500),
        ("1Lbb", [POINTS["1Lbb"]], 1000),
        ("3L-RJ", [POINTS["3L-RJ"], "ERJR_100p0_20p0"], 2000),
    ],
)
def test_at_most_one_in_10_000_toys_fails(name, points, count, built):
    failed = thrown = 0
    for point in points:
        _, *both = thrown_as_by_a_worker(built(name, point)[1], count)
        failed += sum(int(np.isnan(toys.q).sum()) for toys in both)
        thrown += 2 * count
    assert failed <= 1e-4 * thrown


def test_toys_say_what_asymptotics_do_not_where_the_fitted_strength_is_biased(built):
    """pyhf's own toys, 4040 of each hypothesis: CLs 0.389 +- 0.010, P(mu-hat > 1) 0.394."""
    count = 4000
    _, model = built("staus", POINTS["staus"])
    q_obs, signal, background = thrown_as_by_a_worker(model, count)
    found = answer_of(signal.q, background.q, q_obs)
    asymptotic = hypotest(model).CLs[0]
    assert asymptotic == pytest.approx(0.3113, abs=1e-4)
    assert found.CLs[0] - asymptotic > 3.0 * found.errors[0]
    assert abs(found.CLs[0] - 0.389) < 3.0 * np.hypot(found.errors[0], 0.010)
    # In half of all toys, if nothing were biased.
    above = np.nanmean(signal.mu_hat > 1.0)
    assert abs(above - 0.394) < 4.0 * np.sqrt(0.394 * 0.606 / count)


@pytest.mark.parametrize("name", ["staus", "1Lbb"])
def test_experiments_can_all_be_fitted(name, tested):
    """Was a bug: in one of 300 of 1Lbb the background left a rate that the signal made negative."""
    oracle, fitted = tested(name)
    main, auxiliary = draw(oracle, fitted[1.0], 600)
    found = fit_experiments(oracle.ours, fitted[1.0], main, auxiliary, mu_test=1.0)
    assert not any(experiment.failed for experiment in found)
