"""Matrices whose rows kernels read and write as vectors: aligned, and without a rest.

A row begins a line of the processor's cache, and is filled up with zeros to a whole line: loads and
stores that cross lines take twice as long.
"""

import numpy as np

from fitscan.model.arrays import FloatArray

__all__ = ["aligned_rows", "filled_up"]

_LINE = 64 // np.dtype(float).itemsize


def filled_up(columns: int) -> int:
    """Return the number of columns, filled up to whole lines."""
    return columns + -columns % _LINE


def aligned_rows(rows: int, columns: int) -> FloatArray:
    """Return zeros, (rows, columns filled up)."""
    columns = filled_up(columns)
    memory = np.zeros(rows * columns + _LINE)
    begin = -(memory.ctypes.data // memory.itemsize) % _LINE
    return memory[begin : begin + rows * columns].reshape(rows, columns)
