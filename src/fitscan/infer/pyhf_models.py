"""A ``pyhf.Model`` as a model of the engine, and where each of its parameters and data went.

Parameters are matched by what pyhf calls them, name and index, so that its order does not matter.
Initial values, bounds, fixed parameters and the parameter of interest belong to a call and not to
the model here: ``fitscan.infer.arguments``.

Takes the model by what it has and not by its class: pyhf need not be imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from fitscan import strictjson
from fitscan.errors import ConfigError, ModelError
from fitscan.model import Analysis, Model
from fitscan.model.arrays import FREE, BoolArray, IntArray

__all__ = ["Converted", "converted"]

# What pyhf takes where the settings of a model leave a type of modifier out.
_CODES_LEFT_OUT = {"histosys": "code0", "normsys": "code1"}
# Without code2, which in pyhf is another function beyond one standard deviation; see
# ``fitscan.model.interpolation``.
_CODES = {"histosys": ("code0", "code4p"), "normsys": ("code1", "code4")}

_ATTRIBUTES = ("spec", "config", "main_model")


@dataclass(frozen=True, eq=False)
class Converted:
    """A model of pyhf as one of the engine.

    Attributes:
        model: Without data, and without a parameter of interest.
        places: Parameter of ``model`` that each of pyhf's is, (parameters,).
        measured: Parameter of ``model`` that each auxiliary measurement is of, (auxdata,).
        idle: Parameters of ``model`` without a constraint and without effect, (parameters,).
        channels: The specification of the channels.
    """

    model: Model
    places: IntArray
    measured: IntArray
    idle: BoolArray
    channels: list[dict[str, Any]]

    @cached_property
    def digest(self) -> str:
        """The digest of the channels, which names the random streams of toys."""
        return strictjson.digest(self.channels)


# A model is converted when it is first asked for, and forgotten with it.
_CONVERTED: "WeakKeyDictionary[Any, Converted]" = WeakKeyDictionary()


def converted(pdf: Any) -> Converted:
    """Convert a ``pyhf.Model``, or find it converted.

    Raises:
        ConfigError: It is no ``pyhf.Model``, or one with an option that fitscan does not have.
        ModelError: It holds what the engine does not compute.
    """
    if not all(hasattr(pdf, name) for name in _ATTRIBUTES):
        raise ConfigError(
            "this is no pyhf.Model",
            value=type(pdf).__name__,
            hint="a workspace has one: pyhf.Workspace(...).model()",
        )
    found = _CONVERTED.get(pdf)
    if found is None:
        found = _CONVERTED[pdf] = _converted(pdf)
    return found


def _converted(pdf: Any) -> Converted:
    _check_options(pdf)
    spec, config = _plain(pdf.spec), pdf.config
    histosys, normsys = (_code(config, kind) for kind in ("histosys", "normsys"))
    model = Analysis(_workspace(spec), histosys=histosys, normsys=normsys).background()
    if model is None:
        raise ModelError("a model without samples has nothing to fit")
    place = {name: number for number, name in enumerate(model.names)}
    if len(place) < len(model.names) or set(place) != set(config.par_names):
        odd = set(place) ^ set(config.par_names)
        raise ModelError(
            "the parameters of the model are not those that fitscan finds in its specification",
            value=sorted(odd or {name for name in model.names if model.names.count(name) > 1})[:3],
            hint="a modifier of your own, or a name with brackets; use pyhf.infer",
        )
    places = np.array([place[name] for name in config.par_names])
    measured = [places[config.par_slice(name)] for name in config.auxdata_order]
    return Converted(
        model=model,
        places=places,
        measured=np.concatenate([np.empty(0, dtype=np.int64), *measured]),
        idle=model.fixed & (model.arrays.constraint == FREE) & (model.lower < model.upper),
        channels=spec["channels"],
    )


def _check_options(pdf: Any) -> None:
    """Refuse a model with options that change its likelihood, or of several data at once."""
    options = {
        "batch_size": getattr(pdf, "batch_size", None),
        "clip_sample_data": getattr(pdf.main_model, "clip_sample_data", None),
        "clip_bin_data": getattr(pdf.main_model, "clip_bin_data", None),
    }
    for name, value in options.items():
        if value is not None:
            raise ConfigError(
                f"fitscan does not have the option {name} of pyhf.Model",
                value=value,
                hint="make the model without it, or use pyhf.infer",
            )


def _code(config: Any, kind: str) -> str:
    """Return the interpolation code of a type of modifier."""
    code: str = config.modifier_settings.get(kind, {}).get("interpcode", _CODES_LEFT_OUT[kind])
    if code not in _CODES[kind]:
        raise ConfigError(
            f"fitscan does not have this interpolation of {kind} as pyhf has it",
            value=code,
            hint=f"it has {' and '.join(_CODES[kind])}",
        )
    return code


def _workspace(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a workspace of a specification, with no events, and nothing that is fixed."""
    bins = {channel["name"]: len(channel["samples"][0]["data"]) for channel in spec["channels"]}
    parameters = [
        {key: value for key, value in parameter.items() if key != "fixed"}
        for parameter in spec.get("parameters", [])
    ]
    return {
        "channels": spec["channels"],
        "observations": [{"name": name, "data": [0.0] * count} for name, count in bins.items()],
        "measurements": [{"name": "pyhf", "config": {"poi": "", "parameters": parameters}}],
    }


def _plain(part: Any) -> Any:
    """Return a part of a specification with lists instead of arrays."""
    if isinstance(part, Mapping):
        return {key: _plain(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_plain(value) for value in part]
    return part.tolist() if hasattr(part, "tolist") else part
