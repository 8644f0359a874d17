"""Background minima that are equally low, and what CLs they give."""

import math

import numpy as np
import pytest
from scan_settings import COMPILED
from small import MU, histosys, model_of, one_channel, sample

from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.engines.compiled.equal_minima import find_twins
from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.undecided import words_of_undecided


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
    assert np.sort([test.CLs for test in twins.tests], axis=0) == pytest.approx(right, abs=1e-4)


def test_a_row_says_that_a_sign_is_undecided():
    """Was a bug: one of two answers, and nothing was said."""
    document = undecided()
    row = CompiledEngine(document, COMPILED | {"minima": "search"}).fit_point(document)
    assert row["message"] == (
        "the sign of a is undecided in the background fit, and equally low minima give "
        "CLs_obs from 0.611 to 0.627, CLs_exp_0 from 0.427 to 0.464"
    )


@pytest.mark.parametrize("kind", ["limits", "toys"])
def test_rows_of_limits_say_what_limits_equally_low_minima_give(kind):
    """Was a bug: they said it of CLs only. Toys are thrown at one of the minima."""
    document = undecided()
    # Twice the signal: its variation counts more.
    document["channels"][0]["samples"][1]["modifiers"][1]["data"] = {
        "hi_data": [25.0, 6.0], "lo_data": [5.0, 18.0]
    }  # fmt: skip
    settings = COMPILED | {"kind": kind, "level": 0.95, "minima": "search"}
    row = CompiledEngine(document, settings).fit_point(document)
    assert row["status"] == "ok"
    of = "asymptotic " if kind == "toys" else ""
    (low, high), here = said_of(row, f"{of}mu_up_exp_0"), row["mu_up_exp_0"]
    assert high > 1.001 * low
    assert min(abs(here - low), abs(here - high)) < 1e-3
    # The other is that of the mirrored model, in which the signs are the other way around.
    signal = document["channels"][0]["samples"][1]["modifiers"][1]["data"]
    signal["hi_data"], signal["lo_data"] = signal["lo_data"], signal["hi_data"]
    mirrored = CompiledEngine(document, settings).fit_point(document)
    assert sorted([here, mirrored["mu_up_exp_0"]]) == pytest.approx([low, high], abs=1e-3)


def said_of(row, column):
    """Return the range of a column that a message gives."""
    words = row["message"].split(f"{column} from ")[1].split(",")[0].split("; ")[0]
    return [float(word) for word in words.split(" to ")]


def test_a_range_says_where_one_minimum_gives_no_limit():
    answers = {"CLs_obs": [0.1, 0.1011], "mu_up_obs": [3.0, math.nan], "mu_up_exp_0": [math.nan]}
    words = words_of_undecided(["a", "b"], answers)
    assert words.startswith("the sign of a, b is undecided in the background fit")
    assert words.endswith("equally low minima give mu_up_obs from 3 to none")
    assert words_of_undecided(["a"], {"mu_up_obs": [1.0, 1.0009]}) == ""


def test_nothing_is_undecided_where_the_background_tells_the_signs():
    model = model_of(undecided(background_down=(119.0, 62.0)))
    assert find_twins(model, hypotest(model)) is None
    model = model_of(undecided(background_down=(80.0, 38.0)))
    assert find_twins(model, hypotest(model)) is None
