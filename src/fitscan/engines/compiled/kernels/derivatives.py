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

from fitscan.engines.compiled.kernels.linear import Work, add_rows, clear, fill
from fitscan.engines.compiled.kernels.rates import Rates
from fitscan.engines.compiled.kernels.slopes import Slopes, evaluate_slopes
from fitscan.engines.compiled.machine_code.jit import helper, kernel
from fitscan.model.arrays import GAUSSIAN, NO_FACTOR, POISSON, Arrays, Data, FloatArray, IntArray

__all__ = [
    "Derivatives",
    "evaluate_derivatives",
    "evaluate_hessian",
    "hessian_product",
]


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
        weighted: r F, (cells,).
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
    weighted: FloatArray


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
    """Fill ``out`` at the parameters at which ``rates`` were evaluated.

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
    gradient, jacobian, residual = out.gradient, out.jacobian, out.residual
    fill(gradient, 0.0)
    for b in range(arrays.bins):
        for p in range(len(pars)):
            gradient[p] += residual[b] * jacobian[b, p]
    _constraint_derivatives(pars, arrays, data, out)
    if arrays.histosys_code == 0 or arrays.normsys_code == 1:
        _evaluate_kinks(rates, arrays, out)


@kernel
def _differentiate_rates(rates: Rates, arrays: Arrays, work: Work, out: Derivatives) -> None:
    """Fill the Jacobian and the parts of the middle term."""
    clear(out.jacobian)
    clear(out.group_row)
    clear(out.factor_row)
    fill(out.correction, 0.0)
    fill(out.curvature, 0.0)
    _differentiate_cells(rates, arrays, work, out)
    _differentiate_bends(rates, arrays, out)
    _differentiate_factors(rates, arrays, out)
    _finish_groups(rates, arrays, out)


@kernel
def _differentiate_cells(rates: Rates, arrays: Arrays, work: Work, out: Derivatives) -> None:
    """Sum over cells what has a u or an N' in it."""
    half, bend, factors = arrays.half_difference, arrays.bend, arrays.factors
    slope, even_slope = out.slopes.slope, out.slopes.even_slope
    jacobian, group_row, factor_row = out.jacobian, out.group_row, out.factor_row
    alphas, u = arrays.alphas, work.alphas
    for group in range(len(arrays.cell_start) - 1):
        for cell in range(arrays.cell_start[group], arrays.cell_start[group + 1]):
            b, total, factor = arrays.bin[cell], rates.cell_yield[cell], rates.cell_factor[cell]
            residual = out.residual[b]
            weighted = residual * factor
            if arrays.shaped[cell]:
                for p in range(alphas):
                    u[p] = half[cell, p] + bend[cell, p] * even_slope[p]
                    group_row[group, p] += weighted * u[p]
            else:
                fill(u, 0.0)
            for p in range(alphas):
                u[p] += total * slope[group, p]
                jacobian[b, p] += factor * u[p]
            for k in range(factors.shape[1]):
                m = factors[cell, k]
                if m != NO_FACTOR:
                    others = rates.norm_factor[group] * _product(cell, k, k, rates.theta, factors)
                    jacobian[b, alphas + m] += others * total
                    others *= residual
                    for p in range(alphas):
                        factor_row[m, p] += others * u[p]


@kernel
def _differentiate_bends(rates: Rates, arrays: Arrays, out: Derivatives) -> None:
    """Sum r F N'', which has no entry off the diagonal, over four cells at a time."""
    bend, weighted, correction = arrays.bend, out.weighted, out.correction
    shaped, cells = arrays.shaped, len(bend)
    for cell in range(cells):
        weighted[cell] = out.residual[arrays.bin[cell]] * rates.cell_factor[cell]
    for cell in range(0, cells - 3, 4):
        if not (shaped[cell] or shaped[cell + 1] or shaped[cell + 2] or shaped[cell + 3]):
            continue
        a, b, c, d = weighted[cell], weighted[cell + 1], weighted[cell + 2], weighted[cell + 3]
        for p in range(arrays.alphas):
            correction[p] += (a * bend[cell, p] + b * bend[cell + 1, p]) + (
                c * bend[cell + 2, p] + d * bend[cell + 3, p]
            )
    for cell in range(cells - cells % 4, cells):
        for p in range(arrays.alphas):
            correction[p] += weighted[cell] * bend[cell, p]
    for p in range(arrays.alphas):
        correction[p] *= out.slopes.even_curve[p]


@kernel
def _differentiate_factors(rates: Rates, arrays: Arrays, out: Derivatives) -> None:
    """Fill the second derivatives with respect to two factors."""
    alphas, factors, rows = arrays.alphas, arrays.factors, out.factor_row
    for group in range(len(arrays.cell_start) - 1):
        for cell in range(arrays.cell_start[group], arrays.cell_start[group + 1]):
            scale = out.residual[arrays.bin[cell]] * rates.cell_yield[cell]
            scale *= rates.norm_factor[group]
            for k in range(factors.shape[1]):
                for k2 in range(k):
                    m, m2 = factors[cell, k], factors[cell, k2]
                    if NO_FACTOR not in (m, m2):
                        second = scale * _product(cell, k, k2, rates.theta, factors)
                        rows[m, alphas + m2] += second
                        rows[m2, alphas + m] += second


@helper
def _product(cell: int, k: int, k2: int, theta: FloatArray, factors: IntArray) -> float:
    """Return the product of the factors of a cell without its ``k``-th and ``k2``-th."""
    product = 1.0
    for other in range(factors.shape[1]):
        value = theta[np.uint64(factors[cell, other] + 1)]
        product *= 1.0 if other in (k, k2) else value
    return product


@kernel
def _finish_groups(rates: Rates, arrays: Arrays, out: Derivatives) -> None:
    """Complete z of the groups, and with it the diagonal of the middle term."""
    row, correction, curvature = out.group_row, out.correction, out.curvature
    alpha, slope, change = arrays.entry_alpha, out.slopes.slope, out.slopes.entry_change
    for group in range(len(row)):
        weighted_yield = 0.0
        for cell in range(arrays.cell_start[group], arrays.cell_start[group + 1]):
            weighted_yield += out.weighted[cell] * rates.cell_yield[cell]
        for p in range(arrays.alphas):
            row[group, p] += 0.5 * weighted_yield * slope[group, p]
            curvature[p] += 2.0 * row[group, p] * slope[group, p]
        for e in range(
            np.uint64(arrays.entry_start[group]), np.uint64(arrays.entry_start[group + 1])
        ):
            correction[np.uint64(alpha[e])] += weighted_yield * change[e]
    for p in range(arrays.alphas):
        curvature[p] += correction[p]


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
                    out.kink[p] += weighted * 16.0 * arrays.bend[cell, p]
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
    _add_pairs(derivatives.slopes.slope, derivatives.group_row, work, out)
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
def _add_pairs(slope: FloatArray, row: FloatArray, work: Work, out: FloatArray) -> None:
    """Add the sum over groups of z l^T + l z^T to the lower triangle."""
    groups, alphas = slope.shape
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
