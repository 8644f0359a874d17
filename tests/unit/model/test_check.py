"""What the compiled engine refuses is said before anything is fitted, by the name of the point."""

import json

import pytest

from fitscan.errors import ModelError
from fitscan.likelihood.fetch import fetch_likelihood
from fitscan.model.check import check_models

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
    for words in ("'m_200_0'", "'signal' of channel 'SR'", "'theory'", "fallback: pyhf"):
        assert words in str(caught.value)
