"""HistFactory's interpolation between the variations of a modifier, as coefficients.

For a parameter alpha let b be alpha clipped to [-1, 1], the range in which codes 4 and 4p are
polynomials. A shape variation (histosys) adds to the yield of a bin

    half_difference alpha + bend g(alpha)                                          (additive)

with half_difference = (up - down) / 2, bend = (up + down - 2 nominal) / 16 and an even function g:

    code 0    g = 8 |alpha|                                                  piecewise linear
    code 2    g = 8 alpha^2 inside, 8 (2 |alpha| - 1) outside                  quadratic inside
    code 4p   g = b^2 (15 - 10 b^2 + 3 b^4) + 8 (|alpha| - |b|)                sixth order inside

A normalisation variation (normsys) multiplies the yields of a sample by

    code 1    kappa^|alpha|                                             piecewise exponential
    code 4    1 + c_1 alpha + ... + c_6 alpha^6 inside, kappa^|alpha| outside

where kappa is ``hi`` for a positive and ``lo`` for a negative alpha, and the c_k make the function
and its first two derivatives continuous. Code 4 takes a kappa of 0, an uncertainty of 100 %: the
limits of kappa ln kappa and kappa (ln kappa)^2 are 0, so the function falls to 0 at alpha = -1 (or
+1) with both derivatives and stays there. Code 1 would jump to 0 at alpha = 0 and does not take it.

Sources: CERN-OPEN-2012-016 (HistFactory), section 4.1; pyhf 0.7.6, ``pyhf.interpolators``. Code 2
is the one of HistFactory, which is continuous; pyhf's leaves out a constant beyond |alpha| = 1. A
kappa of 0 is as in ROOT's ``FlexibleInterpVar``; pyhf gives NaN.
"""

from collections.abc import Sequence

import numpy as np

from fitscan.model.arrays import FloatArray

__all__ = [
    "HISTOSYS_CODES",
    "NORMSYS_CODES",
    "bend_coefficients",
    "code4_coefficients",
    "log_variation",
]

# The numbers by which kernels know the codes.
HISTOSYS_CODES = {"code0": 0, "code2": 2, "code4p": 4}
NORMSYS_CODES = {"code1": 1, "code4": 4}

# c = _CODE4 @ (f(1) - 1, f(-1) - 1, f'(1), f'(-1), f''(1), f''(-1)): six conditions at alpha = +-1.
_CODE4 = (
    np.array(
        [
            [15, -15, -7, -7, 1, -1],
            [24, 24, -9, 9, 1, 1],
            [-10, 10, 10, 10, -2, 2],
            [-24, -24, 14, -14, -2, -2],
            [3, -3, -3, -3, 1, -1],
            [8, 8, -5, 5, 1, 1],
        ],
        dtype=float,
    )
    / 16.0
)


# The polynomial of a variation to 0 ends this far above 0, in units of its own size, since kernels
# divide by it: what rounding leaves of a 0 has any sign and any derivative. Rounding is some 50
# times smaller than this, and the error that this makes in a yield is below what the minimiser
# sees. The derivatives keep their limits, which are 0.
_FLOOR = 1e-13

_TINY = np.finfo(float).tiny


def log_variation(factor: FloatArray) -> FloatArray:
    """Return the logarithm of factors, with a finite one of 0, which times 0 is 0."""
    return np.asarray(np.log(np.maximum(factor, _TINY)))


def code4_coefficients(
    hi: Sequence[float] | FloatArray,
    lo: Sequence[float] | FloatArray,
    logs: tuple[FloatArray, FloatArray] | None = None,
) -> FloatArray:
    """Return c_1 ... c_6 of code 4 for normalisation variations, shape (6, variations).

    Args:
        hi: Factor at alpha = 1, not negative, (variations,).
        lo: Factor at alpha = -1, not negative.
        logs: What ``log_variation`` returns of both; None takes it.
    """
    up, down = np.asarray(hi, dtype=float), np.asarray(lo, dtype=float)
    log_up, log_down = logs or (log_variation(up), log_variation(down))
    conditions = np.empty((6, *up.shape))
    conditions[0], conditions[1] = up - 1, down - 1
    conditions[2], conditions[3] = log_up * up, -log_down * down
    conditions[4], conditions[5] = log_up * conditions[2], -log_down * conditions[3]
    floor = _FLOOR * (1.0 + np.abs(conditions).sum(axis=0))
    conditions[0], conditions[1] = np.maximum(up, floor) - 1, np.maximum(down, floor) - 1
    # Not a matrix product, which would start the threads of a linear algebra library.
    return np.asarray(np.einsum("kc,cv->kv", _CODE4, conditions))


def bend_coefficients(
    up: FloatArray, down: FloatArray, nominal: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return half_difference and bend of shape variations; all arrays have the same shape."""
    return (up - down) / 2.0, (up + down - 2.0 * nominal) / 16.0
