"""One point of a fetched likelihood, fitted as a shard would have it fitted."""

import json
from pathlib import Path
from typing import Any

from fitscan.engines.registry import engine_version
from fitscan.kinds.registry import planned_scan
from fitscan.likelihood import read_index, read_signals
from fitscan.worker.request import FORMAT
from fitscan.worker.run import run


def fitted(folder: Path, config: dict[str, Any], name: str) -> dict[str, Any]:
    """Send the request that a shard would send for one point."""
    scan = planned_scan(read_index(folder / "points.json"), config, "hypotest")
    point = next(point for point in scan.points if point.name == name)
    request = {
        "format": FORMAT,
        "engine": engine_version(scan.settings),
        "workspace": {"digest": scan.workspace, "path": str(folder / "workspace.json")},
        "settings": scan.settings,
        "points": [
            {
                "key": "key",
                "name": name,
                "signal": read_signals(folder / "patchset.json", [point])[0].content,
            }
        ],
    }
    response = json.loads(run(json.dumps(request).encode()))
    assert response["ok"], response
    row: dict[str, Any] = response["rows"][0]
    return row
