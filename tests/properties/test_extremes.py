"""Numbers that no likelihood should have: refused by name, or a row with a status, in time."""

import math

import pytest
from answered import Worker, read_question
from sensible import faults

# CPU time, far more than any of these takes.
PATIENCE_S = 20.0

REFUSED = {
    "signal_of_1e308": "sample 'signal' of channel 'c0': data is too large in bin 4: 1.7e+308",
    "signal_of_1e308_beside_1e16": (
        "sample 'signal' of channel 'c0': data is too large in bin 2: 1.7e+308"
    ),
    "limits_signal_of_1e200": (
        "sample 'signal' of channel 'c1': data is too large in bin 1: 1e+200"
    ),
    "limits_signal_of_1e308": (
        "sample 'signal' of channel 'c0': data is too large in bin 1: 1.7e+308"
    ),
}


@pytest.fixture(scope="module")
def worker():
    with Worker() as worker:
        yield worker


@pytest.fixture
def answer(worker):
    def answer(name):
        response = worker.answer(read_question(name), within_cpu_s=PATIENCE_S)
        assert not faults(response)
        [row] = response["rows"]
        return row

    return answer


@pytest.mark.parametrize("name", REFUSED)
def test_yield_beyond_all_reason_is_refused_by_sample_channel_and_bin(answer, name):
    row = answer(name)
    assert row["status"] == "failed"
    assert row["message"].startswith(REFUSED[name])


def test_search_for_limits_ends_beside_a_yield_of_1e16(answer):
    row = answer("limits_yield_of_1e16")
    assert row["status"] == "not_converged"
    assert row["message"] == (
        "free: the NLL is 1e+16, too large for CLs to be computed from it: "
        "bin 2 of channel 'c0' expects 1e+16 events and has 87.6225"
    )


def test_point_of_toys_without_a_likelihood_has_no_test_statistic(worker):
    """It was infinite, and the row named that instead of the fit."""
    question = read_question("slow_point")
    signal = question.ops[0]["value"] | {"data": [-1e4, -1e4, -1e4]}
    question = question._replace(
        ops=[question.ops[0] | {"value": signal}], settings=question.settings | {"kind": "toys"}
    )
    [row] = worker.answer(question, within_cpu_s=PATIENCE_S)["rows"]
    assert row["status"] == "not_converged"
    assert "the likelihood is 0 where the fit starts: bin 1 of channel 'c0'" in row["message"]


@pytest.mark.parametrize("name", ["slow_point", "lumi_of_width_1e-8"])
def test_point_that_was_slow_or_failed_is_fitted(answer, name):
    assert answer(name)["status"] == "ok"


def test_fit_that_stalls_at_rates_of_0_ends(worker):
    """It went round for 100,000 steps, and each of six fits did so three times: 20 CPU s a row."""
    question = read_question("stalled_at_rates_of_0")
    rows = worker.answer(question, within_cpu_s=PATIENCE_S)["rows"]
    assert [row["status"] for row in rows] == ["not_converged"] * 3


def test_exhaustive_search_along_valleys_ends(answer):
    """Seventy of its fits went on for 100,000 steps each: 35 CPU s."""
    assert answer("exhaustive_along_valleys")["status"] == "ok"


def test_pulls_beyond_all_reason_are_said_without_a_warning(worker):
    """Their squares overflow."""
    rows = worker.answer(read_question("pulls_of_1e200"), within_cpu_s=PATIENCE_S)["rows"]
    assert {row["status"] for row in rows} == {"not_converged"}


def test_asimov_data_of_the_lowest_background_without_likelihood_at_the_start(answer):
    """By how much the NLL is lower was infinite, and the row was said to be not finite."""
    row = answer("asimov_data_without_likelihood")
    assert row["status"] == "ok"
    assert 0.0 <= row["delta_nll"] < math.inf
