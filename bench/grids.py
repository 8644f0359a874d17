"""Likelihoods of any number of points: some whose fits take no time, and the example."""

import json
import sys
from itertools import islice, product
from pathlib import Path

from fitscan.columns import EXPECTED
from fitscan.plan.scan import read_scan, shard_keys
from fitscan.plan.shards import write_shard
from fitscan.strictjson import digest

__all__ = ["write_example", "write_finished_scan", "write_likelihood"]

EXAMPLE = Path(__file__).parent.parent / "resources" / "example"

CONFIG = """\
analyses:
  grid: {workspace: grid/workspace.json, patches: grid/patchset.json}
"""

WORKSPACE = {
    "version": "1.0.0",
    "channels": [
        {
            "name": "SR",
            "samples": [
                {
                    "name": "background",
                    "data": [20.0, 5.0],
                    "modifiers": [{"name": "stat", "type": "staterror", "data": [2.0, 1.0]}],
                }
            ],
        }
    ],
    "observations": [{"name": "SR", "data": [20.0, 5.0]}],
    "measurements": [{"name": "nominal", "config": {"poi": "mu_SIG", "parameters": []}}],
}


def write_likelihood(folder: Path, *, points: int) -> None:
    """Write grid.yaml, a workspace and a patchset over a square of masses."""
    side = -(-(points**0.5) // 1)
    masses = islice(product(range(int(side)), repeat=2), points)
    patchset = {
        "version": "1.0.0",
        "metadata": {
            "description": "made for benchmarks",
            "references": {"hepdata": "ins0000000"},
            "digests": {"sha256": digest(WORKSPACE)},
            "labels": ["m1", "m2"],
        },
        "patches": [_patch(100 + 10 * m1, 10 * m2) for m1, m2 in masses],
    }
    (folder / "grid").mkdir()
    (folder / "grid.yaml").write_text(CONFIG)
    (folder / "grid/workspace.json").write_text(json.dumps(WORKSPACE))
    (folder / "grid/patchset.json").write_text(json.dumps(patchset))


def write_example(folder: Path, *, points: int) -> None:
    """Write grid.yaml and the example with so many signal hypotheses, every 5 GeV."""
    sys.path.insert(0, str(EXAMPLE))
    from make_example import patchset  # noqa: PLC0415
    from toy_background import workspace  # noqa: PLC0415
    from toy_signal import patch  # noqa: PLC0415

    masses = ((m, m_lsp) for m in range(150, 2000, 5) for m_lsp in range(0, m - 60, 5))
    background = workspace()
    signals = patchset(background)
    signals["patches"] = [patch(*each) for each in islice(masses, points)]
    (folder / "grid").mkdir()
    (folder / "grid.yaml").write_text(CONFIG)
    (folder / "grid/workspace.json").write_text(json.dumps(background))
    (folder / "grid/patchset.json").write_text(json.dumps(signals))


def write_finished_scan(folder: Path) -> None:
    """Write the shards that are planned, with numbers that look like those of a scan."""
    results = folder / "results/grid/hypotest"
    scan = read_scan(results / "plan/scan.json")
    points = dict(zip(scan.keys, scan.points, strict=True))
    for plan in results.glob("plan/[0-9a-f]*.json"):
        rows = []
        for key in shard_keys(plan):
            m1, m2 = map(float, points[key].values)
            CLs = min(1.0, (m1 * m1 + m2 * m2) / 4e6)
            rows.append(
                {
                    "key": key,
                    "mu_test": 1.0,
                    "mu_hat": 0.1,
                    "CLs_obs": CLs,
                    **{
                        column: min(1.0, CLs * (0.5 + band / 4))
                        for band, column in enumerate(EXPECTED)
                    },
                    "status": "ok",
                    "message": "",
                    "engine": "made up",
                    "wall_s": 0.0,
                    "cpu_s": 0.0,
                }
            )
        write_shard(results / f"shards/{plan.name}", rows)


def _patch(m1: int, m2: int) -> dict[str, object]:
    strength = 5000.0 / (m1 + m2 / 10.0)
    sample = {
        "name": "signal",
        "data": [round(strength / 3, 6), round(2 * strength / 3, 6)],
        "modifiers": [{"name": "mu_SIG", "type": "normfactor", "data": None}],
    }
    return {
        "metadata": {"name": f"m_{m1}_{m2}", "values": [m1, m2]},
        "patch": [{"op": "add", "path": "/channels/0/samples/1", "value": sample}],
    }
