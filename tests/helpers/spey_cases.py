"""Workspaces and signals for the back end of spey."""

from typing import Any

__all__ = ["BACKGROUND", "CASES", "SIGNAL", "TWO_CHANNELS", "signal_of"]

# The example of the documentation of spey-pyhf.
BACKGROUND: dict[str, Any] = {
    "channels": [
        {
            "name": "singlechannel",
            "samples": [
                {
                    "name": "background",
                    "data": [50.0, 52.0],
                    "modifiers": [
                        {"name": "uncorr_bkguncrt", "type": "shapesys", "data": [3.0, 7.0]}
                    ],
                }
            ],
        }
    ],
    "observations": [{"name": "singlechannel", "data": [51.0, 48.0]}],
    "measurements": [{"name": "Measurement", "config": {"poi": "mu", "parameters": []}}],
    "version": "1.0.0",
}


def signal_of(yields: list[float], channel: int = 0, position: int = 1) -> dict[str, Any]:
    """Return the operation that adds a signal to a channel."""
    value = {
        "name": "signal",
        "data": yields,
        "modifiers": [{"name": "mu", "type": "normfactor", "data": None}],
    }
    return {"op": "add", "path": f"/channels/{channel}/samples/{position}", "value": value}


SIGNAL = [signal_of([12.0, 11.0])]

# A channel of signal and one of control, with every other type of modifier.
TWO_CHANNELS: dict[str, Any] = {
    "channels": [
        {
            "name": "SR",
            "samples": [
                {
                    "name": "top",
                    "data": [20.0, 8.0],
                    "modifiers": [
                        {"name": "k_top", "type": "normfactor", "data": None},
                        {"name": "lumi", "type": "lumi", "data": None},
                        {"name": "JES", "type": "normsys", "data": {"hi": 1.1, "lo": 0.92}},
                        {
                            "name": "shape",
                            "type": "histosys",
                            "data": {"hi_data": [22.0, 7.5], "lo_data": [18.5, 8.6]},
                        },
                        {"name": "stat_SR", "type": "staterror", "data": [1.5, 1.0]},
                    ],
                }
            ],
        },
        {
            "name": "CR",
            "samples": [
                {
                    "name": "top",
                    "data": [200.0],
                    "modifiers": [
                        {"name": "k_top", "type": "normfactor", "data": None},
                        {"name": "lumi", "type": "lumi", "data": None},
                        {"name": "JES", "type": "normsys", "data": {"hi": 1.04, "lo": 0.97}},
                    ],
                }
            ],
        },
    ],
    "observations": [{"name": "SR", "data": [23.0, 7.0]}, {"name": "CR", "data": [190.0]}],
    "measurements": [
        {
            "name": "first",
            "config": {
                "poi": "mu",
                "parameters": [
                    {
                        "name": "lumi",
                        "auxdata": [1.0],
                        "bounds": [[0.9, 1.1]],
                        "inits": [1.0],
                        "sigmas": [0.02],
                    }
                ],
            },
        }
    ],
    "version": "1.0.0",
}

CASES = {
    "documentation": (BACKGROUND, SIGNAL),
    "two channels": (TWO_CHANNELS, [signal_of([4.0, 6.0])]),
    "scarce": (
        {**BACKGROUND, "observations": [{"name": "singlechannel", "data": [45.0, 60.0]}]},
        [signal_of([0.0, 15.0], position=0)],
    ),
}
