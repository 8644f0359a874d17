"""How numbers were found, in words."""

import numpy as np
import pandas as pd
import pytest

from fitscan.columns import LIMIT_ERRORS
from fitscan.tables.method import described_CLs, described_limits, found_by, limits_found_by

SETTINGS = {"test_stat": "qtilde", "minima": "default"}
TEST = r"with the test statistic $\tilde{q}_\mu$, at the minima from the default initial values"


def table(*toys, q_obs=1.0):
    """Return results of points with so many toys of each hypothesis."""
    results = pd.DataFrame({"CLs_obs": 0.1, "status": "ok", "n_toys_signal": [*map(float, toys)]})
    return results.assign(n_toys_background=results["n_toys_signal"], q_obs=q_obs)


PLAIN = table(0, 0).drop(columns=["q_obs", "n_toys_signal", "n_toys_background"])


def test_the_test_statistic_the_formulae_and_the_minima_are_named():
    said = r"CLs, asymptotic formulae, $\tilde{q}_\mu$; default initial values"
    assert found_by(PLAIN, SETTINGS) == said
    assert found_by(PLAIN, SETTINGS, both=True) == said.partition(";")[0]


def test_toys_at_the_lowest_minima_say_so():
    settings = {"test_stat": "q", "minima": "lowest"}
    assert found_by(table(100), settings) == r"CLs from toys, $q_\mu$; lowest minimum found"
    assert described_CLs(table(100), settings) == (
        r"CLs from toys, with the test statistic $q_\mu$, at the lowest minima found;"
        " 200 toys for a point, both hypotheses together"
    )


@pytest.mark.parametrize(
    ("results", "said"),
    [
        (table(100), "CLs from toys, "),
        (table(100, 0), "CLs from toys or asymptotic, "),
        (table(0), "CLs, asymptotic formulae, "),
        (PLAIN, "CLs, asymptotic formulae, "),
        (table(100, 0).assign(status=["ok", "failed"]), "CLs from toys, "),
    ],
)
def test_figures_say_how_CLs_was_found(results, said):
    assert found_by(results, SETTINGS).startswith(said)


@pytest.mark.parametrize(
    ("results", "source", "number"),
    [
        (table(100), "toys", "200"),
        (
            table(100, 400, 0),
            "toys at 2 of 3 points and from the asymptotic formulae at the others",
            "200 to 800",
        ),
        (table(100, 0).assign(status=["ok", "failed"]), "toys", "200"),
        (table(0), "the asymptotic formulae", ""),
        (PLAIN, "the asymptotic formulae", ""),
    ],
)
def test_captions_say_how_CLs_was_found_and_from_how_many_toys(results, source, number):
    ending = f"; {number} toys for a point, both hypotheses together" if number else ""
    assert described_CLs(results, SETTINGS) == f"CLs from {source}, {TEST}{ending}"


def test_captions_say_how_limits_were_found():
    toys = table(100, 100)
    assert described_limits(toys, SETTINGS, "9 toys") == (
        f"Limits from the asymptotic formulae, {TEST}"
    )
    both = toys.assign(**{LIMIT_ERRORS[0]: 0.1})
    assert described_limits(both, SETTINGS, "9 toys") == (
        f"Limits from toys, {TEST}; at each tested signal strength 9 toys"
    )
    both.loc[0, LIMIT_ERRORS[0]] = np.nan
    assert described_limits(both, SETTINGS).startswith("Limits from toys at 1 of 2 points and from")


@pytest.mark.parametrize("error", [0.1, None])
def test_limits_are_from_toys_where_they_have_an_uncertainty(error):
    results = PLAIN.assign(**{LIMIT_ERRORS[0]: np.array([error, None], dtype=float)})
    said = limits_found_by(results, SETTINGS)
    assert said.startswith("Asymptotic formulae" if error is None else "Toys or asymptotic")
    assert said.endswith("; default initial values")
