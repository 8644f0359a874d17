"""Small workspaces, spelled out as briefly as their content allows."""

from typing import Any

from fitscan.model import Analysis, Model


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
