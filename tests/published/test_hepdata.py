"""Submissions of published likelihoods are valid, and their numbers those of the results."""

import pandas as pd
import pytest
import yaml

from fitscan.columns import CLS
from fitscan.config.check import check_config
from fitscan.contour import plane_table
from fitscan.hepdata import About, contour_tables, point_tables, write_submission

AXES = {"1Lbb": ["m1", "m2"], "staus": ["m_stau", "m_lsp"]}


@pytest.mark.parametrize("name", AXES)
def test_the_submission_of_a_published_search_is_valid(name, project_folder, data_folder, tmp_path):
    """From pyhf's known answers; that they are valid is checked as they are written."""
    known = pd.read_csv(data_folder / "reference" / f"{name}.csv")
    masses = known["name"].str.extract(r"_(\d+)_(\d+)").astype(float)
    results = known[["name"]].assign(**dict(zip(AXES[name], (masses[0], masses[1]), strict=True)))
    results = results.assign(mu_test=1.0, **known[list(CLS)], status="ok")
    text = (project_folder / "config/published.yaml").read_text()
    about = About(name, check_config(yaml.safe_load(text))["analyses"][name])
    x, y = (results[axis] for axis in AXES[name])
    exclusion = plane_table(x, y, {column: results[column] for column in CLS}, names=AXES[name])
    lines = contour_tables(exclusion, about, axes=AXES[name], test_size=0.05)
    scan = {"mu_test": 1.0, "level": 0.95, "test_stat": "qtilde", "minima": "default"}
    points = point_tables(results, about, scan=scan)
    write_submission(tmp_path, [*points, *lines], about, images={})

    table = yaml.safe_load((tmp_path / "cls.yaml").read_text())
    axes = [variable["header"] for variable in table["independent_variables"]]
    assert [axis["units"] for axis in axes] == ["GeV", "GeV"]
    observed, *_ = table["dependent_variables"]
    assert [entry["value"] for entry in observed["values"]] == results["CLs_obs"].tolist()
    assert {"name": "SQRT(S)", "value": 13000, "units": "GeV"} in observed["qualifiers"]
    assert {"Observed contour", "Expected contour"} <= {line.name for line in lines}
