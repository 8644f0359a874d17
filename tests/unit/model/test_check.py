"""What the compiled engine refuses is said before anything is fitted, by the name of the point."""

import json

import pytest
from scan_settings import WITH_PYHF

from fitscan.engines.pyhf.reference import fit_point
from fitscan.errors import ModelError
from fitscan.likelihood import read_index, read_signals
from fitscan.likelihood.fetch import fetch_likelihood
from fitscan.model.check import check_models

CODES = {"histosys": "code4p", "normsys": "code4"}


@pytest.fixture
def fetch(tiny, tmp_path):
    """Fetch a likelihood of two points, the second with these normsys factors, or both."""

    def fetched(data, *others):
        workspace = tiny.workspace()
        patchset = tiny.patchset([(100, 0), (200, 0)], workspace)
        for patch, factors in zip(reversed(patchset["patches"]), (data, *others), strict=False):
            patch["patch"][0]["value"]["modifiers"][1]["data"] = factors
        (tmp_path / "w.json").write_text(json.dumps(workspace))
        (tmp_path / "p.json").write_text(json.dumps(patchset))
        likelihood = dict.fromkeys(("archive", "sha256", "measurement")) | {
            "workspace": str(tmp_path / "w.json"),
            "patches": str(tmp_path / "p.json"),
        }
        fetch_likelihood(likelihood, folder=tmp_path / "likelihood", cache=tmp_path)
        return tmp_path / "likelihood"

    return fetched


SURE, REFUSED = {"hi": 1.1, "lo": 0.9}, {"hi": 1.1, "lo": -0.5}
WORDS = ("'m_200_0'", "'signal' of channel 'SR'", "'theory'", "as a histosys")


def test_every_point_has_a_model(fetch):
    index = check_models(fetch(SURE), interpolation=CODES)
    assert [point.refused for point in index.points] == ["", ""]


def test_point_that_the_engine_refuses_is_named_with_the_way_out_and_stops_no_other(fetch):
    """Was a bug: the whole likelihood was refused."""
    folder = fetch(REFUSED)
    index = check_models(folder, interpolation=CODES)
    assert read_index(folder / "points.json") == index
    fitted, refused = index.points
    assert fitted.refused == ""
    for words in WORDS:
        assert words in refused.refused


def test_a_likelihood_of_which_every_point_is_refused_is_refused(fetch):
    with pytest.raises(ModelError, match="none of the 2 points can be fitted; the first: the en"):
        check_models(fetch(REFUSED, REFUSED), interpolation=CODES)


def test_fallback_is_a_way_out_where_pyhf_computes_what_is_meant(fetch):
    folder = fetch({"hi": 1.1, "lo": 0.0})
    check_models(folder, interpolation=CODES)
    index = check_models(folder, interpolation=CODES | {"normsys": "code1"})
    assert "normsys: code4, which is continuous there; or set fallback: pyhf" in (
        index.points[1].refused
    )


def test_fallback_is_not_named_as_a_way_out_where_pyhf_fails_too(fetch):
    """Was a bug: whoever followed the hint got NaN from pyhf."""
    folder = fetch(REFUSED)
    refused = check_models(folder, interpolation=CODES).points[1]
    assert "fallback" not in refused.refused
    workspace = json.loads((folder / "workspace.json").read_text())
    [signal] = read_signals(folder / "patchset.json", [refused])
    row = fit_point(signal.apply(workspace, name="point"), WITH_PYHF)
    assert row["status"] != "ok"
