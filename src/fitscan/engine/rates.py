"""Expected events: the yield and the factor of each cell, the rate of each bin.

    N_c = nominal_c + sum_p (half_difference_cp alpha_p + bend_cp g(alpha_p))
    F_c = prod_p f_gp(alpha_p) prod_m theta_m
    lambda_b = sum over the cells of b of N_c F_c

Interpolation g and f: ``fitscan.model.interpolation``. Beside the rates come the parts from which
derivatives are made: for each group and alpha l = d ln f / d alpha and dl / d alpha, and for each
alpha g' and g''.
"""

import math
from typing import NamedTuple

import numpy as np

from fitscan.engine.jit import kernel
from fitscan.engine.linear import fill
from fitscan.model.arrays import Arrays, FloatArray

__all__ = ["Rates", "evaluate_rates"]


class Rates(NamedTuple):
    """The model at one set of parameters.

    Attributes:
        rate: lambda, (bins,).
        cell_yield: N, (cells,).
        cell_factor: F, (cells,).
        norm_factor: Product of the f of a group, (groups,).
        theta: 1, which stands for ``NO_FACTOR``, and the factors, (1 + factors,).
        slope: l, (groups, alphas); 0 where a group has no normsys of that alpha.
        entry_change: dl / d alpha of each normsys entry, (entries,).
        even: g, (alphas,).
        even_slope: g', (alphas,).
        even_curve: g'', (alphas,).
        inside: b, which is alpha clipped to [-1, 1], (alphas,).
        entry_inside: b of each normsys entry, (entries,).
        entry_value: V of each, (entries,).
        entry_slope: l of each, (entries,).
    """

    rate: FloatArray
    cell_yield: FloatArray
    cell_factor: FloatArray
    norm_factor: FloatArray
    theta: FloatArray
    slope: FloatArray
    entry_change: FloatArray
    even: FloatArray
    even_slope: FloatArray
    even_curve: FloatArray
    inside: FloatArray
    entry_inside: FloatArray
    entry_value: FloatArray
    entry_slope: FloatArray


@kernel
def evaluate_rates(pars: FloatArray, side: FloatArray, arrays: Arrays, out: Rates) -> None:
    """Fill ``out``.

    Args:
        pars: Parameters.
        side: For codes with a kink at 0 (codes 0 and 1): whether an alpha of 0 is taken with the
            derivatives of positive (+1) or negative (-1) alphas, (parameters,).
        arrays: The model.
        out: What is filled.
    """
    _interpolate_shapes(pars, side, arrays, out)
    _interpolate_norms(pars, side, arrays, out)
    fill(out.rate, 0.0)
    for m in range(len(out.theta) - 1):
        out.theta[m + 1] = pars[arrays.alphas + m]
    half, bend, even, alphas = arrays.half_difference, arrays.bend, out.even, arrays.alphas
    width = arrays.factors.shape[1]
    for group in range(len(arrays.cell_start) - 1):
        for cell in range(arrays.cell_start[group], arrays.cell_start[group + 1]):
            total = arrays.nominal[cell]
            if arrays.shaped[cell]:
                for p in range(alphas):
                    total += half[cell, p] * pars[p] + bend[cell, p] * even[p]
            factor = out.norm_factor[group]
            for k in range(width):
                factor *= out.theta[np.uint64(arrays.factors[cell, k] + 1)]
            out.cell_yield[cell] = total
            out.cell_factor[cell] = factor
            out.rate[arrays.bin[cell]] += total * factor


@kernel
def _interpolate_shapes(pars: FloatArray, side: FloatArray, arrays: Arrays, out: Rates) -> None:
    """Evaluate g and its derivatives for each alpha."""
    for p in range(arrays.alphas):
        a = pars[p]
        if arrays.histosys_code == 4:
            b = min(max(a, -1.0), 1.0)
            q = b * b
            out.even[p] = q * (15.0 + q * (-10.0 + 3.0 * q)) + 8.0 * abs(a - b)
            out.even_slope[p] = b * (30.0 + q * (-40.0 + 18.0 * q))
            out.even_curve[p] = 30.0 + q * (-120.0 + 90.0 * q) if a == b else 0.0
        elif arrays.histosys_code == 2:
            inside = abs(a) <= 1.0
            out.even[p] = 8.0 * (a * a if inside else 2.0 * abs(a) - 1.0)
            out.even_slope[p] = 16.0 * (a if inside else math.copysign(1.0, a))
            out.even_curve[p] = 16.0 if inside else 0.0
        else:
            out.even[p] = 8.0 * abs(a)
            out.even_slope[p] = 8.0 * (side[p] if a == 0.0 else math.copysign(1.0, a))
            out.even_curve[p] = 0.0


@kernel
def _interpolate_norms(pars: FloatArray, side: FloatArray, arrays: Arrays, out: Rates) -> None:
    """Evaluate f of each group, and l and c of each of its entries."""
    if arrays.normsys_code == 4:
        _code4(pars, arrays, out)
    else:
        _code1(pars, side, arrays, out)


@kernel
def _code4(pars: FloatArray, arrays: Arrays, out: Rates) -> None:
    """Code 4: a polynomial V in b, and exp((alpha - b) V'/V) beyond |alpha| = 1."""
    outside = False
    for p in range(arrays.alphas):
        out.inside[p] = min(max(pars[p], -1.0), 1.0)
        outside = outside or out.inside[p] != pars[p]
    # Unsigned numbers are not looked at for being negative.
    for e in range(len(arrays.entry_alpha)):
        out.entry_inside[e] = out.inside[np.uint64(arrays.entry_alpha[e])]
    _evaluate_polynomials(
        out.entry_inside, arrays.entry_poly, out.entry_value, out.entry_slope, out.entry_change
    )
    _multiply_entries(arrays, out)
    if outside:
        _multiply_outside(pars, arrays, out)


@kernel
def _multiply_entries(arrays: Arrays, out: Rates) -> None:
    """Multiply the V of a group, and put the l of its entries into their places."""
    alpha, value, entry_slope = arrays.entry_alpha, out.entry_value, out.entry_slope
    for group in range(len(out.slope)):
        product, slope = 1.0, out.slope[group]
        for e in range(
            np.uint64(arrays.entry_start[group]), np.uint64(arrays.entry_start[group + 1])
        ):
            product *= value[e]
            slope[np.uint64(alpha[e])] = entry_slope[e]
        out.norm_factor[group] = product


@kernel
def _multiply_outside(pars: FloatArray, arrays: Arrays, out: Rates) -> None:
    """Multiply the factors of groups by exp((alpha - b) l)."""
    for group in range(len(out.slope)):
        exponent = 0.0
        for p in range(arrays.alphas):
            exponent += (pars[p] - out.inside[p]) * out.slope[group, p]
        out.norm_factor[group] *= math.exp(exponent)


@kernel
def _evaluate_polynomials(
    inner: FloatArray, poly: FloatArray, value: FloatArray, slope: FloatArray, change: FloatArray
) -> None:
    """Evaluate V, l = V'/V and dl/db of each entry."""
    c1, c2, c3, c4, c5, c6 = poly[0], poly[1], poly[2], poly[3], poly[4], poly[5]
    for e in range(len(c1)):  # the memory may be longer
        b = inner[e]
        v = 1.0 + b * (c1[e] + b * (c2[e] + b * (c3[e] + b * (c4[e] + b * (c5[e] + b * c6[e])))))
        dv = c1[e] + b * (
            2 * c2[e] + b * (3 * c3[e] + b * (4 * c4[e] + b * (5 * c5[e] + b * 6 * c6[e])))
        )
        ddv = 2 * c2[e] + b * (6 * c3[e] + b * (12 * c4[e] + b * (20 * c5[e] + b * 30 * c6[e])))
        inverse = 1.0 / v
        value[e] = v
        slope[e] = dv * inverse
        change[e] = ddv * inverse - slope[e] * slope[e]


@kernel
def _code1(pars: FloatArray, side: FloatArray, arrays: Arrays, out: Rates) -> None:
    """Code 1: kappa^|alpha|."""
    for group in range(len(arrays.entry_start) - 1):
        exponent = 0.0
        for e in range(arrays.entry_start[group], arrays.entry_start[group + 1]):
            p = arrays.entry_alpha[e]
            up = pars[p] > 0.0 or (pars[p] == 0.0 and side[p] > 0.0)
            slope = arrays.entry_log_hi[e] if up else -arrays.entry_log_lo[e]
            out.slope[group, p] = slope
            exponent += pars[p] * slope
        out.norm_factor[group] = math.exp(exponent)
