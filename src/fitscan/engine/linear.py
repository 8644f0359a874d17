"""Linear algebra of the minimiser: a preconditioner by the Woodbury identity, and Cholesky."""

import math
from typing import NamedTuple

import numpy as np

from fitscan.engine.jit import jit
from fitscan.model.arrays import Arrays, BoolArray, FloatArray, IntArray

__all__ = [
    "Preconditioner",
    "add_rows",
    "apply_preconditioner",
    "factorise",
    "negative_direction",
    "new_preconditioner",
    "set_preconditioner",
    "solve_factorised",
]


class Preconditioner(NamedTuple):
    """M = D + J^T W J, which is H without its off-diagonal middle term, in a form to invert.

    With V = W^(1/2) J,  M^-1 = D^-1 - D^-1 V^T (1 + V D^-1 V^T)^-1 V D^-1  (Woodbury).

    Attributes:
        inverse_diagonal: 1 / D of free parameters, 0 of others, (parameters,).
        scaled: V, (bins, parameters).
        factor: Lower Cholesky factor of 1 + V D^-1 V^T, (bins, bins).
        work: (bins,).
    """

    inverse_diagonal: FloatArray
    scaled: FloatArray
    factor: FloatArray
    work: FloatArray


@jit
def new_preconditioner(arrays: Arrays) -> Preconditioner:
    """Return room for the preconditioner of a model."""
    bins, count = arrays.bins, len(arrays.constraint)
    return Preconditioner(
        np.empty(count), np.empty((bins, count)), np.empty((bins, bins)), np.empty(bins)
    )


@jit
def set_preconditioner(
    constraint: FloatArray,
    curvature: FloatArray,
    weight: FloatArray,
    jacobian: FloatArray,
    free: BoolArray,
    out: Preconditioner,
) -> None:
    """Fill ``out`` for the ``free`` parameters; see ``fitscan.engine.derivatives``."""
    bins, count = out.scaled.shape
    for p in range(count):
        out.inverse_diagonal[p] = 0.0
        if not free[p]:
            continue
        if constraint[p] > 0.0:
            diagonal = max(constraint[p] + curvature[p], 0.1 * constraint[p])
        else:
            fisher = 0.0
            for b in range(bins):
                fisher += weight[b] * jacobian[b, p] ** 2
            diagonal = max(curvature[p], 1e-3 * fisher) + 1e-12
        out.inverse_diagonal[p] = 1.0 / diagonal
    for b in range(bins):
        root = math.sqrt(weight[b])
        for p in range(count):
            out.scaled[b, p] = root * jacobian[b, p]
    for a in range(bins):
        row = out.scaled[a]
        for b in range(a + 1):
            other = out.scaled[b]
            total = 1.0 if a == b else 0.0
            for p in range(count):
                total += row[p] * out.inverse_diagonal[p] * other[p]
            for k in range(b):
                total -= out.factor[a, k] * out.factor[b, k]
            if a == b:
                out.factor[a, a] = math.sqrt(max(total, 1e-14))
            else:
                out.factor[a, b] = total / out.factor[b, b]


@jit
def apply_preconditioner(vector: FloatArray, m: Preconditioner, out: FloatArray) -> None:
    """Put M^-1 times ``vector`` into ``out``."""
    bins, count = m.scaled.shape
    work = m.work
    for p in range(count):
        out[p] = m.inverse_diagonal[p] * vector[p]
    for b in range(bins):
        total = 0.0
        row = m.scaled[b]
        for p in range(count):
            total += row[p] * out[p]
        for k in range(b):
            total -= m.factor[b, k] * work[k]
        work[b] = total / m.factor[b, b]
    for b in range(bins - 1, -1, -1):
        total = work[b]
        for k in range(b + 1, bins):
            total -= m.factor[k, b] * work[k]
        work[b] = total / m.factor[b, b]
    for b in range(bins):
        row = m.scaled[b]
        for p in range(count):
            out[p] -= m.inverse_diagonal[p] * work[b] * row[p]


@jit
def add_rows(
    scale: FloatArray,
    rows: FloatArray,
    numbers: IntArray,
    out: FloatArray,
    target: int,
    first: int,
    last: int,
) -> None:
    """Add sum_k scale[k] rows[numbers[k]] to a row of ``out``, from column ``first`` to ``last``.

    Four rows at a time, so that ``out`` is loaded and stored a fourth as often.
    """
    count = len(scale)
    for k in range(0, count - 3, 4):
        a, b, c, d = scale[k], scale[k + 1], scale[k + 2], scale[k + 3]
        i, j, m, n = numbers[k], numbers[k + 1], numbers[k + 2], numbers[k + 3]
        for q in range(first, last):
            out[target, q] += a * rows[i, q] + b * rows[j, q] + c * rows[m, q] + d * rows[n, q]
    for k in range(count - count % 4, count):
        a, i = scale[k], numbers[k]
        for q in range(first, last):
            out[target, q] += a * rows[i, q]


@jit
def factorise(matrix: FloatArray, index: IntArray, factor: FloatArray) -> int:
    """Factorise the part of a symmetric matrix that has these indices: L L^T (Cholesky).

    A pivot that is 0 within rounding is a direction in which nothing changes: its parameter is
    left out of solutions (its row and its column of L are 0 and its diagonal infinite).

    Args:
        matrix: Its lower triangle is read.
        index: Rows and columns that are taken, ascending.
        factor: Filled with L^T, the upper triangle of its first ``len(index)`` rows and columns.

    Returns:
        -1, or the number in ``index`` of the first negative pivot.
    """
    count = len(index)
    numbers, scale = np.arange(count), np.empty(count)
    for a in range(count):
        for b in range(a, count):
            factor[a, b] = matrix[index[b], index[a]]
        diagonal = factor[a, a]
        for k in range(a):
            scale[k] = -factor[k, a]
        add_rows(scale[:a], factor, numbers[:a], factor, a, a, count)
        pivot = factor[a, a]
        rounding = 1e-13 * (abs(diagonal) + abs(diagonal - pivot))
        if pivot < -rounding:
            return a
        if pivot > rounding:
            pivot = math.sqrt(pivot)
        else:
            factor[:a, a] = 0.0
            pivot = np.inf
        for b in range(a + 1, count):
            factor[a, b] /= pivot
        factor[a, a] = pivot
    return -1


@jit
def solve_factorised(
    factor: FloatArray, index: IntArray, vector: FloatArray, out: FloatArray
) -> None:
    """Solve L L^T x = ``vector`` on the entries of ``index``; the others of ``out`` become 0."""
    count = len(index)
    solution = np.empty(count)
    for a in range(count):
        solution[a] = vector[index[a]]
    for a in range(count):
        solution[a] /= factor[a, a]
        x = solution[a]
        for b in range(a + 1, count):
            solution[b] -= factor[a, b] * x
    _solve_transposed(factor, solution)
    out[:] = 0.0
    for a in range(count):
        out[index[a]] = solution[a]


@jit
def _solve_transposed(factor: FloatArray, solution: FloatArray) -> None:
    """Solve L^T x = ``solution`` in place."""
    count = len(solution)
    for a in range(count - 1, -1, -1):
        total = 0.0
        for b in range(a + 1, count):
            total += factor[a, b] * solution[b]
        solution[a] = (solution[a] - total) / factor[a, a]


@jit
def negative_direction(factor: FloatArray, index: IntArray, failed: int, out: FloatArray) -> None:
    """Put into ``out`` a direction d with d^T H d < 0, after ``factorise`` failed at a pivot.

    d is 1 at the pivot and solves L^T d = 0 before it, so that d^T H d is the pivot.
    """
    direction = np.empty(failed)
    for k in range(failed):
        direction[k] = -factor[k, failed]
    _solve_transposed(factor, direction)
    out[:] = 0.0
    for a in range(failed):
        out[index[a]] = direction[a]
    out[index[failed]] = 1.0
