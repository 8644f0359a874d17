"""Which parameters move in a step, and on which side of a kink.

With interpolation codes 0 and 1 the NLL has a kink where an alpha is 0: such an alpha moves on the
side that descends, and is held at 0 where both sides ascend. A parameter at a bound whose gradient
points outward is held there.
"""

import math

from fitscan.engines.compiled.kernels.buffers import FitBuffers, Place
from fitscan.engines.compiled.kernels.derivatives import evaluate_derivatives
from fitscan.engines.compiled.kernels.linear import copy
from fitscan.engines.compiled.kernels.problem import Problem
from fitscan.engines.compiled.machine_code.jit import kernel
from fitscan.model.arrays import Arrays, FloatArray, IntArray

__all__ = ["choose_free", "evaluate_on_sides", "is_free", "list_free"]


@kernel
def evaluate_on_sides(here: Place, problem: Problem, buffers: FitBuffers) -> None:
    """Evaluate the derivatives on the side of each kink that descends; bound the step to it."""
    arrays = problem.arrays
    smooth = arrays.histosys_code != 0 and arrays.normsys_code != 1
    copy(problem.lower, buffers.lower)
    copy(problem.upper, buffers.upper)
    for attempt in range(2):
        evaluate_derivatives(
            here.pars,
            buffers.side,
            here.rates,
            arrays,
            problem.data,
            buffers.work,
            buffers.derivatives,
        )
        if attempt == 1 or smooth or not _choose_sides(here.pars, arrays, buffers):
            return


@kernel
def _choose_sides(pars: FloatArray, arrays: Arrays, buffers: FitBuffers) -> bool:
    """Choose the sides and bound the alphas to them; tell whether one at 0 has changed."""
    derivatives = buffers.derivatives
    changed = False
    for p in range(arrays.alphas):
        side = math.copysign(1.0, pars[p])
        if pars[p] == 0.0:
            jump = derivatives.kink[p]
            above = derivatives.gradient[p] + (0.0 if buffers.side[p] > 0.0 else jump)
            below = above - jump
            side = buffers.side[p]
            if above < min(0.0, -below):
                side = 1.0
            elif below > 0.0:
                side = -1.0
            elif above < 0.0:
                side = 1.0
            else:
                buffers.lower[p] = buffers.upper[p] = 0.0
        changed = changed or (pars[p] == 0.0 and side != buffers.side[p])
        buffers.side[p] = side
        if side > 0.0:
            buffers.lower[p] = max(buffers.lower[p], 0.0)
        else:
            buffers.upper[p] = min(buffers.upper[p], 0.0)
    return changed


@kernel
def choose_free(pars: FloatArray, buffers: FitBuffers) -> float:
    """Hold parameters at bounds they are pushed against; return the largest gradient of others."""
    gradient = buffers.derivatives.gradient
    largest = 0.0
    for p in range(len(pars)):
        free = not buffers.held[p] and buffers.lower[p] < buffers.upper[p]
        free = free and not (pars[p] <= buffers.lower[p] and gradient[p] >= 0.0)
        free = free and not (pars[p] >= buffers.upper[p] and gradient[p] <= 0.0)
        buffers.free[p] = free
        if free:
            largest = max(largest, abs(gradient[p]))
        else:
            # What is held has no part in any product.
            gradient[p] = 0.0
    return largest


@kernel
def is_free(index: IntArray, buffers: FitBuffers) -> bool:
    """Tell whether just the parameters of ``index`` are free."""
    count = 0
    for p in range(len(buffers.free)):
        count += buffers.free[p]
    for k in range(len(index)):
        if not buffers.free[index[k]]:
            return False
    return count == len(index)


@kernel
def list_free(buffers: FitBuffers) -> int:
    """Put the indices of the free parameters into the buffers; return how many there are."""
    count = 0
    for p in range(len(buffers.free)):
        if buffers.free[p]:
            buffers.index[count] = p
            count += 1
    return count
