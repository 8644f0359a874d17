"""Decorators of what is compiled: entries, kernels and helpers.

Python calls entries; entries call kernels, which call other kernels and helpers. An entry is
compiled when it is first called, together with all below it (``machine_code.linking``), and its
machine code is kept (``machine_code.cache``). Kernels and helpers allocate nothing: the
memory that they fill is made by NumPy (``kernels.buffers``).

With a version of numba other than those that ``libraries`` was checked with, numba links as it does
by itself, which takes four times as long, and kernels are inlined by force: else a kernel that two
others call has two copies, and which of them runs, with sums in which order, depends on what was
loaded before.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numba
from numba.core.registry import CPUDispatcher

from fitscan.engines.compiled.machine_code.cache import EntryDispatcher
from fitscan.engines.compiled.machine_code.linking import (
    CHECKED,
    DisjointCompiler,
    EntryCompiler,
    KernelCompiler,
)

__all__ = ["disjoint", "entry", "helper", "kernel"]

P = ParamSpec("P")
R = TypeVar("R")

_OPTIONS: dict[str, Any] = {
    "nopython": True,
    "boundscheck": None,
    # Sums may be reordered and fused, so that they use the processor's vectors; infinity and NaN
    # keep their meaning, on which kernels rely.
    "fastmath": {"reassoc", "contract", "arcp", "nsz"},
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
}
_ENTRY: dict[str, Any] = {}
_KERNEL: dict[str, Any] = {}
_DISJOINT: dict[str, Any] = {}
if numba.__version__ in CHECKED:
    _OPTIONS["_nrt"] = False  # nothing is allocated, so that nothing is counted
    _ENTRY, _KERNEL = {"pipeline_class": EntryCompiler}, {"pipeline_class": KernelCompiler}
    _DISJOINT = {"pipeline_class": DisjointCompiler}


def entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile what Python calls when it is first called, or load its machine code."""
    compiled: Callable[P, R] = EntryDispatcher(function, targetoptions=dict(_OPTIONS), **_ENTRY)
    return compiled


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile what entries and other kernels call, with one copy in each entry."""
    return _below_an_entry(function, inline=not _KERNEL, **_KERNEL)


def helper(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a few lines, which become part of the kernels that call them."""
    return _below_an_entry(function, inline=True, **_KERNEL)


def disjoint(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a helper of which no array that it writes overlaps another one.

    Its loops then work on vectors with no check of that first, which a loop over many arrays would
    not pass: LLVM makes no more than eight comparisons.
    """
    return _below_an_entry(function, inline=True, **_DISJOINT)


def _below_an_entry(function: Callable[P, R], *, inline: bool, **pipeline: Any) -> Callable[P, R]:
    options = {**_OPTIONS, "no_cpython_wrapper": True, "forceinline": inline}
    compiled: Callable[P, R] = _KernelDispatcher(function, targetoptions=options, **pipeline)
    return compiled


class _KernelDispatcher(CPUDispatcher):  # type: ignore[misc]  # numba has no types
    def __call__(self, *_: Any, **__: Any) -> Any:
        """Refuse to be called from Python, since there is nothing to call."""
        raise TypeError(f"{self.__name__} is a kernel: only entries can be called from Python")
