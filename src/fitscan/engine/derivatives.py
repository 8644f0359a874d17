"""Exact first and second derivatives of the NLL.

With r_b = 1 - n_b / lambda_b, w_b = n_b / lambda_b^2, u_cp = dN_c/dp + N_c l_cp, and
l = d ln F / dp, which for a factor theta is 1 / theta:

    J_bp = sum over the cells of b of F_c u_cp
    gradient = J^T r + constraint
    H = J^T diag(w) J + sum_c r_b F_c (u l^T + l u^T - N_c l l^T) + constraint

with the diagonal of the middle term replaced by sum_c r_b F_c (N'' + 2 N' l + N f''/f), exactly.
The matrix is never built where its product with a vector is enough.
"""

from typing import NamedTuple

import numpy as np

from fitscan.engine.jit import jit
from fitscan.engine.rates import Rates
from fitscan.model.arrays import GAUSSIAN, NO_FACTOR, POISSON, Arrays, Data, FloatArray

__all__ = [
    "Derivatives",
    "evaluate_derivatives",
    "evaluate_hessian",
    "hessian_product",
    "new_derivatives",
]

# Factors below this are taken as this in second derivatives, where 1 / theta stands; rates and
# gradient are exact. So a signal strength of 0 does no harm.
_FLOOR = 1e-4


class Derivatives(NamedTuple):
    """Derivatives at one set of parameters.

    Attributes:
        gradient: (parameters,).
        jacobian: J, (bins, parameters).
        weight: w, (bins,).
        cell_slope: u of the alphas, (cells, alphas).
        cell_residual: r_b F_c, (cells,).
        inverse: 1 / theta of each factor, (factors,).
        constraint: Second derivatives of the constraint terms, (parameters,).
        curvature: Diagonal of the middle term of H, (parameters,).
        correction: What the diagonal of the middle term has beyond its formula, (parameters,).
        kink: For codes 0 and 1, by how much the derivative jumps at alpha = 0, (alphas,).
    """

    gradient: FloatArray
    jacobian: FloatArray
    weight: FloatArray
    cell_slope: FloatArray
    cell_residual: FloatArray
    inverse: FloatArray
    constraint: FloatArray
    curvature: FloatArray
    correction: FloatArray
    kink: FloatArray


@jit
def new_derivatives(arrays: Arrays) -> Derivatives:
    """Return room for the derivatives of a model."""
    cells, alphas, count = len(arrays.nominal), arrays.alphas, len(arrays.constraint)
    return Derivatives(
        np.empty(count),
        np.empty((arrays.bins, count)),
        np.empty(arrays.bins),
        np.empty((cells, alphas)),
        np.empty(cells),
        np.empty(count - alphas),
        np.empty(count),
        np.empty(count),
        np.empty(count),
        np.zeros(alphas),
    )


@jit
def evaluate_derivatives(
    pars: FloatArray, rates: Rates, arrays: Arrays, data: Data, out: Derivatives
) -> None:
    """Fill ``out`` at the parameters at which ``rates`` were evaluated."""
    alphas = arrays.alphas
    out.jacobian[:] = 0.0
    out.curvature[:] = 0.0
    out.correction[:] = 0.0
    for m in range(len(out.inverse)):
        out.inverse[m] = 1.0 / max(pars[alphas + m], _FLOOR)
    for b in range(arrays.bins):
        n, rate = data.main[b], rates.rate[b]
        out.weight[b] = n / (rate * rate) if n > 0.0 else 0.0
    for group in range(len(arrays.cell_start) - 1):
        for cell in range(arrays.cell_start[group], arrays.cell_start[group + 1]):
            b = arrays.bin[cell]
            n = data.main[b]
            residual = 1.0 - n / rates.rate[b] if n > 0.0 else 1.0
            _alpha_derivatives(group, cell, residual, rates, pars, arrays, out)
            _factor_derivatives(group, cell, residual, rates, pars, arrays, out)
    out.gradient[:] = 0.0
    for b in range(arrays.bins):
        n = data.main[b]
        residual = 1.0 - n / rates.rate[b] if n > 0.0 else 1.0
        row = out.jacobian[b]
        for p in range(len(pars)):
            out.gradient[p] += residual * row[p]
    _constraint_derivatives(pars, arrays, data, out)
    if arrays.histosys_code == 0 or arrays.normsys_code == 1:
        _evaluate_kinks(rates, arrays, out)


@jit
def _alpha_derivatives(
    group: int,
    cell: int,
    residual: float,
    rates: Rates,
    pars: FloatArray,
    arrays: Arrays,
    out: Derivatives,
) -> None:
    """Add what a cell contributes for the alphas."""
    half, bend = arrays.half_difference[cell], arrays.bend[cell]
    slope, curve = rates.slope[group], rates.curve[group]
    even_slope, even_curve = rates.even_slope, rates.even_curve
    total, factor = rates.cell_yield[cell], rates.cell_factor[cell]
    floored = rates.norm_factor[group]
    for k in range(arrays.factors.shape[1]):
        m = arrays.factors[cell, k]
        if m != NO_FACTOR:
            floored *= max(pars[arrays.alphas + m], _FLOOR)
    weighted = residual * floored
    out.cell_residual[cell] = weighted
    u, jacobian = out.cell_slope[cell], out.jacobian[arrays.bin[cell]]
    curvature, correction = out.curvature, out.correction
    for p in range(arrays.alphas):
        log_slope = slope[p]
        first = half[p] + bend[p] * even_slope[p]
        u[p] = first + total * log_slope
        jacobian[p] += factor * u[p]
        second = weighted * (bend[p] * even_curve[p] + 2.0 * first * log_slope + total * curve[p])
        curvature[p] += second
        correction[p] += second - weighted * (2.0 * u[p] - total * log_slope) * log_slope


@jit
def _factor_derivatives(
    group: int,
    cell: int,
    residual: float,
    rates: Rates,
    pars: FloatArray,
    arrays: Arrays,
    out: Derivatives,
) -> None:
    """Add what a cell contributes for its factors: its yield is linear in each of them."""
    alphas, factors = arrays.alphas, arrays.factors[cell]
    for k in range(len(factors)):
        if factors[k] == NO_FACTOR:
            continue
        product = rates.norm_factor[group] * rates.cell_yield[cell]
        for other in range(len(factors)):
            if other != k and factors[other] != NO_FACTOR:
                product *= pars[alphas + factors[other]]
        p = alphas + factors[k]
        out.jacobian[arrays.bin[cell], p] += product
        inverse = out.inverse[factors[k]]
        out.correction[p] -= out.cell_residual[cell] * rates.cell_yield[cell] * inverse * inverse


@jit
def _constraint_derivatives(pars: FloatArray, arrays: Arrays, data: Data, out: Derivatives) -> None:
    """Add the constraint terms."""
    for p in range(len(pars)):
        out.constraint[p] = 0.0
        if arrays.constraint[p] == GAUSSIAN:
            variance = arrays.sigma[p] * arrays.sigma[p]
            out.gradient[p] += (pars[p] - data.auxiliary[p]) / variance
            out.constraint[p] = 1.0 / variance
        elif arrays.constraint[p] == POISSON:
            out.gradient[p] += (arrays.tau[p] * pars[p] - data.auxiliary[p]) / pars[p]
            out.constraint[p] = data.auxiliary[p] / (pars[p] * pars[p])


@jit
def _evaluate_kinks(rates: Rates, arrays: Arrays, out: Derivatives) -> None:
    """Say by how much the gradient at 0+ exceeds that at 0-, which is right where alpha is 0."""
    out.kink[:] = 0.0
    for group in range(len(arrays.cell_start) - 1):
        for cell in range(arrays.cell_start[group], arrays.cell_start[group + 1]):
            weighted = out.cell_residual[cell]
            if arrays.histosys_code == 0:
                for p in range(arrays.alphas):
                    out.kink[p] += weighted * 16.0 * arrays.bend[cell, p]
            if arrays.normsys_code == 1:
                for e in range(arrays.entry_start[group], arrays.entry_start[group + 1]):
                    jump = arrays.entry_log_hi[e] + arrays.entry_log_lo[e]
                    out.kink[arrays.entry_alpha[e]] += weighted * rates.cell_yield[cell] * jump


@jit
def hessian_product(
    vector: FloatArray, rates: Rates, arrays: Arrays, derivatives: Derivatives, out: FloatArray
) -> None:
    """Put H times ``vector`` into ``out``, both (parameters,)."""
    alphas = arrays.alphas
    count = len(vector)
    for p in range(count):
        out[p] = (derivatives.constraint[p] + derivatives.correction[p]) * vector[p]
    for b in range(arrays.bins):
        if derivatives.weight[b] != 0.0:
            row = derivatives.jacobian[b]
            along = 0.0
            for p in range(count):
                along += row[p] * vector[p]
            along *= derivatives.weight[b]
            for p in range(count):
                out[p] += along * row[p]
    for group in range(len(arrays.cell_start) - 1):
        slope = rates.slope[group]
        along_slope = 0.0
        for p in range(alphas):
            along_slope += slope[p] * vector[p]
        times_slope = 0.0
        for cell in range(arrays.cell_start[group], arrays.cell_start[group + 1]):
            u, total = derivatives.cell_slope[cell], rates.cell_yield[cell]
            along_u = 0.0
            for p in range(alphas):
                along_u += u[p] * vector[p]
            along_factors = 0.0
            for k in range(arrays.factors.shape[1]):
                m = arrays.factors[cell, k]
                if m != NO_FACTOR:
                    along_factors += derivatives.inverse[m] * vector[alphas + m]
            residual = derivatives.cell_residual[cell]
            l_v = along_slope + along_factors
            times_u = residual * l_v
            times_l = residual * (along_u + total * along_factors - total * l_v)
            for p in range(alphas):
                out[p] += times_u * u[p]
            times_slope += times_l
            for k in range(arrays.factors.shape[1]):
                m = arrays.factors[cell, k]
                if m != NO_FACTOR:
                    out[alphas + m] += (times_u * total + times_l) * derivatives.inverse[m]
        for p in range(alphas):
            out[p] += times_slope * slope[p]


@jit
def evaluate_hessian(
    rates: Rates, arrays: Arrays, derivatives: Derivatives, out: FloatArray
) -> None:
    """Fill the lower triangle of ``out``, (parameters, parameters), with H."""
    alphas, groups = arrays.alphas, len(arrays.cell_start) - 1
    count = len(derivatives.gradient)
    # Half of the middle term, of which H has this and its transpose: z l^T with
    # z = sum over the cells of a group of r F (u - N l / 2), and the rows of the factors.
    out[:] = 0.0
    z = np.zeros((groups, alphas))
    for group in range(groups):
        for cell in range(arrays.cell_start[group], arrays.cell_start[group + 1]):
            u, log_slope = derivatives.cell_slope[cell], rates.slope[group]
            residual = derivatives.cell_residual[cell]
            half_yield = 0.5 * rates.cell_yield[cell]
            for p in range(alphas):
                z[group, p] += residual * (u[p] - half_yield * log_slope[p])
            for k in range(arrays.factors.shape[1]):
                m = arrays.factors[cell, k]
                if m == NO_FACTOR:
                    continue
                row, scaled = out[alphas + m], residual * derivatives.inverse[m]
                for p in range(alphas):
                    row[p] += scaled * u[p]
                for other in range(k):
                    m2 = arrays.factors[cell, other]
                    if m2 != NO_FACTOR:
                        low, high = min(m, m2), max(m, m2)
                        out[alphas + high, alphas + low] += (
                            scaled * rates.cell_yield[cell] * derivatives.inverse[m2]
                        )
    for p in range(alphas):
        row = out[p]
        for group in range(groups):
            slope = rates.slope[group, p]
            if slope != 0.0:
                other_row = z[group]
                for q in range(alphas):
                    row[q] += slope * other_row[q]
    for p in range(alphas):
        for q in range(p):
            out[p, q] += out[q, p]
    for p in range(count):
        row = out[p]
        for b in range(arrays.bins):
            jacobian = derivatives.jacobian[b]
            scaled = derivatives.weight[b] * jacobian[p]
            if p < alphas or scaled != 0.0:
                for q in range(p):
                    row[q] += scaled * jacobian[q]
    for p in range(count):
        diagonal = derivatives.constraint[p] + derivatives.curvature[p]
        for b in range(arrays.bins):
            diagonal += derivatives.weight[b] * derivatives.jacobian[b, p] ** 2
        out[p, p] = diagonal
