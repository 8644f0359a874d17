"""The record of a run of two analyses, of which nothing is on disk."""

from typing import Any

import pytest

from fitscan.config.check import check_config

SHA256 = "0" * 64


@pytest.fixture
def record() -> dict[str, Any]:
    configuration = check_config(
        {
            "analyses": {
                "local": {"workspace": "w.json", "patches": "p{m}.json", "title": "A search"},
                "cited": {
                    "archive": "10.17182/hepdata.1.v1/r1",
                    "workspace": "w.json",
                    "patches": "p.json",
                    "cite": {"paper": "A paper", "hepdata": "10.17182/hepdata.1"},
                },
            }
        },
        expand=False,
    )
    described = {"sha256": SHA256, "bytes": 12}
    return {
        "format": 1,
        "run": {
            "date": "2026-01-02T03:04:05+00:00",
            "command": "snakemake --cores 4",
            "machine": {},
            "threads": {},
            "outputs": {"results/local/hypotest/timings.csv": described},
        },
        "software": {
            "fitscan": {"version": "0.1.0", "revision": "abc", "dirty": True},
            "python": "3.11.7",
            "packages": {"numpy": "2.0.0"},
            "lock": {"file": "envs/requirements.txt", "sha256": SHA256},
        },
        "configuration": configuration,
        "inputs": {
            name: {
                **{key: analysis[key] for key in ("archive", "workspace", "patches")},
                "measurement": "m",
                "verify_digest": True,
                "archive_sha256": SHA256 if analysis["archive"] else None,
                "workspace_digest": "1" * 64,
                "patchset_sha256": "2" * 64,
                "points": 3,
                "refused": 0,
            }
            for name, analysis in configuration["analyses"].items()
        },
        "scans": [
            {
                "analysis": "local",
                "scan": "hypotest",
                "settings": {},
                "points": 3,
                "points_of_likelihood": 3,
                "keys_digest": "k",
                "engines": ["compiled"],
            }
        ],
        "outputs": {"results/local/hypotest/results.csv": described},
    }
