"""Expected events: the yield and the factor of each cell, the rate of each bin.

    N_c = nominal_c + sum_p (half_difference_cp alpha_p + bend_cp g(alpha_p))
    F_c = prod_p f_gp(alpha_p) prod_m theta_m
    lambda_b = sum over the cells of b of N_c F_c

Interpolation g and f: ``fitscan.model.interpolation``. Derivatives of f by code 4 are evaluated at
the same time where they are asked for, since the coefficients come from memory; all others are
those of ``kernels.slopes``.
"""

import math
from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled.kernels.linear import fill
from fitscan.engines.compiled.machine_code.jit import disjoint, helper, kernel
from fitscan.model.arrays import Arrays, FloatArray

__all__ = ["Rates", "evaluate_rates", "evaluate_rates_and_slopes"]


class Rates(NamedTuple):
    """The model at one set of parameters.

    Attributes:
        rate: lambda, (bins,).
        cell_yield: N, (cells,).
        cell_factor: F, (cells,).
        norm_factor: Product of the f of a group, (groups,).
        theta: 1, which stands for ``NO_FACTOR``, and the factors, (1 + factors,).
        even: g, (alphas,).
        entry_pull: alpha of each normsys entry, for code 4, (entries,).
        entry_value: V of each at alpha clipped to [-1, 1], for code 4, (entries,).
        entry_slope: l = d ln f / d alpha of each, (entries,).
        entry_change: dl / d alpha of each, (entries,).
    """

    rate: FloatArray
    cell_yield: FloatArray
    cell_factor: FloatArray
    norm_factor: FloatArray
    theta: FloatArray
    even: FloatArray
    entry_pull: FloatArray
    entry_value: FloatArray
    entry_slope: FloatArray
    entry_change: FloatArray


@kernel
def evaluate_rates(pars: FloatArray, arrays: Arrays, out: Rates) -> None:
    """Fill ``out`` but for the derivatives.

    Args:
        pars: Parameters.
        arrays: The model.
        out: What is filled.
    """
    if arrays.normsys_code == 4:
        _gather_pulls(pars, arrays, out)
        _evaluate_polynomials(out.entry_pull, arrays.entry_poly, out.entry_value)
    _sum_cells(pars, arrays, out)


@kernel
def evaluate_rates_and_slopes(pars: FloatArray, arrays: Arrays, out: Rates) -> None:
    """Fill ``out``, as where derivatives will be evaluated; see ``evaluate_rates``."""
    if arrays.normsys_code == 4:
        _gather_pulls(pars, arrays, out)
        poly = arrays.entry_poly
        _differentiate_polynomials(
            poly[0],
            poly[1],
            poly[2],
            poly[3],
            poly[4],
            poly[5],
            out.entry_pull,
            out.entry_value,
            out.entry_slope,
            out.entry_change,
        )
    _sum_cells(pars, arrays, out)


@kernel
def _sum_cells(pars: FloatArray, arrays: Arrays, out: Rates) -> None:
    """Fill yields and factors of the cells, and rates, given V of the entries."""
    _interpolate_shapes(pars, arrays, out)
    if arrays.normsys_code == 4:
        _multiply_entries(pars, arrays, out)
    else:
        _code1(pars, arrays, out)
    fill(out.rate, 0.0)
    for m in range(len(out.theta) - 1):
        out.theta[m + 1] = pars[arrays.alphas + m]
    half, bend, even = arrays.half_rows, arrays.bend_rows, out.even
    width = arrays.factors.shape[1]
    for group in range(len(arrays.cell_start) - 1):
        for cell in range(arrays.cell_start[group], arrays.cell_start[group + 1]):
            total = arrays.nominal[cell]
            begin, end = arrays.span[cell, 0], min(arrays.span[cell, 1], arrays.alphas)
            # Unsigned numbers are not looked at for being negative.
            for p in range(np.uint64(begin), np.uint64(end)):
                total += half[cell, p] * pars[p] + bend[cell, p] * even[p]
            factor = out.norm_factor[group]
            for k in range(width):
                factor *= out.theta[np.uint64(arrays.factors[cell, k] + 1)]
            out.cell_yield[cell] = total
            out.cell_factor[cell] = factor
            out.rate[arrays.bin[cell]] += total * factor


@kernel
def _interpolate_shapes(pars: FloatArray, arrays: Arrays, out: Rates) -> None:
    """Evaluate g for each alpha."""
    for p in range(arrays.alphas):
        a = pars[p]
        if arrays.histosys_code == 4:
            b = min(max(a, -1.0), 1.0)
            q = b * b
            out.even[p] = q * (15.0 + q * (-10.0 + 3.0 * q)) + 8.0 * abs(a - b)
        elif arrays.histosys_code == 2:
            out.even[p] = 8.0 * (a * a if abs(a) <= 1.0 else 2.0 * abs(a) - 1.0)
        else:
            out.even[p] = 8.0 * abs(a)


@helper
def _gather_pulls(pars: FloatArray, arrays: Arrays, out: Rates) -> None:
    """Put the alpha of each normsys entry beside its coefficients."""
    for e in range(len(arrays.entry_alpha)):
        out.entry_pull[e] = pars[arrays.entry_alpha[e]]


@kernel
def _multiply_entries(pars: FloatArray, arrays: Arrays, out: Rates) -> None:
    """Code 4: a polynomial V in b, and V kappa^(|alpha| - 1) beyond |alpha| = 1."""
    for group in range(len(out.norm_factor)):
        product = 1.0
        for e in range(
            # Unsigned numbers are not looked at for being negative.
            np.uint64(arrays.entry_start[group]),
            np.uint64(arrays.entry_start[group + 1]),
        ):
            product *= out.entry_value[e]
        out.norm_factor[group] = product
    outside = False
    for p in range(arrays.alphas):
        outside = outside or abs(pars[p]) > 1.0
    if outside:
        _multiply_outside(arrays, out)


@kernel
def _evaluate_polynomials(pull: FloatArray, poly: FloatArray, value: FloatArray) -> None:
    """Evaluate V of each entry."""
    c1, c2, c3, c4, c5, c6 = poly[0], poly[1], poly[2], poly[3], poly[4], poly[5]
    for e in range(len(c1)):  # the memory may be longer
        b = min(max(pull[e], -1.0), 1.0)
        value[e] = 1.0 + b * (
            c1[e] + b * (c2[e] + b * (c3[e] + b * (c4[e] + b * (c5[e] + b * c6[e]))))
        )


@disjoint
def _differentiate_polynomials(
    c1: FloatArray,
    c2: FloatArray,
    c3: FloatArray,
    c4: FloatArray,
    c5: FloatArray,
    c6: FloatArray,
    pull: FloatArray,
    value: FloatArray,
    slope: FloatArray,
    change: FloatArray,
) -> None:
    """Evaluate V, l = V'/V and dl/db of each entry, where b is alpha clipped to [-1, 1]."""
    for e in range(len(c1)):  # the memory may be longer
        b = min(max(pull[e], -1.0), 1.0)
        v = 1.0 + b * (c1[e] + b * (c2[e] + b * (c3[e] + b * (c4[e] + b * (c5[e] + b * c6[e])))))
        dv = c1[e] + b * (
            2 * c2[e] + b * (3 * c3[e] + b * (4 * c4[e] + b * (5 * c5[e] + b * 6 * c6[e])))
        )
        ddv = 2 * c2[e] + b * (6 * c3[e] + b * (12 * c4[e] + b * (20 * c5[e] + b * 30 * c6[e])))
        inverse = 1.0 / v
        value[e] = v
        slope[e] = dv * inverse
        change[e] = ddv * inverse - (dv * inverse) * (dv * inverse)


@kernel
def _multiply_outside(arrays: Arrays, out: Rates) -> None:
    """Multiply the factors of groups by kappa^(|alpha| - 1) where |alpha| > 1."""
    log_hi, log_lo, pull = arrays.entry_log_hi, arrays.entry_log_lo, out.entry_pull
    for group in range(len(out.norm_factor)):
        exponent = 0.0
        for e in range(
            np.uint64(arrays.entry_start[group]), np.uint64(arrays.entry_start[group + 1])
        ):
            above, below = max(pull[e] - 1.0, 0.0), max(-1.0 - pull[e], 0.0)
            exponent += above * log_hi[e] + below * log_lo[e]
        out.norm_factor[group] *= math.exp(exponent)


@kernel
def _code1(pars: FloatArray, arrays: Arrays, out: Rates) -> None:
    """Code 1: kappa^|alpha|."""
    for group in range(len(arrays.entry_start) - 1):
        exponent = 0.0
        for e in range(arrays.entry_start[group], arrays.entry_start[group + 1]):
            a = pars[arrays.entry_alpha[e]]
            exponent += a * (arrays.entry_log_hi[e] if a > 0.0 else -arrays.entry_log_lo[e])
        out.norm_factor[group] = math.exp(exponent)
