"""CLs and minima against pyhf's own, on points drawn with a fixed seed.

`python bench/accuracy.py` asks the same of all 246 points, which takes 20 minutes; its numbers are
in docs/engine.md.
"""

import importlib

import pytest

POINTS = 3


@pytest.fixture(scope="module")
def accuracy(project_folder, data_folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(project_folder / "bench")
        patch.setenv("FITSCAN_DATA", str(data_folder))
        yield importlib.import_module("accuracy")


@pytest.fixture(scope="module")
def analyses(accuracy):
    return {name: accuracy.Published(name) for name in accuracy.ANALYSES}


@pytest.mark.parametrize("name", ["1Lbb", "staus", "3L-RJ"])
def test_no_minimum_is_above_those_of_slsqp_and_minuit(name, accuracy, analyses):
    rows = [
        row
        for point in accuracy.sample(analyses[name], POINTS)
        for row in accuracy.minima(analyses[name], point)
    ]
    assert len(rows) == POINTS * 4 * 2
    assert all(row["SLSQP converged"] and row["MINUIT converged"] for row in rows)
    assert [row for row in rows if not row["above"] <= accuracy.SAME_NLL] == []


# MINUIT stops where it estimates the NLL to be 1e-4 from the minimum, and takes 15 s on 1Lbb.
@pytest.mark.parametrize(
    ("name", "by", "tolerance"),
    [
        ("1Lbb", "SLSQP", 1e-5),
        ("staus", "SLSQP", 1e-5),
        ("staus", "MINUIT", 2e-4),
        ("3L-RJ", "SLSQP", 1e-4),
    ],
)
def test_pyhf_alone_ends_where_its_minimisers_end_on_our_nll(
    name, by, tolerance, accuracy, analyses
):
    [point] = accuracy.sample(analyses[name], 1)
    off = accuracy.confirmed(analyses[name], point, by)
    assert off.keys() == accuracy.FITS.keys()
    assert all(abs(size) < tolerance for size in off.values()), off
