"""How numbers were found, in words."""

import pandas as pd
import pytest

from fitscan.columns import LIMIT_ERRORS
from fitscan.tables.method import found_by, limits_found_by

PLAIN = pd.DataFrame({"CLs_obs": [0.1, 0.2]})
SETTINGS = {"test_stat": "qtilde", "minima": "default"}


def test_the_test_statistic_the_formulae_and_the_minima_are_named():
    said = r"CLs, asymptotic formulae, $\tilde{q}_\mu$; default initial values"
    assert found_by(PLAIN, SETTINGS) == said
    assert found_by(PLAIN, SETTINGS, both=True) == said.partition(";")[0]


def test_toys_at_the_lowest_minima_say_so():
    toys = {"status": "ok", "q_obs": 1.0, "n_toys_signal": 100.0, "n_toys_background": 100.0}
    settings = {"test_stat": "q", "minima": "lowest"}
    said = found_by(PLAIN.assign(**toys), settings)
    assert said == r"CLs from toys, $q_\mu$; lowest minimum found"


@pytest.mark.parametrize("error", [0.1, None])
def test_limits_are_from_toys_where_they_have_an_uncertainty(error):
    results = PLAIN.assign(**{LIMIT_ERRORS[0]: [error, None]}).astype(float)
    said = limits_found_by(results, SETTINGS)
    assert said.startswith("Asymptotic formulae" if error is None else "Toys or asymptotic")
    assert said.endswith("; default initial values")
