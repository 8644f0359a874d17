"""Answers for people are aligned, those for programs have null for NaN; both say their status."""

import json
import math

import click
import numpy as np
import pytest
from click.testing import CliRunner

from fitscan.api.results import Band, HypotestResult
from fitscan.cli.answers import aligned, number, with_band, write


@pytest.mark.parametrize(("status", "code"), [("ok", 0), ("not_converged", 3), ("failed", 3)])
@pytest.mark.parametrize("as_json", [True, False])
def test_status_is_the_exit_status(status, code, as_json):
    result = HypotestResult(1.0, status=status, message="why")

    @click.command()
    def command():
        write(result, ["a", "b"], status=result.status, as_json=as_json)

    done = CliRunner().invoke(command)
    assert done.exit_code == code
    if not as_json:
        assert done.stdout == "a\nb\n"
        return
    found = json.loads(done.stdout)
    assert list(found) == list(vars(result))
    assert found["CLs_obs"] is None
    assert found["CLs_exp"] == dict.fromkeys(("m2", "m1", "median", "p1", "p2"))
    assert found["status"] == status


def test_columns_lie_below_one_another():
    rows = with_band([("CLs", 0.5, Band(0.1, 0.2, np.float64(0.3), 0.4, math.nan))])
    above, below = aligned([*rows, ("mu_hat", "1.5")])[:2]
    assert above.split("  ")[-1] == "+2 sigma"
    assert below.endswith("    none")
    assert len(above) == len(below)
    assert aligned([("a", "1"), ("bcd",)]) == ["a    1", "bcd"]


def test_numbers_have_the_digits_that_people_read():
    assert [number(value) for value in (0.123456789, math.nan, None, 1e-30)] == [
        *("0.12346", "none", "none", "1e-30")
    ]
