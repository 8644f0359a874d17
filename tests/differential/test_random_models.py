"""The engine is right on 200 small random likelihoods that are hard to fit.

More of them: `make random N=5000`. Right values come from ``random_models``, which shares no code
with the engine; test_right_values.py holds these to pyhf and to brute force.
"""

import math

from random_models.comparison import OFF
from random_models.table import table

# CLs of the lowest minima is right in this part of the likelihoods with one-sided variations.
RIGHT = 0.995

# So is CLs from pyhf's initial values, of all likelihoods, where SLSQP and MINUIT agree. Their
# first steps are long; in small steps downhill one ends in another valley in 1 % of these.
RIGHT_FROM_START = 0.98


def offenders(compared, answer):
    """Return how many were compared, and those that are wrong by more than rounding."""
    off = [each for each in compared if not math.isnan(each.off.get(answer, math.nan))]
    return len(off), [f"{each.family} {each.number}" for each in off if each.off[answer] > OFF]


def test_no_fit_fails(compared):
    failed = [f"{each.family} {each.number}" for each in compared if each.failed]
    assert not failed, f"\n{table(compared)}"


def test_no_decision_is_turned(compared):
    turned = [f"{each.family} {each.number}: {each.turned}" for each in compared if each.turned]
    assert not turned, f"\n{table(compared)}"


def test_lowest_minima_of_one_sided_variations_are_found(compared):
    one_sided = [each for each in compared if "one_sided" in each.family]
    count, wrong = offenders(one_sided, "search")
    assert count > 90
    assert len(wrong) <= (1 - RIGHT) * count, wrong


def test_lowest_minima_of_other_kinds_are_found(compared):
    others = [each for each in compared if "one_sided" not in each.family]
    count, wrong = offenders(others, "search")
    assert count > 90
    assert len(wrong) <= (1 - RIGHT) * count, wrong


def test_exhaustive_search_finds_all_lowest_minima(compared):
    count, wrong = offenders(compared, "exhaustive")
    assert count > 20
    assert not wrong


def test_main_columns_are_what_pyhf_finds_from_its_initial_values(compared):
    count, wrong = offenders(compared, "main")
    assert count > 180
    assert len(wrong) <= (1 - RIGHT_FROM_START) * count, wrong
