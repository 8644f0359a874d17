"""Rows with a number that is not finite fail, and say which."""

import pytest

from fitscan.worker.finite_rows import finite_row

ROW = {"key": "k", "mu_test": 1.0, "CLs_obs": 0.1, "mu_hat": None, "status": "ok", "message": ""}


def test_a_row_of_finite_numbers_stays_as_it_is():
    row = ROW | {"values": [0.5, None], "n_minima": 10**400}
    assert finite_row(row) is row


@pytest.mark.parametrize("value", [float("inf"), float("nan"), [0.5, float("-inf")]])
def test_a_row_with_a_number_that_is_not_finite_fails(value):
    row = finite_row(ROW | {"mu_up_obs": value, "message": "flat in 1 direction"})
    assert row == ROW | {
        "CLs_obs": None,
        "mu_up_obs": None,
        "status": "failed",
        "message": "not finite: mu_up_obs; flat in 1 direction",
    }
