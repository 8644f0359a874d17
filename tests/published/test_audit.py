"""pyhf's log-density at the minima of published likelihoods; it fits none of them itself here."""

import pytest
import yaml
from scan_settings import PYHF

from fitscan import strictjson
from fitscan.audit import audit_scan
from fitscan.config.check import check_config
from fitscan.kinds.registry import planned_scan
from fitscan.likelihood import read_index, read_signals
from fitscan.likelihood.fetch import fetch_likelihood

# Point, and by how much log-densities may differ: on 3L-RJ an auxiliary measurement of 2e11 events
# costs pyhf all but three digits.
POINTS = {
    "1Lbb": ("C1N2_Wh_hbb_1000_0", 1e-10),
    "staus": ("DS_280_160_Staus", 1e-10),
    "3L-RJ": ("ERJR_250p0_1p0", 1e-2),
}


@pytest.mark.parametrize("analysis", POINTS)
def test_pyhf_has_the_same_log_density(analysis, project_folder, data_folder, tmp_path):
    name, agreement = POINTS[analysis]
    config = yaml.safe_load((project_folder / "config/published.yaml").read_text())
    likelihood = config["analyses"][analysis]
    likelihood["archive"] = str(data_folder / "pallets" / f"{analysis}.tar.gz")
    config = check_config(config | {"analyses": {analysis: likelihood}, "engine": "compiled"})
    fetch_likelihood(config["analyses"][analysis], folder=tmp_path, cache=tmp_path / "archives")
    scan = planned_scan(read_index(tmp_path / "points.json"), config, "hypotest")
    points = [point for point in scan.points if point.name == name]
    [patch] = read_signals(tmp_path / "patchset.json", points)
    table = audit_scan(
        strictjson.parse((tmp_path / "workspace.json").read_bytes(), where="workspace"),
        [(name, patch)],
        refits=(),
        settings=scan.settings,
        options=PYHF,
    )
    assert table["outcome"].tolist() == ["agrees"] * 4
    assert table["difference"].abs().max() < agreement
