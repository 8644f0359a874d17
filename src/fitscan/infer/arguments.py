"""The arguments of ``pyhf.infer``, checked, as a model of the engine with its data.

Takes numbers in pyhf's order, as lists or as tensors of any of its backends.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from fitscan.errors import ConfigError
from fitscan.infer.pyhf_models import Converted, converted
from fitscan.model import Model
from fitscan.model.arrays import Data, FloatArray
from fitscan.model.ranges import in_range

__all__ = ["checked_options", "checked_strength", "number_of", "poi_index", "prepared"]

# What each type of calculator takes, as pyhf's classes of them do.
_OPTIONS: dict[str, dict[str, Any]] = {
    "asymptotics": {"test_stat": "qtilde", "calc_base_dist": "normal"},
    "toybased": {"test_stat": "qtilde", "ntoys": 2000, "track_progress": True},
}
_TEST_STATS = {"asymptotics": ("qtilde", "q", "q0"), "toybased": ("qtilde", "q")}
_DISTRIBUTIONS = ("normal", "clipped_normal")


def prepared(
    data: Any, pdf: Any, init_pars: Any, par_bounds: Any, fixed_params: Any
) -> tuple[Converted, Model]:
    """Return a model of pyhf converted, and with the data and options of a call.

    Raises:
        ConfigError: An argument is not valid.
        ModelError: The model holds what the engine does not compute.
    """
    found, config, poi = converted(pdf), pdf.config, poi_index(pdf)
    names = config.par_names
    count = len(names)
    init = _numbers("init_pars", _or(init_pars, config.suggested_init), (count,))
    bounds = _numbers("par_bounds", _or(par_bounds, config.suggested_bounds), (count, 2))
    fixed = _numbers("fixed_params", _or(fixed_params, config.suggested_fixed), (count,)) != 0.0
    if fixed[poi]:
        raise ConfigError(
            "the parameter of interest is fixed, so no other strength can be tested",
            value=names[poi],
            hint="see fixed_params",
        )
    for name, value, (lower, upper) in zip(names, init, bounds, strict=True):
        if not lower <= value <= upper:
            raise ConfigError(
                f"the initial value of {name!r} lies outside of its bounds [{lower:g}, {upper:g}]",
                value=float(value),
                hint="change init_pars or par_bounds",
            )
    model = found.model
    ours = np.empty((3, count))
    ours[:, found.places] = init, bounds[:, 0], bounds[:, 1]
    held = np.empty(count, dtype=bool)
    held[found.places] = fixed
    return found, replace(
        model,
        poi=int(found.places[poi]),
        init=ours[0],
        lower=ours[1],
        upper=ours[2],
        fixed=held | found.idle | (ours[1] >= ours[2]),
        data=_data(data, found),
    )


def poi_index(pdf: Any) -> int:
    """Return the number of the parameter of interest of a model of pyhf, in pyhf's order.

    Raises:
        ConfigError: The model has none, or is not one that ``converted`` takes.
        ModelError: The model holds what the engine does not compute.
    """
    converted(pdf)
    index: int | None = pdf.config.poi_index
    if index is None:
        raise ConfigError("the model has no parameter of interest", hint="set poi_name of it")
    return index


def checked_options(calctype: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a calculator, with defaults where they are left out.

    Raises:
        ConfigError: There is no such calculator or option, or its value is not valid.
    """
    if calctype not in _OPTIONS:
        raise ConfigError("there is no such calctype", value=calctype, hint=_either(_OPTIONS))
    known = _OPTIONS[calctype]
    for name in given:
        if name not in known:
            raise ConfigError(
                f"hypotest has no argument {name!r} for calctype {calctype!r}", hint=_either(known)
            )
    options = {**known, **given}
    _check_choice("test_stat", options["test_stat"], _TEST_STATS[calctype], calctype)
    if calctype == "asymptotics":
        _check_choice("calc_base_dist", options["calc_base_dist"], _DISTRIBUTIONS, calctype)
    elif not _is_count(options["ntoys"]):
        raise ConfigError("ntoys is not a whole number of 1 or more", value=options["ntoys"])
    return options


def checked_strength(model: Model, mu: float) -> None:
    """Refuse to hold the parameter of interest beyond its bounds.

    Raises:
        ConfigError: It lies beyond them.
    """
    lower, upper = float(model.lower[model.poi]), float(model.upper[model.poi])
    if not lower <= mu <= upper:
        raise ConfigError(
            f"{model.names[model.poi]!r} would have to be held outside of its bounds "
            f"[{lower:g}, {upper:g}]",
            value=mu,
            hint="change par_bounds",
        )


def number_of(name: str, value: Any) -> float:
    """Return an argument that is one number, also as a tensor of one.

    Raises:
        ConfigError: It is not.
    """
    found = _array(name, value)
    if found.size != 1 or not np.isfinite(found).all():
        raise ConfigError(f"{name} is not one finite number", value=value)
    return float(found.reshape(()))


def _data(data: Any, found: Converted) -> Data:
    """Return events and auxiliary measurements, which pyhf has in one vector."""
    bins = found.model.arrays.bins
    numbers = _numbers("data", data, (bins + len(found.measured),))
    if not in_range(numbers) or (bins and numbers[:bins].min() < 0.0):
        raise ConfigError("data are not all finite, or events are negative", value=data)
    auxiliary = found.model.data.auxiliary.copy()
    auxiliary[found.measured] = numbers[bins:]
    return Data(np.ascontiguousarray(numbers[:bins]), auxiliary)


def _or(given: Any, suggested: Any) -> Any:
    """Return what is given; what the model suggests where that is nothing, as pyhf does."""
    return suggested() if given is None or len(given) == 0 else given


def _numbers(name: str, given: Any, shape: tuple[int, ...]) -> FloatArray:
    found = _array(name, given)
    if found.shape != shape:
        raise ConfigError(
            f"{name} has not the shape that the model needs, {shape}", value=found.shape
        )
    return found


def _array(name: str, given: Any) -> FloatArray:
    try:
        # A copy: arrays of JAX cannot be written, and kernels take one kind of arrays.
        return np.array(given, dtype=float)
    except (TypeError, ValueError, RuntimeError):
        pass
    raise ConfigError(
        f"{name} is nothing that NumPy makes an array of numbers of",
        value=type(given).__name__,
        hint="give a list, or an array of NumPy",
    )


def _check_choice(name: str, value: Any, known: tuple[str, ...], calctype: str) -> None:
    if value not in known:
        raise ConfigError(
            f"{name} is none that fitscan has for calctype {calctype!r}",
            value=value,
            hint=_either(known),
        )


def _either(known: Any) -> str:
    return f"there are {', '.join(known)}"


def _is_count(value: Any) -> bool:
    return isinstance(value, int | np.integer) and type(value) is not bool and int(value) >= 1
