"""Matrices whose rows kernels read and write as vectors: aligned, and without a rest.

A row begins a line of the processor's cache, and is filled up with zeros to a whole line: loads and
stores that cross lines take twice as long.
"""

import numpy as np

from fitscan.model.arrays import FloatArray

__all__ = ["LINE", "aligned", "aligned_rows", "continued_rows"]

# Numbers in a line.
LINE = 64 // np.dtype(float).itemsize


def aligned_rows(rows: int, columns: int) -> FloatArray:
    """Return zeros, (rows, columns filled up)."""
    found = _memory(rows, columns)
    found.fill(0.0)
    return found


def continued_rows(first: FloatArray, rows: int, columns: int) -> FloatArray:
    """Return a matrix with zeros beside and below it, (rows, columns filled up)."""
    found = _memory(rows, columns)
    height, width = first.shape
    found[:height, :width] = first
    found[:height, width:] = 0.0
    found[height:] = 0.0
    return found


def aligned(size: int) -> FloatArray:
    """Return zeros, (size,), of memory that is filled up behind them."""
    return aligned_rows(1, size)[0, :size]


def _memory(rows: int, columns: int) -> FloatArray:
    """Return memory for a matrix, with anything in it."""
    columns += -columns % LINE
    memory = np.empty(rows * columns + LINE)
    begin = -(memory.ctypes.data // memory.itemsize) % LINE
    return memory[begin : begin + rows * columns].reshape(rows, columns)
