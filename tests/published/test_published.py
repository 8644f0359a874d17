"""A sample of points of three published likelihoods, against what pyhf is known to answer."""

import csv
from pathlib import Path

import numpy as np
import pytest
import yaml
from requested import fitted

from fitscan.columns import CLS
from fitscan.config.check import check_config
from fitscan.likelihood import read_index
from fitscan.likelihood.fetch import fetch_likelihood

# Some 20 CPU s a point on 1Lbb, 6 on staus and 0.3 on 3L-RJ. `make published` fits all.
SAMPLE = {
    "1Lbb": ["C1N2_Wh_hbb_1000_0", "C1N2_Wh_hbb_900_250"],
    "staus": ["DS_100_1_Staus", "DS_280_160_Staus", "DS_440_80_Staus"],
    "3L-RJ": ["ERJR_100p0_20p0", "ERJR_250p0_1p0"],
}
POINTS = {"1Lbb": 125, "staus": 57, "3L-RJ": 64}

# Known from the authors of the funcX paper (arXiv:2103.02182): pyhf, qtilde, mu = 1, observed.
KNOWN = {"C1N2_Wh_hbb_1000_0": 0.5856783708143126, "C1N2_Wh_hbb_900_250": 0.457341690236}


@pytest.fixture(scope="module")
def configuration(project_folder, data_folder):
    """config/published.yaml with the archives on this machine."""
    config = yaml.safe_load((project_folder / "config/published.yaml").read_text())
    for name, analysis in config["analyses"].items():
        analysis["archive"] = str(data_folder / "pallets" / f"{name}.tar.gz")
    return check_config(config)


@pytest.fixture(scope="module")
def fetched(configuration, tmp_path_factory):
    """Each likelihood, fetched once."""
    folder = tmp_path_factory.mktemp("likelihoods")
    for name, analysis in configuration["analyses"].items():
        fetch_likelihood(analysis, folder=folder / name, cache=folder / "archives")
    return folder


@pytest.mark.parametrize("analysis", POINTS)
def test_every_hypothesis_is_found_in_the_order_of_the_reference(analysis, fetched, data_folder):
    index = read_index(fetched / analysis / "points.json")
    assert len(index.points) == POINTS[analysis]
    assert {point.name for point in index.points} == set(reference(data_folder, analysis))


@pytest.mark.parametrize(
    ("analysis", "name"), [(analysis, name) for analysis in SAMPLE for name in SAMPLE[analysis]]
)
def test_pyhf_agrees_with_the_reference(analysis, name, fetched, configuration, data_folder):
    row = fitted(fetched / analysis, configuration | {"engine": "pyhf"}, name)
    expected = reference(data_folder, analysis)[name]
    assert row["status"] == "ok", row["message"]
    for column in CLS:
        assert row[column] == pytest.approx(float(expected[column]), abs=1e-4), column
    if name in KNOWN:
        assert row["CLs_obs"] == pytest.approx(KNOWN[name], abs=1e-5)


# Points at which pyhf's SLSQP ends in another minimum, by its own log-density: at 375_50 in one
# that is higher by 0.146 in NLL, and at 650_0 by 0.006, where MINUIT from the same initial values
# ends where the engine does; at the others in one that is lower, by 0.010 to 0.063, which MINUIT
# finds at 650_50 only.
HIGHER = {
    "1Lbb": {
        f"C1N2_Wh_hbb_{masses}" for masses in ("375_50", "650_0", "400_150", "550_250", "650_50")
    },
    "staus": set(),
}


@pytest.mark.parametrize("analysis", HIGHER)
def test_the_compiled_engine_agrees_with_the_reference_at_every_point(
    analysis, fetched, configuration, data_folder
):
    """A few points of 1Lbb differ by more than 2e-5, where SLSQP stops short of the minimum."""
    config = configuration | {"minima": "default"}
    known = reference(data_folder, analysis)
    differences = {}
    for name in known:
        row = fitted(fetched / analysis, config, name)
        assert row["status"] == "ok", row["message"]
        differences[name] = max(abs(row[column] - float(known[name][column])) for column in CLS)
    assert {name for name, by in differences.items() if by > 1e-4} == HIGHER[analysis]
    same = [by for name, by in differences.items() if name not in HIGHER[analysis]]
    assert np.percentile(same, 95) < 3e-5


def test_the_compiled_engine_agrees_with_minuit_where_slsqp_stops_early(
    fetched, configuration, data_folder
):
    """3L-RJ: MINUIT converges at nine points, and at two of them ends elsewhere by 1e-2."""
    known = {
        name: row for name, row in reference(data_folder, "3L-RJ_minuit").items() if row["CLs_obs"]
    }
    near = []
    for name in known:
        row = fitted(fetched / "3L-RJ", configuration | {"minima": "default"}, name)
        near.append(max(abs(row[column] - float(known[name][column])) for column in CLS) < 1e-4)
    assert (len(known), sum(near)) == (9, 7)


def reference(data_folder: Path, analysis: str):
    with (data_folder / "reference" / f"{analysis}.csv").open() as file:
        return {row["name"]: row for row in csv.DictReader(file)}
