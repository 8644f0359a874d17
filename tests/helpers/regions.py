"""Likelihoods of several channels, and signals in some of them."""

from collections.abc import Mapping
from typing import Any

__all__ = ["BACKGROUNDS", "search", "signal_in"]

# Two signal regions, one of them with two bins, and two control regions.
BACKGROUNDS: dict[str, list[float]] = {
    "SRlow": [8.0, 4.0],
    "SRhigh": [2.5],
    "CRtop": [600.0],
    "CRZ": [90.0],
}


def search(backgrounds: Mapping[str, list[float]] = BACKGROUNDS) -> dict[str, Any]:
    """Return a background-only workspace with one free background in all channels."""
    free = {"name": "mu_bkg", "type": "normfactor", "data": None}
    return {
        "version": "1.0.0",
        "channels": [
            {"name": name, "samples": [{"name": "bkg", "data": data, "modifiers": [free]}]}
            for name, data in backgrounds.items()
        ],
        "observations": [
            {"name": name, "data": [float(round(events)) for events in data]}
            for name, data in backgrounds.items()
        ],
        "measurements": [{"name": "nominal", "config": {"poi": "mu_SIG", "parameters": []}}],
    }


def signal_in(**events: list[float]) -> list[dict[str, Any]]:
    """Return a patch that adds a signal to channels of ``search``."""
    mu = {"name": "mu_SIG", "type": "normfactor", "data": None}
    return [
        {
            "op": "add",
            "path": f"/channels/{list(BACKGROUNDS).index(name)}/samples/-",
            "value": {"name": "signal", "data": data, "modifiers": [mu]},
        }
        for name, data in events.items()
    ]
