"""Background minima that are equally low, and what CLs they give."""

import numpy as np
import pytest
from scan_settings import COMPILED
from small import MU, histosys, model_of, one_channel, sample

from fitscan.compiled import CompiledEngine
from fitscan.engine.hypotest import hypotest
from fitscan.twins import find_twins


def undecided(*, background_down=(120.0, 62.0)):
    """The background moves to one side, unless told otherwise, and the signal both ways."""
    return one_channel(
        sample("b", [100.0, 50.0], histosys("a", [120.0, 62.0], list(background_down))),
        sample("s", [15.0, 12.0], MU, histosys("a", [20.0, 9.0], [10.0, 15.0])),
        observed=[118.0, 60.0],
    )


def test_both_signs_of_a_pull_that_the_background_does_not_tell_have_a_CLs():
    """Right values: a grid of 4000 pulls and parabolas, for the Asimov data of either sign."""
    model = model_of(undecided())
    twins = find_twins(model, hypotest(model))
    assert twins.names == ("a",)
    right = np.array([[0.6109, 0.1144, 0.2295, 0.4272, 0.6913, 0.9067],
                      [0.6269, 0.1379, 0.2619, 0.4635, 0.7194, 0.9183]])  # fmt: skip
    assert np.array([twins.least, twins.most]) == pytest.approx(right, abs=1e-4)


def test_a_row_says_that_a_sign_is_undecided():
    """Was a bug: one of two answers, and nothing was said."""
    document = undecided()
    row = CompiledEngine(document, COMPILED | {"minima": "search"}).fit_point(document)
    assert row["message"] == (
        "the sign of a is undecided in the background fit, and equally low minima give "
        "CLs_obs from 0.611 to 0.627, CLs_exp_0 from 0.427 to 0.464"
    )


def test_nothing_is_undecided_where_the_background_tells_the_signs():
    model = model_of(undecided(background_down=(119.0, 62.0)))
    assert find_twins(model, hypotest(model)) is None
    model = model_of(undecided(background_down=(80.0, 38.0)))
    assert find_twins(model, hypotest(model)) is None
