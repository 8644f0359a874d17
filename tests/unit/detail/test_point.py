"""All of one point in detail, also where a part of it fails."""

import pytest
from scan_settings import COMPILED

from fitscan.detail import point
from fitscan.errors import ModelError
from fitscan.likelihood.signals import JsonPatch
from fitscan.tables.notes import NOTE


@pytest.fixture
def detail(tiny):
    def of():
        signal = JsonPatch(tiny.patch(10.0))
        return point.point_detail(
            tiny.workspace(), signal, name="a", settings=COMPILED, test_size=0.05
        )

    return of


def test_a_point_has_fits_and_CLs_along_the_signal_strength(detail):
    about, tables = detail()
    assert (about.point, list(about.fits), list(about.mu_scan)) == ("a", [], [])
    assert set(tables["parameters"]["fit"]) == {"background", "free"}
    limits = tables["mu_scan"].query("kind == 'upper limit'")
    assert set(limits["CLs"]) == {0.05}
    assert (limits["mu"] > 0.0).all()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModelError("it is not supported"), "The compiled engine cannot fit it: it is not supp"),
        (ValueError("a bug"), "ValueError: a bug"),
    ],
    ids=["refused", "a bug"],
)
def test_fits_that_fail_are_a_note_and_stop_nothing_else(detail, monkeypatch, error, said):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(point, "point_fit_results", fail)
    about, tables = detail()
    assert said in " ".join(about.fits)
    assert len(tables["parameters"]) == 0
    assert len(tables["mu_scan"]) > 0


def test_a_scan_that_fails_is_a_note_in_its_place(detail, monkeypatch):
    def fail(*_, **__):
        raise ValueError("a bug")

    monkeypatch.setattr(point, "mu_scan", fail)
    _, tables = detail()
    assert "ValueError: a bug" in tables["mu_scan"][NOTE][0]
    assert len(tables["parameters"]) > 0
