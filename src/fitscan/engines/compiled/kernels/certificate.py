"""The certificate of a minimum: the Cholesky factor of the Hessian, and the EDM that it gives.

The factor proves that the Hessian of the free parameters is positive definite, and gives the last
Newton steps and the estimated distance to the minimum, EDM = 0.5 g^T H^-1 g, that ends the fit.
"""

import numpy as np

from fitscan.engines.compiled.kernels.buffers import FitBuffers
from fitscan.engines.compiled.kernels.derivatives import evaluate_hessian
from fitscan.engines.compiled.kernels.linear import (
    dot,
    factorise,
    negative_direction,
    solve_factorised,
)
from fitscan.engines.compiled.machine_code.jit import kernel
from fitscan.model.arrays import Arrays, IntArray

__all__ = ["factorise_free", "newton_direction"]


@kernel
def factorise_free(index: IntArray, arrays: Arrays, buffers: FitBuffers) -> bool:
    """Factorise H of the parameters of ``index``.

    Returns:
        Whether it is positive definite; if not, the direction has negative curvature.
    """
    evaluate_hessian(arrays, buffers.derivatives, buffers.work, buffers.hessian)
    failed = factorise(buffers.hessian, index, buffers.work, buffers.factor)
    if failed >= 0:
        negative_direction(buffers.factor, index, failed, buffers.direction)
    return failed < 0


@kernel
def newton_direction(index: IntArray, buffers: FitBuffers) -> float:
    """Put H^-1 g into the direction and return the EDM.

    A parameter that the factor leaves out, since nothing curves along it, has to have no gradient
    either: else, as where the rate of an empty bin is all that depends on it, this is no minimum.
    """
    gradient, direction = buffers.derivatives.gradient, buffers.direction
    solve_factorised(buffers.factor, index, gradient, buffers.work, direction)
    edm = 0.5 * dot(gradient, direction)
    for a in range(len(index)):
        if buffers.factor[a, a] == np.inf:
            p = index[a]
            direction[p] = gradient[p] * buffers.preconditioner.inverse_diagonal[p]
            edm += 0.5 * gradient[p] * direction[p]
    return edm
