"""The parameters of a layout under a measurement: all that is known before the yields are.

Hypotheses that add the same parameters share a parameter set.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from fitscan.errors import ModelError
from fitscan.model.arrays import BoolArray
from fitscan.model.layout import Layout, channel_parts
from fitscan.model.parameters import Block, Columns, block_columns, concatenated
from fitscan.model.staterrors import (
    StatisticalUncertainties,
    check_relative,
    relative_uncertainties,
)

__all__ = ["ParameterSet", "make_parameter_set"]


@dataclass(frozen=True)
class ParameterSet:
    """The parameters of a model.

    Attributes:
        layout: Where each stands.
        names: What pyhf calls them: ``mu_SIG``, ``staterror_SR[1]``.
        poi: Index of the parameter of interest; -1 without.
        poi_bounded: Whether its upper bound is somebody's choice and not the default.
        columns: Their constraints and bounds, but for what depends on yields:
        sigma_open: Parameters whose sigma the yields give, (parameters,).
        tau_open: The same of tau.
        auxiliary_open: Those whose auxiliary measurement is tau.
        fixed_open: Those that are held where the yields have no uncertainty.
        staterrors_shared: Whether a staterror stands in several channels.
    """

    layout: Layout
    names: tuple[str, ...]
    poi: int
    poi_bounded: bool
    columns: Columns
    sigma_open: BoolArray
    tau_open: BoolArray
    auxiliary_open: BoolArray
    fixed_open: BoolArray
    staterrors_shared: bool

    def filled(self, uncertainties: StatisticalUncertainties) -> Columns:
        """Return the columns with the uncertainties of yields.

        Raises:
            ModelError: An uncertainty is not finite.
        """
        alphas = len(self.layout.alphas)
        known = np.zeros((2, len(self.names)))
        known[0, alphas:], known[1, alphas:] = (
            relative_uncertainties(uncertainties),
            uncertainties.tau,
        )
        check_relative(known[0, alphas:], self.layout)
        exact = known <= 0.0
        sigma, tau = np.where(exact, 1.0, known)
        columns = self.columns
        return columns._replace(
            sigma=np.where(self.sigma_open, sigma, columns.sigma),
            tau=np.where(self.tau_open, tau, columns.tau),
            auxiliary=np.where(self.auxiliary_open, tau, columns.auxiliary),
            fixed=np.where(self.fixed_open, exact.all(axis=0), columns.fixed),
        )


def make_parameter_set(
    layout: Layout,
    measurement: Mapping[str, Any],
    *,
    poi_bounds: tuple[float, float] | None = None,
    nonnegative: bool = False,
    signal: bool = True,
) -> ParameterSet:
    """Apply a measurement to the parameters of a layout.

    Args:
        layout: The parameters.
        measurement: Configuration of the measurement.
        poi_bounds: Bounds of the parameter of interest; None takes those of the measurement.
        nonnegative: Bound it at 0 from below, whatever its bounds are.
        signal: Whether there is a parameter of interest.

    Raises:
        ModelError: The measurement says something impossible of a parameter.
    """
    if signal:  # what a hypothesis keeps of the background need not be a valid model by itself
        _check_shared_values(layout, measurement)
    user = {part["name"]: part for part in measurement.get("parameters", [])}
    values = channel_parts(layout)
    parts = [
        block_columns(block, user=user.get(block.name), part=values.get(key, slice(None)))
        for key, block in layout.blocks.items()
    ]
    columns = concatenated([*_alpha_columns(layout, user), *parts])
    poi = -1
    if signal:
        poi = _poi_index(layout, measurement["poi"])
        _bound_poi(columns, poi, measurement["poi"], poi_bounds, nonnegative=nonnegative)
    return ParameterSet(
        layout=layout,
        names=_names(layout),
        poi=poi,
        poi_bounded=poi_bounds is not None or "bounds" in user.get(measurement["poi"], {}),
        columns=columns,
        sigma_open=_open(layout, {"staterror"}, user, "sigmas"),
        tau_open=_open(layout, {"shapesys"}, user, "factors"),
        auxiliary_open=_open(layout, {"shapesys"}, user, "auxdata"),
        fixed_open=_open(layout, {"staterror", "shapesys"}, user, "fixed"),
        staterrors_shared=len(values) > len({name for name, _ in values}),
    )


def _alpha_columns(layout: Layout, user: Mapping[str, Any]) -> list[Columns]:
    """Return the columns of the alphas."""
    if not layout.alphas:
        return []
    if user.keys().isdisjoint(layout.alphas):
        return [block_columns(Block("", "alpha", len(layout.alphas)))]
    return [block_columns(Block(name, "alpha", 1), user=user.get(name)) for name in layout.alphas]


def _open(layout: Layout, kinds: set[str], user: Mapping[str, Any], key: str) -> BoolArray:
    """Tell which parameters of some kinds the measurement leaves to the yields."""
    alphas = len(layout.alphas)
    found = np.zeros(alphas + layout.factors, dtype=bool)
    for name, block in layout.blocks.items():
        if block.kind in kinds and key not in user.get(block.name, {}):
            first = alphas + layout.first[name]
            found[first : first + block.size] = True
    return found


def _check_shared_values(layout: Layout, measurement: Mapping[str, Any]) -> None:
    """Refuse a measurement that gives a staterror more or fewer values than it has in all."""
    sizes = Counter[str]()
    for (name, channel), block in layout.blocks.items():
        sizes[name] += block.size if channel else 0
    for part in measurement.get("parameters", []):
        for key in ("inits", "bounds", "auxdata", "sigmas"):
            if sizes[part["name"]] and len(part.get(key, [])) not in {0, sizes[part["name"]]}:
                raise ModelError(
                    f"the measurement gives parameter {part['name']!r} a wrong number of {key}",
                    value=len(part[key]),
                    hint=f"it has {sizes[part['name']]}",
                )


def _names(layout: Layout) -> tuple[str, ...]:
    """Return the names of the parameters as pyhf writes them."""
    names = list(layout.alphas)
    parts = channel_parts(layout)
    for key, block in layout.blocks.items():
        start = parts[key].start if key in parts else 0
        names += (
            [block.name]
            if block.scalar
            else [f"{block.name}[{start + n}]" for n in range(block.size)]
        )
    return tuple(names)


def _poi_index(layout: Layout, name: str) -> int:
    """Find the parameter of interest, which is a single one."""
    if name in layout.alphas:
        return layout.alphas[name]
    carried = [block for block in layout.blocks.values() if block.name == name]
    size = sum(block.size for block in carried)
    if size == 1:
        return len(layout.alphas) + layout.first[name, carried[0].channel]
    if carried:
        raise ModelError(
            f"the parameter of interest is a {carried[0].kind} of several bins",
            value={"name": name, "parameters": size},
            hint="signal strength is one number: a sample needs a normfactor of that name; or"
            " choose another measurement",
        )
    raise ModelError(
        "no sample carries the parameter of interest",
        value=name,
        hint="a sample needs a normfactor of that name; or choose another measurement",
    )


def _bound_poi(
    columns: Columns,
    poi: int,
    name: str,
    bounds: tuple[float, float] | None,
    *,
    nonnegative: bool,
) -> None:
    """Set the bounds of the parameter of interest; without mu = 0 there is no test."""
    if columns.fixed[poi]:
        raise ModelError(
            "the measurement holds the parameter of interest fixed",
            value=name,
            hint="remove `fixed`, or choose another measurement; pyhf rejects it too",
        )
    lower, upper = bounds or (float(columns.lower[poi]), float(columns.upper[poi]))
    if nonnegative:
        lower = max(lower, 0.0)
    if not lower <= 0.0 < upper:
        raise ModelError(
            f"the bounds of {name!r} exclude 0, the signal strength without a signal",
            value=[lower, upper],
            hint="set poi_bounds, such as [0, 10]",
        )
    columns.lower[poi], columns.upper[poi] = lower, upper
    columns.init[poi] = min(max(float(columns.init[poi]), lower), upper)
