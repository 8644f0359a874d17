"""A hypothesis whose cross-section is moved by its uncertainty: one parameter held at +1 or -1.

Takes a workspace with a patch applied, or without; gives the same with another configuration of its
measurements, which either engine fits like any other. The constraint of a parameter that is held is
one number in all fits to the same data, and at its minimum in the Asimov data, so it drops out of
both test statistics.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fitscan.columns import THEORY

__all__ = ["SHIFTS", "with_parameter_held"]

SHIFTS = dict(zip(THEORY, (1.0, -1.0), strict=True))
"""Where the parameter is held, in standard deviations, by the column of the observed CLs."""


def with_parameter_held(workspace: Mapping[str, Any], name: str, value: float) -> dict[str, Any]:
    """Return a workspace with a parameter held at a value in all its measurements.

    Everything but the measurements is the same object as in ``workspace``.
    """
    held = {"name": name, "inits": [value], "fixed": True}
    return {
        **workspace,
        "measurements": [
            {**measurement, "config": _with(measurement["config"], held)}
            for measurement in workspace["measurements"]
        ],
    }


def _with(config: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """Put the entry of a parameter into the configuration of a measurement; replace any it had."""
    others: Sequence[Mapping[str, Any]] = config.get("parameters", [])
    kept = [other for other in others if other["name"] != entry["name"]]
    return {**config, "parameters": [*kept, entry]}
