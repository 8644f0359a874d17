"""Kernels of the engine, called from Python."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from fitscan.engines.compiled.kernels.linear import Work
from fitscan.engines.compiled.machine_code.jit import entry
from fitscan.engines.compiled.machine_code.references import by_reference


@cache
def called(kernel: Any) -> Callable[..., Any]:
    """Return an entry that does what a kernel does."""
    return entry(kernel.py_func)


def work(size: int) -> Work:
    """Return memory for matrices of so many rows."""
    rows = size + 3
    return by_reference(
        Work(np.zeros(rows, np.int64), np.zeros((rows, 2)), np.empty(size), np.empty(0))
    )
