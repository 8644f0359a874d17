"""Small inputs that once failed: files of tests/cases, with right values and their source."""

import json
from pathlib import Path
from typing import Any

from fitscan import strictjson
from fitscan.config.check import check_config
from fitscan.engines.registry import engine_version
from fitscan.kinds.registry import planned_scan
from fitscan.likelihood import read_index, read_signals
from fitscan.likelihood.fetch import fetch_likelihood
from fitscan.model.check import check_models
from fitscan.worker.request import FORMAT
from fitscan.worker.run import run

__all__ = ["fit_case", "fit_files", "read_case"]

CASES = Path(__file__).parents[1] / "cases"


def read_case(name: str) -> dict[str, Any]:
    """Return a case: ``workspace``, ``patchset``, ``scan``, ``minima``, ``right``."""
    case: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text())
    return case


def fit_case(name: str, folder: Path) -> dict[str, Any]:
    """Fetch, check and fit the only point of a case, and return its row."""
    case = read_case(name)
    (folder / "workspace.json").write_text(json.dumps(case["workspace"]))
    (folder / "patchset.json").write_text(json.dumps(case["patchset"]))
    analysis = {
        "workspace": str(folder / "workspace.json"),
        "patches": str(folder / "patchset.json"),
    }
    config = {"scans": {"scan": case["scan"]}, "minima": case["minima"]}
    [row] = fit_files(analysis, folder, **config)
    return row


def fit_files(analysis: dict[str, Any], folder: Path, **options: Any) -> list[dict[str, Any]]:
    """Fit all points of an analysis by its only scan as the workflow does, and return their rows.

    Args:
        analysis: What a configuration says of it.
        folder: Where its verified likelihood goes.
        options: Keys of the configuration beside ``analyses``.
    """
    config = check_config({"analyses": {"case": analysis}, **options})
    index = fetch_likelihood(
        config["analyses"]["case"], folder=folder / "likelihood", cache=folder / "cache"
    )
    if config["engine"] == "compiled" and config["fallback"] == "none":
        check_models(folder / "likelihood", interpolation=config["interpolation"])
    [scan_name] = config["scans"]
    scan = planned_scan(read_index(folder / "likelihood/points.json"), config, scan_name)
    signals = read_signals(folder / "likelihood/patchset.json", scan.points)
    request = {
        "format": FORMAT,
        "engine": engine_version(scan.settings),
        "workspace": {
            "digest": index.workspace,
            "path": str(folder / "likelihood/workspace.json"),
        },
        "settings": scan.settings,
        "points": [
            {"key": key, "name": point.name, "signal": signal.content}
            for key, point, signal in zip(scan.keys, scan.points, signals, strict=True)
        ],
    }
    response = strictjson.parse(run(json.dumps(request).encode()), where="response")
    assert response["ok"], response
    rows: list[dict[str, Any]] = response["rows"]
    return rows
