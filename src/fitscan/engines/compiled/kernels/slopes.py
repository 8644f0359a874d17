"""Derivatives of the interpolations g and f, from which those of the rates are made.

For each group and alpha l = d ln f / d alpha and dl / d alpha, and for each alpha g' and g''; see
``kernels.rates``.
"""

import math
from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled.kernels.rates import Rates
from fitscan.engines.compiled.machine_code.jit import helper, kernel
from fitscan.model.arrays import Arrays, FloatArray

__all__ = ["Slopes", "evaluate_slopes", "put_slopes"]


class Slopes(NamedTuple):
    """The derivatives at one set of parameters.

    Attributes:
        slope: l, (groups, alphas); 0 where a group has no normsys of that alpha.
        even_slope: g', (alphas,).
        even_curve: g'', (alphas,).
    """

    slope: FloatArray
    even_slope: FloatArray
    even_curve: FloatArray


@kernel
def evaluate_slopes(
    pars: FloatArray, side: FloatArray, rates: Rates, arrays: Arrays, out: Slopes
) -> None:
    """Fill ``out`` but for the slopes of groups, which ``put_slopes`` fills.

    Args:
        pars: Parameters at which ``rates`` were evaluated, with slopes.
        side: For codes with a kink at 0 (codes 0 and 1): whether an alpha of 0 is taken with the
            derivatives of positive (+1) or negative (-1) alphas, (parameters,).
        rates: The rates there.
        arrays: The model.
        out: What is filled.
    """
    _differentiate_shapes(pars, side, arrays, out)
    if arrays.normsys_code != 4:
        _differentiate_powers(pars, side, rates, arrays)


@helper
def put_slopes(group: int, rates: Rates, arrays: Arrays, row: FloatArray) -> None:
    """Put l of a group into its row, (alphas,); what stands there for other alphas stays."""
    for e in range(
        # Unsigned numbers are not looked at for being negative.
        np.uint64(arrays.entry_start[group]),
        np.uint64(arrays.entry_start[group + 1]),
    ):
        row[arrays.entry_alpha[e]] = rates.entry_slope[e]


@kernel
def _differentiate_shapes(pars: FloatArray, side: FloatArray, arrays: Arrays, out: Slopes) -> None:
    """Evaluate g' and g'' for each alpha."""
    for p in range(arrays.alphas):
        a = pars[p]
        if arrays.histosys_code == 4:
            b = min(max(a, -1.0), 1.0)
            q = b * b
            out.even_slope[p] = b * (30.0 + q * (-40.0 + 18.0 * q))
            out.even_curve[p] = 30.0 + q * (-120.0 + 90.0 * q) if a == b else 0.0
        elif arrays.histosys_code == 2:
            inside = abs(a) <= 1.0
            out.even_slope[p] = 16.0 * (a if inside else math.copysign(1.0, a))
            out.even_curve[p] = 16.0 if inside else 0.0
        else:
            out.even_slope[p] = 8.0 * (side[p] if a == 0.0 else math.copysign(1.0, a))
            out.even_curve[p] = 0.0


@kernel
def _differentiate_powers(pars: FloatArray, side: FloatArray, rates: Rates, arrays: Arrays) -> None:
    """Code 1: l is ln kappa on the side of alpha."""
    for e in range(len(arrays.entry_alpha)):
        p = arrays.entry_alpha[e]
        up = pars[p] > 0.0 or (pars[p] == 0.0 and side[p] > 0.0)
        rates.entry_slope[e] = arrays.entry_log_hi[e] if up else -arrays.entry_log_lo[e]
        rates.entry_change[e] = 0.0
