"""Kernels of the engine, called from Python."""

from collections.abc import Callable
from functools import cache
from typing import Any

from fitscan.engines.compiled.kernels.buffers import (
    Dimensions,
    FitBuffers,
    buffers_for,
    new_work,
)
from fitscan.engines.compiled.kernels.expansion import Expansion, expand
from fitscan.engines.compiled.kernels.linear import Work
from fitscan.engines.compiled.machine_code.jit import entry
from fitscan.engines.compiled.machine_code.references import by_reference
from fitscan.model.arrays import FloatArray, Model


@cache
def called(kernel: Any) -> Callable[..., Any]:
    """Return an entry that does what a kernel does."""
    return entry(kernel.py_func)


def work(size: int) -> Work:
    """Return memory for matrices of so many rows."""
    return by_reference(new_work(Dimensions(0, 0, 0, alphas=size, entries=0, parameters=size)))


def expanded(model: Model, pars: FloatArray) -> tuple[Expansion, FitBuffers]:
    """Return the expansion at some parameters, and buffers with its derivatives."""
    here, buffers = expand(model.arrays, model.data, pars), buffers_for(model.arrays)
    _fill(buffers.derivatives, here.derivatives)
    return here, buffers


def _fill(ours: Any, theirs: Any) -> None:
    """Copy the arrays of a NamedTuple into the same of another, which may be longer."""
    for mine, other in zip(ours, theirs, strict=True):
        if isinstance(other, tuple):
            _fill(mine, other)
        else:
            mine[tuple(map(slice, other.shape))] = other
