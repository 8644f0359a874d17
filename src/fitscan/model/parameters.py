"""The parameters of a model: which there are, where they stand, how each is constrained.

A *block* is a parameter with one value for each bin, or a single value. The defaults are pyhf's
(``pyhf.modifiers``, 0.7.6); a measurement may override initial values, bounds, whether a parameter
is fixed, auxiliary data and widths.

    modifier              constraint                      initial value, bounds
    normsys, histosys     Gaussian, 0 +- 1                0, [-5, 5]
    lumi                  Gaussian, by the measurement    by the measurement
    staterror             Gaussian, 1 +- relative error   1, [1e-10, 10]
    shapesys              Poisson, tau = (n / error)^2    1, [1e-10, 10]
    normfactor            none                            1, [0, 10]
    shapefactor           none                            1, [0, 10]
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from fitscan.errors import ModelError
from fitscan.model.arrays import FREE, GAUSSIAN, POISSON, BoolArray, FloatArray, IntArray

__all__ = ["Block", "Columns", "block_columns", "concatenated"]

_OVERRIDES = {"inits", "bounds", "fixed", "auxdata", "sigmas", "factors"}


@dataclass(frozen=True)
class Block:
    """A parameter of the workspace.

    Attributes:
        name: Its name.
        kind: Type of its modifier; ``alpha`` for normsys and histosys, which may share one.
        size: Number of its values.
        channel: Its channel when it is a staterror, whose bins may lie in several channels.
    """

    name: str
    kind: str
    size: int
    channel: str = ""

    @property
    def scalar(self) -> bool:
        """Whether pyhf names it without an index."""
        return self.kind in {"alpha", "normfactor", "lumi"}


class Columns(NamedTuple):
    """One entry a parameter; see ``fitscan.model.arrays`` for their meaning."""

    init: FloatArray
    lower: FloatArray
    upper: FloatArray
    fixed: BoolArray
    constraint: IntArray
    auxiliary: FloatArray
    sigma: FloatArray
    tau: FloatArray


# Constraint, initial value, bounds, auxiliary measurement.
_DEFAULTS: dict[str, tuple[int, float, float, float, float]] = {
    "alpha": (GAUSSIAN, 0.0, -5.0, 5.0, 0.0),
    "lumi": (GAUSSIAN, np.nan, np.nan, np.nan, np.nan),
    "staterror": (GAUSSIAN, 1.0, 1e-10, 10.0, 1.0),
    "shapesys": (POISSON, 1.0, 1e-10, 10.0, 1.0),
    "normfactor": (FREE, 1.0, 0.0, 10.0, 0.0),
    "shapefactor": (FREE, 1.0, 0.0, 10.0, 0.0),
}


def block_columns(
    block: Block, *, user: Mapping[str, Any] | None = None, part: slice = slice(None)
) -> Columns:
    """Return the columns of a block, as far as they do not depend on yields.

    Args:
        block: The block.
        user: What the measurement says of it.
        part: Which of the measurement's values are of this block, where a name has several.

    Raises:
        ModelError: The measurement says something impossible.
    """
    columns = _default_columns(block.kind, block.size)
    if user:
        columns = _overridden(columns, block, user, part)
    if user or block.kind == "lumi":
        _check(columns, block)
    return columns


@lru_cache(maxsize=256)
def _default_columns(kind: str, size: int) -> Columns:
    """Return the columns of a block of which the measurement says nothing; to be read only."""
    constraint, init, lower, upper, auxiliary = _DEFAULTS[kind]
    return Columns(
        init=np.full(size, init),
        lower=np.full(size, lower),
        upper=np.full(size, upper),
        fixed=np.zeros(size, dtype=bool),
        constraint=np.full(size, constraint),
        auxiliary=np.full(size, auxiliary),
        sigma=np.ones(size),
        tau=np.ones(size),
    )


def concatenated(parts: Sequence[Columns]) -> Columns:
    """Return the columns of several blocks, in their order; no block makes no columns."""
    if not parts:
        return block_columns(Block("", "normfactor", 0))
    # Copies, also of a single block.
    return Columns(*map(np.concatenate, zip(*parts, strict=True)))


def _overridden(columns: Columns, block: Block, user: Mapping[str, Any], part: slice) -> Columns:
    """Apply what a measurement says of a parameter, as pyhf does."""
    allowed = {"name", "inits", "bounds", "fixed"}
    allowed |= {"auxdata"} if columns.constraint[0] != FREE else set()
    allowed |= {"lumi": {"sigmas"}, "staterror": {"sigmas"}, "shapesys": {"factors"}}.get(
        block.kind, set()
    )
    unused = {key for key in user if user[key]} - allowed
    if unused:
        raise ModelError(
            f"the measurement sets a property that parameter {block.name!r} does not have",
            value=sorted(unused)[0],
            hint=f"{block.kind} has {', '.join(sorted(allowed - {'name'}))}",
        )
    values = {
        key: np.asarray(user[key], dtype=float)[part]
        for key in user.keys() & _OVERRIDES
        if key != "fixed"
    }
    for key, value in values.items():
        if value.shape != ((block.size, 2) if key == "bounds" else (block.size,)):
            raise ModelError(
                f"the measurement gives parameter {block.name!r} a wrong number of {key}",
                value=len(value),
                hint=f"it has {block.size}, and a bound two numbers",
            )
    bounds = values.get("bounds", np.stack([columns.lower, columns.upper], axis=1))
    fixed = columns.fixed
    if "fixed" in user:
        fixed = np.full(block.size, bool(user["fixed"]))
    return columns._replace(
        init=values.get("inits", columns.init),
        lower=np.ascontiguousarray(bounds[:, 0]),
        upper=np.ascontiguousarray(bounds[:, 1]),
        fixed=fixed,
        auxiliary=values.get("auxdata", columns.auxiliary),
        sigma=values.get("sigmas", columns.sigma),
        tau=values.get("factors", columns.tau),
    )


def _check(columns: Columns, block: Block) -> None:
    """Refuse what no minimiser could start from."""
    hint = f"set it under `parameters` of the measurement, for {block.name!r}"
    if block.kind == "lumi" and np.isnan(columns.init + columns.lower + columns.auxiliary).any():
        raise ModelError(
            "the measurement does not define the luminosity",
            value=block.name,
            hint=f"{hint}: inits, bounds, auxdata and sigmas",
        )
    if (columns.lower > columns.upper).any():
        raise ModelError(
            f"the lower bound of {block.name!r} is above the upper one",
            value=[float(columns.lower.max()), float(columns.upper.min())],
            hint=hint,
        )
    outside = (columns.init < columns.lower) | (columns.init > columns.upper)
    if outside.any():
        raise ModelError(
            f"the initial value of {block.name!r} lies outside its bounds",
            value=float(columns.init[outside][0]),
            hint=f"{hint}: bounds [{columns.lower[outside][0]:g}, {columns.upper[outside][0]:g}]",
        )
    if (columns.sigma <= 0).any() or (columns.tau <= 0).any():
        raise ModelError(f"the constraint of {block.name!r} has no width", hint=hint)
