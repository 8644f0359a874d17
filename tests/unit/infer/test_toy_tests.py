"""Toys: p-values within their uncertainty of pyhf's, and the same whenever they are thrown."""

import math

import numpy as np
import pytest
from pyhf.infer.calculators import ToyCalculator
from pyhf_models import documented

from fitscan.infer import hypotest

TOYS = {"calctype": "toybased", "track_progress": False}


def test_p_values_are_those_of_pyhf_within_their_uncertainty():
    pdf, data = documented()["uncorrelated"]
    np.random.seed(1)
    calculator = ToyCalculator(data, pdf, ntoys=150, track_progress=False)
    theirs = [
        float(toys.pvalue(calculator.teststatistic(1.0))) for toys in calculator.distributions(1.0)
    ]
    _, ours = hypotest(1.0, data, pdf, ntoys=3000, return_tail_probs=True, **TOYS)
    for p, known in zip(ours, theirs, strict=True):
        assert abs(float(p) - known) < 4.0 * math.sqrt(p * (1.0 - p) / 150) + 0.02


def test_they_agree_with_the_asymptotic_formulae_where_these_hold():
    pdf, data = documented()["correlated"]
    asymptotic = hypotest(0.8, data, pdf, return_expected_set=True)
    toys = hypotest(0.8, data, pdf, return_expected_set=True, ntoys=4000, **TOYS)
    assert float(toys[0]) == pytest.approx(float(asymptotic[0]), abs=0.03)
    assert float(toys[1][2]) == pytest.approx(float(asymptotic[1][2]), abs=0.03)


def test_a_call_gives_the_same_numbers_again_and_more_toys_are_other_ones():
    pdf, data = documented()["one bin"]
    first = hypotest(1.0, data, pdf, ntoys=150, **TOYS)
    np.random.seed(5)
    assert hypotest(1.0, data, documented()["one bin"][0], ntoys=150, **TOYS) == first
    assert hypotest(1.0, data, pdf, ntoys=300, **TOYS) != first


@pytest.mark.parametrize("shown", [True, False])
def test_progress_is_shown_as_asked(shown, capsys):
    pdf, data = documented()["one bin"]
    hypotest(1.0, data, pdf, calctype="toybased", ntoys=5, track_progress=shown)
    assert ("Signal-like" in capsys.readouterr().err) is shown
