"""hypotest beside pyhf's: the same numbers in the same form, for the same arguments."""

import json
import subprocess
import sys
import warnings

import numpy as np
import pyhf
import pytest
from pyhf_models import documented
from random_models.generator import make

import fitscan
from fitscan.engines.compiled.inference.hypotest import hypotest as fitted
from fitscan.engines.compiled.kernels.objective import constant_terms
from fitscan.errors import FitError
from fitscan.infer import hypotest
from fitscan.infer.arguments import prepared

ALL = {"return_tail_probs": True, "return_expected": True, "return_expected_set": True}
# What pyhf's minimiser leaves open; p0 next to a q0 of 0 has a root of that in it.
OFF = 5e-5


def flat(returned):
    """Return the numbers in what a function returns, and their form."""
    if isinstance(returned, tuple | list):
        parts = [flat(part) for part in returned]
        numbers = [number for numbers, _ in parts for number in numbers]
        return numbers, (type(returned).__name__, [form for _, form in parts])
    return [float(returned)], (type(returned).__name__, returned.shape, returned.dtype)


def assert_same(ours, theirs, off=OFF):
    (numbers, form), (known, known_form) = flat(ours), flat(theirs)
    assert form == known_form
    assert numbers == pytest.approx(known, abs=off)


@pytest.mark.parametrize("name", documented())
@pytest.mark.parametrize("test_stat", ["qtilde", "q"])
@pytest.mark.parametrize("distribution", ["normal", "clipped_normal"])
@pytest.mark.parametrize("mu", [0.3, 1.0, 2.5])
def test_models_of_the_documentation(name, test_stat, distribution, mu):
    pdf, data = documented()[name]
    options = {"test_stat": test_stat, "calc_base_dist": distribution, **ALL}
    assert_same(hypotest(mu, data, pdf, **options), pyhf.infer.hypotest(mu, data, pdf, **options))


def test_the_example_of_the_docstring_of_pyhf():
    pdf, data = documented()["uncorrelated"]
    observed, expected = hypotest(1.0, np.array(data), pdf, return_expected_set=True)
    assert observed == pytest.approx(0.05251497, abs=1e-5)
    known = [0.00260626, 0.01382005, 0.06445321, 0.23525644, 0.57303621]
    assert np.array(expected) == pytest.approx(np.array(known), abs=1e-5)


@pytest.mark.parametrize("name", documented())
def test_discovery(name):
    pdf, _ = documented()[name]
    events = [70, 75][: pdf.config.nmaindata]
    data = events + pdf.config.auxdata
    theirs = pyhf.infer.hypotest(0.0, data, pdf, test_stat="q0", **ALL)
    assert_same(hypotest(0.0, data, pdf, test_stat="q0", **ALL), theirs)


@pytest.mark.parametrize("chosen", [{}, {"return_tail_probs": True}, {"return_expected": True}])
@pytest.mark.parametrize("test_stat", ["qtilde", "q0"])
def test_what_is_returned_has_the_form_of_pyhf(chosen, test_stat):
    pdf, data = documented()["correlated"]
    options = {"test_stat": test_stat, **chosen}
    theirs = pyhf.infer.hypotest(0.0, data, pdf, **options)
    assert flat(hypotest(0.0, data, pdf, **options))[1] == flat(theirs)[1]


@pytest.mark.parametrize(
    "options",
    [
        {"fixed_params": [False, True, False]},
        {"init_pars": [0.5, 0.9, 1.1], "fixed_params": [False, False, True]},
        {"par_bounds": [(0, 10), (0.99, 1.01), (1e-10, 10)]},
        {"par_bounds": [(-2, 10), (1e-10, 10), (1e-10, 10)], "test_stat": "q"},
        # Neither q nor qtilde, of which pyhf warns, and so do we; the numbers are its own.
        {"par_bounds": [(-2, 10), (1e-10, 10), (1e-10, 10)]},
    ],
)
@pytest.mark.parametrize("mu", [0.7, 1.5])
def test_initial_values_bounds_and_fixed_parameters_are_honoured(options, mu):
    pdf, data = documented()["uncorrelated"]
    ours, default = hypotest(mu, data, pdf, **options, **ALL), hypotest(mu, data, pdf, **ALL)
    assert_same(ours, pyhf.infer.hypotest(mu, data, pdf, **options, **ALL))
    assert flat(ours)[0] != pytest.approx(flat(default)[0], abs=1e-4)


def test_a_strength_below_0_is_as_in_pyhf():
    pdf, data = documented()["uncorrelated"]
    options = {"par_bounds": [(-2, 10), (1e-10, 10), (1e-10, 10)], "test_stat": "q", **ALL}
    theirs = pyhf.infer.hypotest(-1.0, data, pdf, **options)
    assert_same(hypotest(-1.0, data, pdf, **options), theirs)


def test_auxiliary_data_are_those_given_and_not_those_of_the_model():
    pdf, data = documented()["uncorrelated"]
    shifted = [*data[:2], data[2] * 1.1, data[3] * 0.9]
    ours = hypotest(1.0, shifted, pdf, **ALL)
    assert_same(ours, pyhf.infer.hypotest(1.0, shifted, pdf, **ALL))
    assert abs(flat(ours)[0][0] - flat(hypotest(1.0, data, pdf))[0][0]) > 1e-3


@pytest.mark.parametrize("as_tensor", [np.array, np.float64, lambda x: np.array([x])])
def test_the_tested_value_may_be_a_tensor(as_tensor):
    pdf, data = documented()["one bin"]
    assert hypotest(as_tensor(1.0), data, pdf) == hypotest(1, data, pdf)


def test_tensors_of_other_backends_of_pyhf_are_taken():
    jax = pytest.importorskip("jax.numpy")
    pdf, data = documented()["one bin"]
    assert hypotest(1.0, jax.asarray(data), pdf) == pytest.approx(hypotest(1.0, data, pdf))


def test_random_models():
    """Where pyhf ends in the same minima, to what its minimiser leaves open."""
    differences = [
        difference for n in range(24) if (difference := difference_of(make(7, n))) is not None
    ]
    assert len(differences) >= 12
    assert np.median(differences) < 1e-5
    assert max(differences) < 1e-4


def difference_of(random):
    """Return by how much CLs differs, observed or expected; None where the fits differ."""
    workspace = pyhf.Workspace(random.complete())
    pdf = workspace.model()
    data = workspace.data(pdf)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rates below 0 on the way of pyhf's fits
        try:
            *theirs, calculator = pyhf.infer.hypotest(
                1.0, data, pdf, return_expected_set=True, return_calculator=True
            )
        except pyhf.exceptions.FailedMinimization:
            return None
    fits = calculator.fitted_pars
    ours = hypotest(1.0, data, pdf, return_expected_set=True)
    own, known = (
        fits_of(pdf, data),
        (
            fits.fixed_poi_fit_to_data,
            fits.free_fit_to_data,
            fits.asimov_pars,
        ),
    )
    for found, pars in zip(own, known, strict=True):
        if not abs(found + float(pdf.logpdf(pars, data)[0])) < 2e-6:
            return None
    return max(abs(a - b) for a, b in zip(flat(ours)[0], flat(tuple(theirs))[0], strict=True))


def fits_of(pdf, data):
    """Return the NLLs of our fits, as pyhf counts them: at 1, free, at 0."""
    _, model = prepared(data, pdf, None, None, None)
    found = fitted(model)
    constant = constant_terms(model.arrays, model.data)
    return [fit.nll + constant for fit in (found.signal, found.free, found.background)]


def test_a_fit_that_does_not_converge_is_an_error_that_says_which():
    pdf, _ = documented()["one bin"]
    spec = json.loads(json.dumps(pdf.spec))
    for sample in spec["channels"][0]["samples"]:
        sample["data"], sample["modifiers"] = [0.0], [sample["modifiers"][0]]
        if sample["name"] == "background":
            sample["modifiers"] = []
    empty = pyhf.Model(spec)
    with pytest.raises(FitError, match="background"):
        hypotest(1.0, [5.0], empty)


def test_it_is_there_without_an_import_of_its_own_and_loads_nothing_before():
    code = (
        "import sys, fitscan; heavy = {'numba', 'pyhf', 'scipy', 'pandas'};"
        "assert not heavy & set(sys.modules); fitscan.infer.hypotest;"
        "assert not {'pyhf'} & set(sys.modules); print('done')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "done\n"
    assert fitscan.infer.hypotest is hypotest
