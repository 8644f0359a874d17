"""Linear algebra of the minimiser: a preconditioner by the Woodbury identity, and Cholesky."""

import math
from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled.machine_code.jit import disjoint, helper, kernel
from fitscan.model.arrays import BoolArray, FloatArray, IntArray

__all__ = [
    "Preconditioner",
    "add_rows",
    "add_scaled",
    "apply_preconditioner",
    "copy",
    "dot",
    "factorise",
    "negative_direction",
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


class Work(NamedTuple):
    """Memory of single kernels, whose content is of no use to others.

    Attributes:
        numbers: Which rows are added, and filled up to a multiple of four, (terms,).
        scale: By what each of them is multiplied, for two rows; see ``add_rows``, (terms, 2).
        solution: The solution of a part of the parameters, (parameters,).
        row: A sum over the cells of a group, see ``kernels.derivatives``, (alphas filled up,).
        bent: A sum over all cells, see there, (alphas filled up,).
        inverse: 1 / theta, 0 where theta is 0, (factors,).
        factor_bin: The bin of a factor that multiplies all its cells and no others, (factors,).
        factor_cells: Number of cells that a factor multiplies, (factors,).
    """

    numbers: IntArray
    scale: FloatArray
    solution: FloatArray
    row: FloatArray
    bent: FloatArray
    inverse: FloatArray
    factor_bin: IntArray
    factor_cells: IntArray


@kernel
def set_preconditioner(
    constraint: FloatArray,
    curvature: FloatArray,
    weight: FloatArray,
    jacobian: FloatArray,
    free: BoolArray,
    out: Preconditioner,
) -> None:
    """Fill ``out`` for the ``free`` parameters; see ``kernels.derivatives``."""
    bins, count = len(out.scaled), len(out.inverse_diagonal)
    for p in range(count):
        out.inverse_diagonal[p] = 0.0
        if not free[p]:
            continue
        if constraint[p] > 0.0:
            diagonal = max(constraint[p] + curvature[p], 0.1 * constraint[p])
        else:
            fisher = 0.0
            for b in range(bins):
                fisher += weight[b] * jacobian[b, p] * jacobian[b, p]
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


@kernel
def apply_preconditioner(vector: FloatArray, m: Preconditioner, out: FloatArray) -> None:
    """Put M^-1 times ``vector`` into ``out``."""
    bins, count = len(m.scaled), len(vector)
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


@helper
def copy(source: FloatArray, out: FloatArray) -> None:
    """Do what ``out[:] = source`` does, of which the checks take seconds to compile."""
    for p in range(len(source)):
        out[p] = source[p]


@helper
def fill(out: FloatArray, value: float) -> None:
    """Do what ``out[:] = value`` does."""
    for p in range(len(out)):
        out[p] = value


@helper
def clear(out: FloatArray) -> None:
    """Do what ``out[:] = 0`` does for a matrix."""
    for a in range(out.shape[0]):
        for b in range(out.shape[1]):
            out[a, b] = 0.0


@helper
def dot(x: FloatArray, y: FloatArray) -> float:
    """Return the scalar product."""
    total = 0.0
    for p in range(len(x)):
        total += x[p] * y[p]
    return total


@disjoint
def add_scaled(source: FloatArray, scale: float, out: FloatArray) -> None:
    """Add a vector times a number to ``out``, which may be longer."""
    for p in range(len(source)):
        out[p] += scale * source[p]


@kernel
def add_rows(
    scale: FloatArray,
    rows: FloatArray,
    numbers: IntArray,
    begin: int,
    end: int,
    out: FloatArray,
    first: int,
    second: int,
    width: int,
) -> None:
    """Add sum_k scale[k] rows[numbers[k]] to two rows of ``out``, in so many columns.

    Memory limits the speed: so two rows are made at once, of four at a time.

    Args:
        scale: One column for each of the two rows, (terms, 2). Terms are a multiple of four: they
            are filled up with 0 times a row.
        rows: Where terms are taken from.
        numbers: Which rows they are, (terms,).
        begin: First of the terms that are added.
        end: Their end.
        out: Where they are added.
        first: Row for the first column of ``scale``.
        second: Row for the second column; the same row if that column is 0.
        width: Number of columns. Up to three more are written, which have to be there.
    """
    # No rest of a row: it is longer by what is written there.
    width = (width + 3) // 4 * 4
    for k in range(begin, end, 4):
        i, j, m, n = numbers[k], numbers[k + 1], numbers[k + 2], numbers[k + 3]
        a, b, c, d = scale[k, 0], scale[k + 1, 0], scale[k + 2, 0], scale[k + 3, 0]
        if first == second:
            _add_to_one(a, b, c, d, rows[i], rows[j], rows[m], rows[n], width, out[first])
            continue
        e, f, g, h = scale[k, 1], scale[k + 1, 1], scale[k + 2, 1], scale[k + 3, 1]
        _add_to_two(
            a,
            b,
            c,
            d,
            e,
            f,
            g,
            h,
            rows[i],
            rows[j],
            rows[m],
            rows[n],
            width,
            out[first],
            out[second],
        )


@disjoint
def _add_to_two(
    a: float,
    b: float,
    c: float,
    d: float,
    e: float,
    f: float,
    g: float,
    h: float,
    i: FloatArray,
    j: FloatArray,
    m: FloatArray,
    n: FloatArray,
    width: int,
    first: FloatArray,
    second: FloatArray,
) -> None:
    """Add four rows to two others, with a factor for each."""
    for q in range(width):
        w, x, y, z = i[q], j[q], m[q], n[q]
        first[q] += a * w + b * x + c * y + d * z
        second[q] += e * w + f * x + g * y + h * z


@disjoint
def _add_to_one(
    a: float,
    b: float,
    c: float,
    d: float,
    i: FloatArray,
    j: FloatArray,
    m: FloatArray,
    n: FloatArray,
    width: int,
    out: FloatArray,
) -> None:
    """Add four rows to another one, with a factor for each."""
    for q in range(width):
        out[q] += a * i[q] + b * j[q] + c * m[q] + d * n[q]


@kernel
def factorise(matrix: FloatArray, index: IntArray, work: Work, factor: FloatArray) -> int:
    """Factorise the part of a symmetric matrix that has these indices: L^T L (Cholesky).

    It begins with the last row, so that all loops run from the first column on. A pivot that is 0
    within rounding is a direction in which nothing changes: its parameter is left out of solutions
    (its row and its column of L are 0 and its diagonal infinite). Unless its row has another entry,
    as at the saddle point of x y: then the matrix is not positive, as with a negative pivot.

    Args:
        matrix: Its lower triangle is read.
        index: Rows and columns that are taken, ascending.
        work: Memory.
        factor: Filled with L, the lower triangle of its first ``len(index)`` rows and columns.

    Returns:
        -1, or the number in ``index`` of the first negative pivot; see ``negative_direction``.
    """
    count = len(index)
    numbers, scale = work.numbers, work.scale
    for k in range(count + 3):
        numbers[k] = min(k, count - 1)
        scale[k, 0] = scale[k, 1] = 0.0
    for a in range(count):
        _gather(matrix[index[a]], index, a + 1, factor[a])
    for first in range((count - 1) // 2 * 2, -1, -2):
        second = min(first + 1, count - 1)
        for k in range(second + 1, count):
            scale[k, 0], scale[k, 1] = -factor[k, first], -factor[k, second]
        done = second + 1
        last = done + (count - done + 3) // 4 * 4
        add_rows(scale, factor, numbers, done, last, factor, first, second, done)
        if second > first:
            if not _finish_row(second, matrix, index, factor):
                return second
            coupling = factor[second, first]
            for b in range(first + 1):
                factor[first, b] -= coupling * factor[second, b]
        if not _finish_row(first, matrix, index, factor):
            return first
    return -1


@disjoint
def _gather(source: FloatArray, index: IntArray, count: int, out: FloatArray) -> None:
    """Put the entries that have the first indices into ``out``."""
    for b in range(count):
        # Unsigned, it is not looked at for being negative.
        out[b] = source[np.uint64(index[b])]


@kernel
def _finish_row(a: int, matrix: FloatArray, index: IntArray, factor: FloatArray) -> bool:
    """Divide a row of the factor by the root of its pivot, unless that is negative.

    Where it is, the row is filled with a direction of negative curvature among the rows to come.
    """
    pivot, diagonal = factor[a, a], matrix[index[a], index[a]]
    rounding = 1e-13 * (abs(diagonal) + abs(diagonal - pivot))
    if not pivot >= -rounding:
        for b in range(a):
            factor[a, b] = 0.0
        return False
    if pivot > rounding:
        pivot = math.sqrt(pivot)
    else:
        for b in range(a):
            entry, other = factor[a, b], abs(matrix[index[b], index[b]])
            # By more than rounding of the pivot allows (Cauchy and Schwarz).
            if entry * entry > 4.0 * rounding * other:
                for k in range(a):
                    factor[a, k] = 0.0
                factor[a, b] = -entry / (abs(entry) + other)
                return False
        for b in range(a + 1, len(factor)):
            factor[b, a] = 0.0
        pivot = np.inf
    for b in range(a):
        factor[a, b] /= pivot
    factor[a, a] = pivot
    return True


@kernel
def solve_factorised(
    factor: FloatArray, index: IntArray, vector: FloatArray, work: Work, out: FloatArray
) -> None:
    """Solve L^T L x = ``vector`` on the entries of ``index``; the others of ``out`` become 0."""
    count = len(index)
    solution = work.solution
    for a in range(count):
        solution[a] = vector[index[a]]
    for a in range(count - 1, -1, -1):
        solution[a] /= factor[a, a]
        x = solution[a]
        for b in range(a):
            solution[b] -= factor[a, b] * x
    for a in range(count):
        total = solution[a]
        for b in range(a):
            total -= factor[a, b] * solution[b]
        solution[a] = total / factor[a, a]
    fill(out, 0.0)
    for a in range(count):
        out[index[a]] = solution[a]


@kernel
def negative_direction(factor: FloatArray, index: IntArray, failed: int, out: FloatArray) -> None:
    """Put into ``out`` a direction d with d^T H d < 0, after ``factorise`` failed at a pivot.

    d is 1 at the pivot, what its row of the factor says before it, and solves L d = 0 after it.
    """
    fill(out, 0.0)
    for b in range(failed):
        out[index[b]] = factor[failed, b]
    out[index[failed]] = 1.0
    for a in range(failed + 1, len(index)):
        total = 0.0
        for b in range(a):
            total += factor[a, b] * out[index[b]]
        out[index[a]] = -total / factor[a, a]
