"""``fitscan cls`` says what ``Likelihood`` finds."""

import json
from dataclasses import asdict

import pytest

import fitscan as package

SIGNAL = "m_200_0.json"


@pytest.fixture
def likelihood(files):
    return package.Likelihood("workspace.json")


def as_read(result):
    """Return a result as it is read from JSON."""
    return json.loads(json.dumps(asdict(result)))


def test_answer_is_that_of_python(answer, likelihood):
    found = answer("cls", "workspace.json", SIGNAL, "--mu", "0.5")
    assert found == as_read(likelihood.hypotest(SIGNAL, mu=0.5))
    assert answer("cls", "workspace.json", SIGNAL, "--test-poi", "0.5") == found


def test_table_has_the_numbers(fitscan, likelihood):
    said = fitscan("cls", "workspace.json", SIGNAL).stdout.splitlines()
    test = likelihood.hypotest(SIGNAL)
    assert said[0] == f"{SIGNAL}, mu = 1"
    assert said[2].split() == ["CLs", *(f"{n:.5g}" for n in (test.CLs_obs, *test.CLs_exp))]
    assert said[3].split() == ["mu_hat", f"{test.mu_hat:.5g}"]
    assert said[4:] == ["status: ok"]


def test_lower_minimum_has_its_lines(fitscan, monkeypatch):
    lowest = package.HypotestResult(1.0, 0.25, mu_hat=3.5, delta_nll=0.1)
    test = package.HypotestResult(1.0, 0.5, mu_hat=1.5, lowest=lowest, message="two minima")
    monkeypatch.setattr(package.Likelihood, "hypotest", lambda *_, **__: test)
    said = fitscan("cls", "workspace.json", SIGNAL).stdout.splitlines()
    labels = ["CLs", "  at lowest minima", "mu_hat", "  at lowest minima"]
    numbers = ["0.5", "0.25", "1.5", "3.5"]
    for line, label, number in zip(said[2:6], labels, numbers, strict=True):
        assert line[: len(label)] == label
        assert line[len("  at lowest minima") :].split()[0] == number
    assert said[6:] == ["status: ok", "message: two minima"]


def test_toys_are_those_of_python(answer, fitscan, likelihood):
    words = ["cls", "workspace.json", SIGNAL, "--toys", "100", "--seed", "5"]
    found = answer(*words)
    assert found == as_read(likelihood.toys(SIGNAL, signal=100, background=100, seed=5))
    said = fitscan(*words).stdout
    assert "toys: 100 with the signal, 100 without, 0 failed; seed 5" in said
    assert ("too few" in said) != found["enough"]
    assert f"{found['CLs_obs']:.5g}" in said


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--seed", "1"], "--seed and --processes need --toys"),
        (["--processes", "2"], "--seed and --processes need --toys"),
        (["--toys", "0"], ">="),
        (["--mu", "a"], "float"),
    ],
)
def test_option_without_a_meaning_ends_with_status_2(fitscan, options, told):
    assert told in fitscan("cls", "workspace.json", SIGNAL, *options, status=2).stderr


@pytest.mark.parametrize("mu", ["-1", "nan", "inf", "100"])
def test_strength_that_cannot_be_tested_is_one_line(fitscan, mu):
    done = fitscan("cls", "workspace.json", SIGNAL, "--mu", mu, status=1)
    assert len(done.stderr.splitlines()) == 1
