"""Preconditioned conjugate gradients: the Newton direction far from the minimum.

H d = gradient is solved with exact products, to a precision that follows the distance to the
minimum. A direction of negative curvature ends it (Nocedal and Wright, Numerical Optimization, 2nd
ed., algorithm 7.1).
"""

import math

from fitscan.engines.compiled.kernels.buffers import FitBuffers
from fitscan.engines.compiled.kernels.derivatives import hessian_product
from fitscan.engines.compiled.kernels.linear import (
    apply_preconditioner,
    copy,
    dot,
    fill,
    set_preconditioner,
)
from fitscan.engines.compiled.machine_code.jit import helper, kernel
from fitscan.model.arrays import Arrays

__all__ = ["conjugate_gradients", "estimate_edm", "limit_pulls"]

_MAX_PRODUCTS = 60

# The most that a step far from the minimum changes any pull, in standard deviations. Longer ones
# cross from one local minimum to another: CLs of 7 of the 125 points of 1Lbb are then further than
# 1e-4 from pyhf's, and 5 with this bound.
_LONGEST_PULL = 0.5


@kernel
def estimate_edm(buffers: FitBuffers) -> float:
    """Set the preconditioner; return 0.5 g^T M^-1 g and keep M^-1 g."""
    here = buffers.derivatives
    set_preconditioner(
        here.constraint,
        here.curvature,
        here.weight,
        here.jacobian,
        buffers.free,
        buffers.preconditioner,
    )
    apply_preconditioner(here.gradient, buffers.preconditioner, buffers.scaled)
    return 0.5 * dot(here.gradient, buffers.scaled)


@kernel
def conjugate_gradients(arrays: Arrays, edm: float, buffers: FitBuffers) -> int:
    """Put an approximate H^-1 g into the direction; return the number of products."""
    gradient, direction, residual = (
        buffers.derivatives.gradient,
        buffers.direction,
        buffers.residual,
    )
    scaled, search, product = buffers.scaled, buffers.search, buffers.product
    copy(gradient, residual)
    copy(scaled, search)
    fill(direction, 0.0)
    before = first = dot(residual, scaled)
    precision = min(0.1, math.sqrt(max(edm, 0.0)))
    products = 0
    while products < _MAX_PRODUCTS:
        hessian_product(search, arrays, buffers.derivatives, product)
        products += 1
        for p in range(len(product)):
            if not buffers.free[p]:
                product[p] = 0.0
        curvature = dot(search, product)
        # Next to nothing is rounding: along a line without curvature no step is long enough.
        if curvature <= 1e-10 * before:
            if products == 1:
                copy(search, direction)
            break
        length = before / curvature
        for p in range(len(direction)):
            direction[p] += length * search[p]
            residual[p] -= length * product[p]
        apply_preconditioner(residual, buffers.preconditioner, scaled)
        after = dot(residual, scaled)
        if after <= precision * precision * first:
            break
        for p in range(len(search)):
            search[p] = scaled[p] + (after / before) * search[p]
        before = after
    if not dot(gradient, direction) > 0.0:
        # Digits were lost: the gradient itself, in units of the diagonal.
        for p in range(len(direction)):
            direction[p] = gradient[p] * buffers.preconditioner.inverse_diagonal[p]
    return products


@helper
def limit_pulls(alphas: int, buffers: FitBuffers) -> None:
    """Shorten the direction so that no alpha moves by more than ``_LONGEST_PULL``."""
    largest = 0.0
    for p in range(alphas):
        largest = max(largest, abs(buffers.direction[p]))
    if largest > _LONGEST_PULL:
        for p in range(len(buffers.direction)):
            buffers.direction[p] *= _LONGEST_PULL / largest
