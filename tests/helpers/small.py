"""Small workspaces, spelled out as briefly as their content allows."""

from typing import Any

import numpy as np

from fitscan.model import Analysis, Model
from fitscan.model.arrays import Data


def sample(name: str, yields: list[float], *modifiers: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "data": yields, "modifiers": list(modifiers)}


def modifier(name: str, kind: str, data: Any = None) -> dict[str, Any]:
    return {"name": name, "type": kind, "data": data}


def normsys(name: str, hi: float, lo: float) -> dict[str, Any]:
    return modifier(name, "normsys", {"hi": hi, "lo": lo})


def histosys(name: str, hi: list[float], lo: list[float]) -> dict[str, Any]:
    return modifier(name, "histosys", {"hi_data": hi, "lo_data": lo})


MU = modifier("mu", "normfactor")


def luminosity(sigma: float) -> dict[str, Any]:
    """Return the parameter that modifiers of type lumi share, as a measurement sets it."""
    return {
        "name": "lumi",
        "inits": [1.0],
        "bounds": [[0.5, 1.5]],
        "auxdata": [1.0],
        "sigmas": [sigma],
    }


def workspace(
    channels: dict[str, list[dict[str, Any]]],
    observed: dict[str, list[float]],
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return a workspace whose parameter of interest is mu."""
    return {
        "version": "1.0.0",
        "channels": [{"name": name, "samples": samples} for name, samples in channels.items()],
        "observations": [{"name": name, "data": data} for name, data in observed.items()],
        "measurements": [
            {"name": "nominal", "config": {"poi": "mu", "parameters": parameters or []}}
        ],
    }


def one_channel(
    *samples: dict[str, Any],
    observed: list[float],
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return workspace({"SR": list(samples)}, {"SR": observed}, parameters)


def model_of(document: dict[str, Any], **options: Any) -> Model:
    """Return the model of a workspace that is its own background."""
    return Analysis(document, **options).model(document)


def long_valley() -> tuple[Model, Data]:
    """Return a model and other data than its own, to which a fit at mu = 1 takes over 200 steps.

    It starts where the fit to its own data ends.
    """
    variations = [normsys(f"x{number}", 5.0, 0.2) for number in range(5)]
    shapes = [histosys("x0", [-0.9], [0.4]), histosys("x1", [1.1], [-0.2])]
    model = model_of(
        one_channel(
            sample("signal", [4.0], MU),
            sample("background", [10.0]),
            sample("small", [0.1], *shapes, *variations),
            observed=[10.0],
        )
    )
    data = Data(np.array([9.0]), np.array([0.15, 1.14, 4.09, 0.87, 1.1, 0.0]))
    return model, data


def counting(
    observed: float,
    *,
    signal: float = 6.0,
    background: float = 9.0,
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return a counting experiment: its NLL has its minimum at mu = (n - b) / s."""
    return one_channel(
        sample("signal", [signal], MU),
        sample("background", [background]),
        observed=[observed],
        parameters=parameters,
    )
