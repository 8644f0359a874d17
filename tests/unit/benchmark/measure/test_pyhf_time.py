"""pyhf in a process of its own."""

import json
import os

from fitscan.benchmark.measure.conditions import pinned_environment
from fitscan.benchmark.measure.pyhf_time import time_pyhf
from fitscan.likelihood.folder import read_index, write_folder
from fitscan.likelihood.patches import read_patchset

SETTINGS = {
    "mu_test": 1.0,
    "test_stat": "qtilde",
    "poi_bounds": None,
    "measurement": None,
    "interpolation": {"normsys": "code4", "histosys": "code4p"},
    "engine": "compiled",
}


def test_pyhf_is_timed_on_each_point_of_a_sample(tiny, tmp_path):
    workspace = tiny.workspace()
    patchset = tiny.patchset([(100, 0), (200, 0), (300, 0)], workspace)
    patches = read_patchset(patchset, workspace, where="patchset")
    write_folder(
        tmp_path,
        workspace=json.dumps(workspace).encode(),
        patches=patches,
        measurement="nominal",
        source={},
    )
    points = read_index(tmp_path / "points.json").points
    answer = time_pyhf(
        tmp_path / "workspace.json",
        tmp_path / "patchset.json",
        points[::2],
        settings=SETTINGS,
        environment=pinned_environment(os.environ),
    )
    assert answer["engine"].endswith("-numpy-scipy")
    assert answer["once_s"] > 0.0
    assert [(point["name"], point["status"]) for point in answer["points"]] == [
        *(("m_100_0", "ok"), ("m_300_0", "ok")),
    ]
    for point in answer["points"]:
        assert 0.0 < point["cpu_s"] < 10.0
        assert point["wall_s"] > 0.0
