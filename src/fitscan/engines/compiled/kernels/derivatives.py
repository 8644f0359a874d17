"""Exact first and second derivatives of the NLL.

With r_b = 1 - n_b / lambda_b, w_b = n_b / lambda_b^2, the yields N and factors F of the cells, and
for alphas N' = dN/dp, l = d ln F / dp and u = N' + N l:

    J_bp = d lambda_b / dp,    which for alphas is sum over the cells of b of F u
    gradient = J^T r + constraint
    H = J^T diag(w) J + sum_b r_b (second derivatives of lambda_b) + constraint

The middle term has three parts. Between alphas it is a sum over groups of z l^T + l z^T with
z = sum over the cells of a group of r F (N' + N l / 2), to which the diagonal adds
sum_c r F (N'' + N dl/dp). A factor theta multiplies yields, so that its row is the derivative of
its part of r J. The matrix is never built where its product with a vector is enough.
"""

from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled.kernels.linear import Work, add_rows, add_scaled, clear, fill
from fitscan.engines.compiled.kernels.rates import Rates
from fitscan.engines.compiled.kernels.slopes import Slopes, evaluate_slopes, put_slopes
from fitscan.engines.compiled.machine_code.jit import disjoint, helper, kernel
from fitscan.model.arrays import GAUSSIAN, NO_FACTOR, POISSON, Arrays, Data, FloatArray, IntArray

__all__ = [
    "Derivatives",
    "evaluate_derivatives",
    "evaluate_hessian",
    "hessian_product",
]


# The factor of no single bin; and one nearer to 0 than this is not divided by.
_NO_BIN, _LEAST_FACTOR = -1, 1e-100


class Derivatives(NamedTuple):
    """Derivatives at one set of parameters.

    Attributes:
        slopes: Derivatives of the interpolations.
        gradient: (parameters,).
        jacobian: J, (bins, parameters).
        residual: r, (bins,).
        weight: w, (bins,).
        constraint: Second derivatives of the constraint terms, (parameters,).
        group_row: z, (groups, alphas).
        factor_row: Rows of the factors in the middle term of H, (factors, parameters).
        correction: What the diagonal of the middle term has beyond z l^T + l z^T, (parameters,).
        curvature: Diagonal of the middle term, (parameters,).
        kink: For codes 0 and 1, by how much the derivative jumps at alpha = 0, (alphas,).
    """

    slopes: Slopes
    gradient: FloatArray
    jacobian: FloatArray
    residual: FloatArray
    weight: FloatArray
    constraint: FloatArray
    group_row: FloatArray
    factor_row: FloatArray
    correction: FloatArray
    curvature: FloatArray
    kink: FloatArray


@kernel
def evaluate_derivatives(
    pars: FloatArray,
    side: FloatArray,
    rates: Rates,
    arrays: Arrays,
    data: Data,
    work: Work,
    out: Derivatives,
) -> None:
    """Fill ``out`` at the parameters at which ``rates`` were evaluated, with slopes.

    Args:
        pars: Parameters.
        side: Sides of kinks at 0; see ``kernels.slopes.evaluate_slopes``.
        rates: The rates there.
        arrays: The model.
        data: The data.
        work: Memory.
        out: What is filled.
    """
    evaluate_slopes(pars, side, rates, arrays, out.slopes)
    for b in range(arrays.bins):
        n, rate = data.main[b], rates.rate[b]
        out.residual[b] = 1.0 - n / rate if n > 0.0 else 1.0
        out.weight[b] = n / (rate * rate) if n > 0.0 else 0.0
    _differentiate_rates(rates, arrays, work, out)
    fill(out.gradient, 0.0)
    for b in range(arrays.bins):
        add_scaled(out.jacobian[b], out.residual[b], out.gradient)
    _constraint_derivatives(pars, arrays, data, out)
    if arrays.histosys_code == 0 or arrays.normsys_code == 1:
        _evaluate_kinks(rates, arrays, out)


@kernel
def _differentiate_rates(rates: Rates, arrays: Arrays, work: Work, out: Derivatives) -> None:
    """Fill the Jacobian and the parts of the middle term."""
    clear(out.jacobian)
    clear(out.factor_row)
    fill(out.correction, 0.0)
    fill(out.curvature, 0.0)
    for m in range(len(work.inverse)):
        theta = rates.theta[m + 1]
        work.inverse[m] = 1.0 / theta if abs(theta) > _LEAST_FACTOR else 0.0
    _find_bins_of_factors(arrays, work)
    _differentiate_groups(rates, arrays, work, out)
    _differentiate_factors(rates, arrays, work, out)
    for p in range(len(out.curvature)):
        out.curvature[p] += out.correction[p]


@kernel
def _find_bins_of_factors(arrays: Arrays, work: Work) -> None:
    """Find the factors that multiply all cells of one bin and no others, as most staterrors do."""
    bins, cells, of_bin = work.factor_bin, work.factor_cells, work.numbers
    for b in range(arrays.bins):
        of_bin[b] = 0
    for m in range(len(bins)):
        bins[m] = cells[m] = 0
    for cell in range(len(arrays.nominal)):
        b = arrays.bin[cell]
        of_bin[b] += 1
        for k in range(arrays.factors.shape[1]):
            m = arrays.factors[cell, k]
            if m != NO_FACTOR:
                bins[m] = b if cells[m] == 0 or bins[m] == b else _NO_BIN
                cells[m] += 1
    for m in range(len(bins)):
        if bins[m] != _NO_BIN and cells[m] != of_bin[bins[m]]:
            bins[m] = _NO_BIN


@kernel
def _differentiate_groups(rates: Rates, arrays: Arrays, work: Work, out: Derivatives) -> None:
    """Fill the Jacobian of the alphas, z, and what a group has of the rows of its factors."""
    half, bend, starts = arrays.half_rows, arrays.bend_rows, arrays.cell_start
    slopes, jacobian, correction = out.slopes, out.jacobian, out.correction
    factors, row, bent = arrays.factors, work.row, work.bent
    fill(bent, 0.0)
    for group in range(len(starts) - 1):
        slope, begin, end = slopes.slope[group], starts[group], starts[group + 1]
        total = 0.0
        for cell in range(begin, end):
            b = arrays.bin[cell]
            total += out.residual[b] * rates.cell_factor[cell] * rates.cell_yield[cell]
        put_slopes(group, rates, arrays, slope)
        _add_changes(group, total, rates, arrays, correction)
        fill(row, 0.0)
        for cell in range(begin, end):
            b, events, factor = arrays.bin[cell], rates.cell_yield[cell], rates.cell_factor[cell]
            add_scaled(slope, factor * events, jacobian[b])
            _add_shapes(
                arrays.span[cell, 0],
                arrays.span[cell, 1],
                half[cell],
                bend[cell],
                slopes.even_slope,
                factor,
                out.residual[b] * factor,
                jacobian[b],
                row,
                bent,
            )
        _finish_group(slope, total, row, out.group_row[group], out.curvature)
        for k in range(factors.shape[1]):
            m = factors[begin, k] if begin < end else NO_FACTOR
            if m != NO_FACTOR and _is_of_group(m, k, begin, end, factors, work):
                add_scaled(row, work.inverse[m], out.factor_row[m])
    for p in range(arrays.alphas):
        correction[p] += bent[p] * slopes.even_curve[p]


@helper
def _add_changes(
    group: int, total: float, rates: Rates, arrays: Arrays, correction: FloatArray
) -> None:
    """Add r F N dl/dp of a group, of whose cells ``total`` is the sum of r F N."""
    for e in range(
        # Unsigned numbers are not looked at for being negative.
        np.uint64(arrays.entry_start[group]),
        np.uint64(arrays.entry_start[group + 1]),
    ):
        correction[arrays.entry_alpha[e]] += total * rates.entry_change[e]


@disjoint
def _add_shapes(
    begin: int,
    end: int,
    half: FloatArray,
    bend: FloatArray,
    even_slope: FloatArray,
    factor: float,
    weighted: float,
    jacobian: FloatArray,
    row: FloatArray,
    bent: FloatArray,
) -> None:
    """Add the shape variations of a cell: F N', r F N', and what of r F N'' is not g''."""
    for p in range(np.uint64(begin), np.uint64(end)):
        first = half[p] + bend[p] * even_slope[p]
        jacobian[p] += factor * first
        row[p] += weighted * first
        bent[p] += weighted * bend[p]


@disjoint
def _finish_group(
    slope: FloatArray, total: float, row: FloatArray, group_row: FloatArray, curvature: FloatArray
) -> None:
    """Of the sum of r F N' make z, and the sum of r F u in its place.

    Args:
        slope: l of the group, (alphas,).
        total: Sum of r F N over its cells.
        row: Sum of r F N', (alphas,).
        group_row: Filled with z, (alphas,).
        curvature: 2 z l is added to it, (parameters,).
    """
    for p in range(len(row)):
        z = row[p] + 0.5 * total * slope[p]
        group_row[p] = z
        curvature[p] += 2.0 * z * slope[p]
        row[p] += total * slope[p]


@helper
def _is_of_group(m: int, k: int, begin: int, end: int, factors: IntArray, work: Work) -> bool:
    """Tell whether a factor that is not 0 multiplies all cells of a group, and more than a bin."""
    same: bool = work.inverse[m] != 0.0 and work.factor_bin[m] == _NO_BIN
    for cell in range(begin, end):
        same = same and factors[cell, k] == m
    return same


@kernel
def _differentiate_factors(rates: Rates, arrays: Arrays, work: Work, out: Derivatives) -> None:
    """Fill the Jacobian of the factors, and their rows."""
    alphas, factors, starts, rows = arrays.alphas, arrays.factors, arrays.cell_start, out.factor_row
    width, inverse = factors.shape[1], work.inverse
    for group in range(len(starts) - 1):
        begin, end = starts[group], starts[group + 1]
        for cell in range(begin, end):
            b, events = arrays.bin[cell], rates.cell_yield[cell]
            scale = rates.norm_factor[group]
            for k in range(width):
                m = factors[cell, k]
                if m == NO_FACTOR:
                    continue
                others = rates.cell_factor[cell] * inverse[m]
                if inverse[m] == 0.0:
                    others = scale * _product(cell, k, k, rates.theta, factors)
                out.jacobian[b, alphas + m] += others * events
                for k2 in range(k):
                    m2 = factors[cell, k2]
                    if m2 == NO_FACTOR:
                        continue
                    second = others * inverse[m2]
                    if inverse[m2] == 0.0:
                        second = scale * _product(cell, k, k2, rates.theta, factors)
                    second *= out.residual[b] * events
                    rows[m, alphas + m2] += second
                    rows[m2, alphas + m] += second
                whole = inverse[m] != 0.0 and work.factor_bin[m] != _NO_BIN
                if not whole and not _is_of_group(m, k, begin, end, factors, work):
                    _add_change(
                        arrays.half_rows[cell],
                        arrays.bend_rows[cell],
                        out.slopes.even_slope,
                        out.slopes.slope[group],
                        events,
                        others * out.residual[b],
                        rows[m],
                    )
    for m in range(len(rows)):
        b = work.factor_bin[m]
        if inverse[m] != 0.0 and b != _NO_BIN:
            _put_scaled(out.jacobian[b], inverse[m] * out.residual[b], alphas, rows[m])


@disjoint
def _add_change(
    half: FloatArray,
    bend: FloatArray,
    even_slope: FloatArray,
    slope: FloatArray,
    events: float,
    scale: float,
    out: FloatArray,
) -> None:
    """Add u of a cell times a number."""
    for p in range(len(half)):
        out[p] += scale * (half[p] + bend[p] * even_slope[p] + events * slope[p])


@disjoint
def _put_scaled(source: FloatArray, scale: float, count: int, out: FloatArray) -> None:
    """Put the first entries of a vector times a number into ``out``."""
    for p in range(count):
        out[p] = scale * source[p]


@helper
def _product(cell: int, k: int, k2: int, theta: FloatArray, factors: IntArray) -> float:
    """Return the product of the factors of a cell without its ``k``-th and ``k2``-th."""
    product = 1.0
    for other in range(factors.shape[1]):
        value = theta[np.uint64(factors[cell, other] + 1)]
        product *= 1.0 if other in (k, k2) else value
    return product


@kernel
def _constraint_derivatives(pars: FloatArray, arrays: Arrays, data: Data, out: Derivatives) -> None:
    """Add the constraint terms."""
    for p in range(len(pars)):
        out.constraint[p] = 0.0
        if arrays.constraint[p] == GAUSSIAN:
            variance = arrays.sigma[p] * arrays.sigma[p]
            out.gradient[p] += (pars[p] - data.auxiliary[p]) / variance
            out.constraint[p] = 1.0 / variance
        elif arrays.constraint[p] == POISSON:
            n = data.auxiliary[p]
            out.gradient[p] += (arrays.tau[p] * pars[p] - n) / pars[p] if n > 0.0 else arrays.tau[p]
            out.constraint[p] = n / (pars[p] * pars[p]) if n > 0.0 else 0.0


@kernel
def _evaluate_kinks(rates: Rates, arrays: Arrays, out: Derivatives) -> None:
    """Say by how much the gradient at 0+ exceeds that at 0-, which is right where alpha is 0."""
    fill(out.kink, 0.0)
    for group in range(len(arrays.cell_start) - 1):
        for cell in range(arrays.cell_start[group], arrays.cell_start[group + 1]):
            weighted = out.residual[arrays.bin[cell]] * rates.cell_factor[cell]
            if arrays.histosys_code == 0:
                for p in range(arrays.alphas):
                    out.kink[p] += weighted * 16.0 * arrays.bend_rows[cell, p]
            if arrays.normsys_code == 1:
                for e in range(arrays.entry_start[group], arrays.entry_start[group + 1]):
                    jump = arrays.entry_log_hi[e] + arrays.entry_log_lo[e]
                    out.kink[arrays.entry_alpha[e]] += weighted * rates.cell_yield[cell] * jump


@kernel
def hessian_product(
    vector: FloatArray, arrays: Arrays, derivatives: Derivatives, out: FloatArray
) -> None:
    """Put H times ``vector`` into ``out``, both (parameters,)."""
    alphas, count = arrays.alphas, len(vector)
    jacobian, weight = derivatives.jacobian, derivatives.weight
    slope, group_row = derivatives.slopes.slope, derivatives.group_row
    factor_row = derivatives.factor_row
    for p in range(count):
        out[p] = (derivatives.constraint[p] + derivatives.correction[p]) * vector[p]
    for b in range(arrays.bins):
        along = 0.0
        for p in range(count):
            along += jacobian[b, p] * vector[p]
        along *= weight[b]
        for p in range(count):
            out[p] += along * jacobian[b, p]
    for group in range(len(group_row)):
        along_row = along_slope = 0.0
        for p in range(alphas):
            along_row += group_row[group, p] * vector[p]
            along_slope += slope[group, p] * vector[p]
        for p in range(alphas):
            out[p] += along_slope * group_row[group, p] + along_row * slope[group, p]
    for m in range(len(factor_row)):
        along, component = 0.0, vector[alphas + m]
        for p in range(count):
            along += factor_row[m, p] * vector[p]
        out[alphas + m] += along
        for p in range(alphas):
            out[p] += component * factor_row[m, p]


@kernel
def evaluate_hessian(arrays: Arrays, derivatives: Derivatives, work: Work, out: FloatArray) -> None:
    """Fill the lower triangle of ``out``, (parameters, parameters), with H."""
    alphas, count = arrays.alphas, len(derivatives.gradient)
    jacobian, weight = derivatives.jacobian, derivatives.weight
    for a in range(alphas):
        for p in range(count):
            out[a, p] = 0.0
    for m in range(len(derivatives.factor_row)):
        for p in range(count):
            out[alphas + m, p] = derivatives.factor_row[m, p]
    _add_pairs(alphas, derivatives.slopes.slope, derivatives.group_row, work, out)
    terms = (arrays.bins + 3) // 4 * 4
    numbers, scaled = work.numbers, work.scale
    for b in range(terms):
        numbers[b] = min(b, arrays.bins - 1)
        scaled[b, 0] = scaled[b, 1] = 0.0
    for first in range(0, count, 2):
        second = min(first + 1, count - 1)
        for b in range(arrays.bins):
            scaled[b, 0] = weight[b] * jacobian[b, first]
            scaled[b, 1] = weight[b] * jacobian[b, second] if second > first else 0.0
        add_rows(scaled, jacobian, numbers, 0, terms, out, first, second, second)
    for p in range(count):
        diagonal = derivatives.constraint[p] + derivatives.curvature[p]
        for b in range(arrays.bins):
            diagonal += weight[b] * jacobian[b, p] * jacobian[b, p]
        out[p, p] = diagonal


@kernel
def _add_pairs(
    alphas: int, slope: FloatArray, row: FloatArray, work: Work, out: FloatArray
) -> None:
    """Add the sum over groups of z l^T + l z^T to the lower triangle."""
    groups = len(slope)
    numbers, scale = work.numbers, work.scale
    for group in range(groups + 3):
        numbers[group] = 0
    for first in range(0, alphas, 2):
        second = min(first + 1, alphas - 1)
        # Most groups have no variation of an alpha.
        count = 0
        for group in range(groups):
            a, b = slope[group, first], slope[group, second] if second > first else 0.0
            if a != 0.0 or b != 0.0:
                numbers[count], scale[count, 0], scale[count, 1] = group, a, b
                count += 1
        terms = (count + 3) // 4 * 4
        for k in range(count, terms):
            scale[k, 0] = scale[k, 1] = 0.0
        add_rows(scale, row, numbers, 0, terms, out, first, second, alphas)
    for p in range(alphas):
        for q in range(p):
            out[p, q] += out[q, p]
