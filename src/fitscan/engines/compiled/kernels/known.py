"""Whether a fit is next to a minimum that is known, where nothing new is to be found."""

import math

from fitscan.engines.compiled.kernels.problem import KnownMinima
from fitscan.engines.compiled.machine_code.jit import kernel
from fitscan.model.arrays import GAUSSIAN, POISSON, Arrays, FloatArray

__all__ = ["is_known"]

# A fit is at a known minimum when its NLL and its constrained parameters, in standard deviations,
# are this near to it: nothing is left but the last Newton steps.
_NEAR_NLL, _NEAR_PULL = 0.05, 0.15


@kernel
def is_known(pars: FloatArray, nll: float, known: KnownMinima, arrays: Arrays) -> bool:
    """Tell whether the fit is next to a known minimum."""
    for k in range(len(known.nll)):
        near = abs(nll - known.nll[k]) < _NEAR_NLL
        if not near:
            continue
        for p in range(len(pars)):
            distance = abs(pars[p] - known.pars[k, p])
            if arrays.constraint[p] == GAUSSIAN:
                near = near and distance < _NEAR_PULL * arrays.sigma[p]
            elif arrays.constraint[p] == POISSON:
                near = near and distance * math.sqrt(arrays.tau[p]) < _NEAR_PULL
        if near:
            return True
    return False
