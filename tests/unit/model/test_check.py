"""What the compiled engine refuses is said before anything is fitted, by the name of the point."""

import json

import pytest
from scan_settings import WITH_PYHF

from fitscan.errors import ModelError
from fitscan.likelihood import apply_patch, read_index, read_operations
from fitscan.likelihood.fetch import fetch_likelihood
from fitscan.model.check import check_models
from fitscan.reference import fit_point

CODES = {"histosys": "code4p", "normsys": "code4"}


@pytest.fixture
def fetch(tiny, tmp_path):
    """Fetch a likelihood of two points, the second with these normsys factors."""

    def fetched(data):
        workspace = tiny.workspace()
        patchset = tiny.patchset([(100, 0), (200, 0)], workspace)
        patchset["patches"][1]["patch"][0]["value"]["modifiers"][1]["data"] = data
        (tmp_path / "w.json").write_text(json.dumps(workspace))
        (tmp_path / "p.json").write_text(json.dumps(patchset))
        likelihood = dict.fromkeys(("archive", "sha256", "measurement")) | {
            "workspace": str(tmp_path / "w.json"),
            "patches": str(tmp_path / "p.json"),
        }
        fetch_likelihood(likelihood, folder=tmp_path / "likelihood", cache=tmp_path)
        return tmp_path / "likelihood"

    return fetched


def test_every_point_has_a_model(fetch):
    check_models(fetch({"hi": 1.1, "lo": 0.9}), interpolation=CODES)


def test_point_that_the_engine_refuses_is_named_with_the_way_out(fetch):
    folder = fetch({"hi": 1.1, "lo": -0.1})
    with pytest.raises(ModelError) as caught:
        check_models(folder, interpolation=CODES)
    for words in ("'m_200_0'", "'signal' of channel 'SR'", "'theory'", "as a histosys"):
        assert words in str(caught.value)


def test_fallback_is_a_way_out_where_pyhf_computes_what_is_meant(fetch):
    folder = fetch({"hi": 1.1, "lo": 0.0})
    check_models(folder, interpolation=CODES)
    with pytest.raises(ModelError, match=r"normsys: code4.*; or set fallback: pyhf"):
        check_models(folder, interpolation=CODES | {"normsys": "code1"})


def test_fallback_is_not_named_as_a_way_out_where_pyhf_fails_too(fetch):
    """Was a bug: whoever followed the hint got NaN from pyhf."""
    folder = fetch({"hi": 1.1, "lo": -0.1})
    with pytest.raises(ModelError) as caught:
        check_models(folder, interpolation=CODES)
    assert "fallback" not in str(caught.value)
    workspace = json.loads((folder / "workspace.json").read_text())
    [operations] = read_operations(
        folder / "patchset.json", read_index(folder / "points.json").points[1:]
    )
    row = fit_point(apply_patch(workspace, operations, where="patch"), WITH_PYHF)
    assert row["status"] != "ok"
