"""Likelihoods that were refused as a whole are fetched and fitted, to the right numbers."""

import json
from pathlib import Path

import pytest
from scan_settings import COMPILED, WITH_PYHF

from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.engines.pyhf.reference import fit_point
from fitscan.likelihood import read_signals
from fitscan.likelihood.fetch import fetch_likelihood
from fitscan.model.check import check_models

# Observed CLs by pyhf with two minimisers, from the files of the cases; None for no number.
RIGHT = 0.10165
CASES = {
    "one_empty_patch": {"p1": RIGHT, "p2": None},
    "text_label": {"p_A_100": RIGHT, "p_B_100": RIGHT},
    "only_text_labels": {"p_A": RIGHT, "p_B": RIGHT},
    "patch_brings_its_measurement": {"point": RIGHT},
}


@pytest.fixture
def fetch(write_case, tmp_path, monkeypatch):
    """Fetch a case into the folder ``out`` of the working directory."""
    monkeypatch.chdir(tmp_path)

    def fetched(name):
        write_case(name, tmp_path)
        likelihood = dict.fromkeys(("archive", "sha256", "measurement"))
        likelihood |= {"workspace": "workspace.json", "patches": "patchset.json"}
        fetch_likelihood(likelihood, folder=tmp_path / "out", cache=tmp_path)

    return fetched


@pytest.mark.parametrize("engine", ["compiled", "pyhf"])
@pytest.mark.parametrize(("name", "right"), CASES.items(), ids=CASES)
def test_rows_of_an_odd_likelihood_have_the_right_numbers(fetch, name, right, engine):
    fetch(name)
    settings = COMPILED if engine == "compiled" else WITH_PYHF
    index = check_models(Path("out"), interpolation=settings["interpolation"])
    settings = settings | {"measurement": index.measurement}
    workspace = json.loads(Path("out/workspace.json").read_text())
    compiled = CompiledEngine(workspace, COMPILED | settings)
    points = [point for point in index.points if point.name in right]
    for point, signal in zip(points, read_signals(Path("out/patchset.json"), points), strict=True):
        if point.refused:
            assert right[point.name] is None
            continue
        hypothesis = signal.apply(workspace, name=point.name)
        fit = compiled.fit_point if engine == "compiled" else lambda h: fit_point(h, settings)
        row = fit(hypothesis)
        assert row["status"] == "ok"
        assert row["CLs_obs"] == pytest.approx(right[point.name], abs=1e-5)
