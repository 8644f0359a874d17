"""Flat directions, in which the NLL does not change: a ridge that fits need there, and their count.

Along a curved valley whose bottom is level the Hessian has, away from the bottom, an eigenvalue
just below 0. With a ridge, something added to its diagonal, the step goes down the sides and hardly
along the bottom.
"""

import numpy as np

from fitscan.engines.compiled.kernels.buffers import FitBuffers
from fitscan.engines.compiled.kernels.linear import factorise
from fitscan.engines.compiled.machine_code.jit import kernel
from fitscan.model.arrays import IntArray

__all__ = ["count_flat", "factorise_flat"]

# What is added to the diagonal, relative to it: the first of these with which the Hessian is
# positive definite.
_FIRST_RIDGE, _LAST_RIDGE = 1e-6, 1e-2

# A direction is flat where a pivot is smaller than this part of its diagonal, or hardly more than
# the ridge. (The ratio is 1 - R^2, with R the correlation with the parameters before.)
_FLAT = 1e-8


@kernel
def factorise_flat(index: IntArray, buffers: FitBuffers) -> float:
    """Factorise the Hessian in the buffers with a ridge.

    Returns:
        The ridge, relative to the diagonal; 0 where none makes H positive definite.
    """
    ridge = _FIRST_RIDGE
    while ridge <= _LAST_RIDGE:
        for k in range(len(index)):
            p = index[k]
            buffers.hessian[p, p] = (1.0 + ridge) * abs(buffers.hessian[p, p])
        if factorise(buffers.hessian, index, buffers.work, buffers.factor) < 0:
            return ridge
        ridge *= 100.0
    return 0.0


@kernel
def count_flat(index: IntArray, ridge: float, buffers: FitBuffers) -> int:
    """Count the directions in which nothing changes, by the last factorisation."""
    flat = 0
    for a in range(len(index)):
        pivot, diagonal = buffers.factor[a, a], abs(buffers.hessian[index[a], index[a]])
        if pivot == np.inf or pivot * pivot <= max(_FLAT, 10.0 * ridge) * diagonal:
            flat += 1
    return flat
