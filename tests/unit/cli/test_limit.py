"""``fitscan limit`` says what ``Likelihood.upper_limit`` finds."""

import json
from dataclasses import asdict

import fitscan as package

SIGNAL = "m_200_0.json"


def test_answer_is_that_of_python(answer):
    expected = package.Likelihood("workspace.json").upper_limit(SIGNAL, level=0.9)
    found = answer("limit", "workspace.json", SIGNAL, "--level", "0.9")
    assert found == json.loads(json.dumps(asdict(expected)))


def test_table_has_the_numbers(fitscan):
    found = package.Likelihood("workspace.json").upper_limit(SIGNAL)
    said = fitscan("limit", "workspace.json", SIGNAL).stdout.splitlines()
    assert said[0] == f"{SIGNAL}, upper limits on mu at 95 % CL"
    assert said[2].split() == ["mu", *(f"{n:.5g}" for n in (found.observed, *found.expected))]
    assert [line.split()[-1] for line in said[3:5]] == [
        *(f"{found.p0:.5g}", f"{found.significance:.5g}")
    ]


def test_lower_minimum_has_its_lines(fitscan, monkeypatch):
    test = package.HypotestResult(1.0, lowest=package.HypotestResult(1.0, delta_nll=0.1))
    lowest = package.LimitsResult(0.95, 2.5, package.Band(), 0.1, 0.5)
    found = package.LimitsResult(0.95, 1.5, package.Band(), 0.1, 0.75, lowest=lowest, test=test)
    monkeypatch.setattr(package.Likelihood, "upper_limit", lambda *_, **__: found)
    said = [line.split() for line in fitscan("limit", "workspace.json", SIGNAL).stdout.splitlines()]
    assert said[2][:2] == ["mu", "1.5"]
    assert said[3][:4] == ["at", "lowest", "minima", "2.5"]
    assert said[5:7] == [["significance", "0.75"], ["at", "lowest", "minima", "0.5"]]


def test_level_that_is_none_is_one_line(fitscan):
    done = fitscan("limit", "workspace.json", SIGNAL, "--level", "95", status=1)
    assert done.stderr.startswith("ConfigError: the confidence level")
    assert len(done.stderr.splitlines()) == 1
