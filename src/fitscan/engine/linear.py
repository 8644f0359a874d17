"""Linear algebra of the minimiser: a preconditioner by the Woodbury identity, and Cholesky."""

import math
from typing import NamedTuple

import numpy as np

from fitscan.engine.derivatives import Derivatives
from fitscan.engine.jit import jit
from fitscan.model.arrays import Arrays, BoolArray, FloatArray, IntArray

__all__ = [
    "Preconditioner",
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
def set_preconditioner(derivatives: Derivatives, free: BoolArray, out: Preconditioner) -> None:
    """Fill ``out`` for the ``free`` parameters."""
    bins, count = out.scaled.shape
    for p in range(count):
        out.inverse_diagonal[p] = 0.0
        if not free[p]:
            continue
        constraint, curvature = derivatives.constraint[p], derivatives.curvature[p]
        if constraint > 0.0:
            diagonal = max(constraint + curvature, 0.1 * constraint)
        else:
            fisher = 0.0
            for b in range(bins):
                fisher += derivatives.weight[b] * derivatives.jacobian[b, p] ** 2
            diagonal = max(curvature, 1e-3 * fisher) + 1e-12
        out.inverse_diagonal[p] = 1.0 / diagonal
    for b in range(bins):
        root = math.sqrt(derivatives.weight[b])
        for p in range(count):
            out.scaled[b, p] = root * derivatives.jacobian[b, p]
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
def factorise(matrix: FloatArray, index: IntArray, factor: FloatArray) -> int:
    """Factorise the part of a symmetric matrix that has these indices: L L^T (Cholesky).

    A pivot that is 0 within rounding is a direction in which nothing changes: its parameter is
    left out of solutions (its row of L is 0 and its diagonal infinite).

    Args:
        matrix: Its lower triangle is read.
        index: Rows and columns that are taken, ascending.
        factor: Filled with L in its first ``len(index)`` rows.

    Returns:
        -1, or the number in ``index`` of the first negative pivot.
    """
    count = len(index)
    for a in range(count):
        row = factor[a]
        source = matrix[index[a]]
        for b in range(a):
            other = factor[b]
            total = 0.0
            for k in range(b):
                total += row[k] * other[k]
            row[b] = (source[index[b]] - total) / other[b]
        total = 0.0
        for k in range(a):
            total += row[k] * row[k]
        diagonal = source[index[a]]
        pivot = diagonal - total
        rounding = 1e-13 * (abs(diagonal) + total)
        if pivot > rounding:
            row[a] = math.sqrt(pivot)
        elif pivot >= -rounding:
            row[:a] = 0.0
            row[a] = np.inf
        else:
            row[a] = pivot
            return a
    return -1


@jit
def solve_factorised(
    factor: FloatArray, index: IntArray, vector: FloatArray, out: FloatArray
) -> None:
    """Solve L L^T x = ``vector`` on the entries of ``index``; the others of ``out`` become 0."""
    count = len(index)
    solution = np.empty(count)
    for a in range(count):
        row = factor[a]
        total = 0.0
        for k in range(a):
            total += row[k] * solution[k]
        solution[a] = (vector[index[a]] - total) / row[a]
    for a in range(count - 1, -1, -1):
        row = factor[a]
        solution[a] /= row[a]
        x = solution[a]
        for k in range(a):
            solution[k] -= row[k] * x
    out[:] = 0.0
    for a in range(count):
        out[index[a]] = solution[a]


@jit
def negative_direction(factor: FloatArray, index: IntArray, failed: int, out: FloatArray) -> None:
    """Put into ``out`` a direction d with d^T H d < 0, after ``factorise`` failed at a pivot.

    d solves L^T d = e_failed with the part of L before the pivot, so that d^T H d is the pivot.
    """
    out[:] = 0.0
    direction = np.zeros(failed + 1)
    direction[failed] = 1.0
    for k in range(failed):
        direction[k] = -factor[failed, k]
    for a in range(failed - 1, -1, -1):
        row = factor[a]
        direction[a] /= row[a]
        x = direction[a]
        for k in range(a):
            direction[k] -= row[k] * x
    for a in range(failed + 1):
        out[index[a]] = direction[a]
