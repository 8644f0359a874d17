"""Where the fit at mu = 0 of a hypothesis starts: at the minimum of its background alone.

Without a signal, hypotheses of one background differ in the widths of staterrors only, to which
each signal adds its own errors. So their fits at mu = 0 end close to that of the background, which
is fitted once, from the default initial values. From there a fit takes half the steps.

Of 4,877 random likelihoods of a few alphas that are hard to fit, 3 end in another minimum than from
the initial values. Fits of so few alphas are quick, and start at those; of the 246 points of
1Lbb, staus and 3L-RJ none ends elsewhere (by more than 1e-9 in NLL).
"""

from functools import lru_cache

import numpy as np

from fitscan.engines.compiled.kernels.batch import fit_batch
from fitscan.engines.compiled.kernels.minimum import CONVERGED
from fitscan.model.arrays import FloatArray, Model

__all__ = ["near_background"]

# With no more alphas than this a fit starts at the initial values.
_FEW_ALPHAS = 12


def near_background(model: Model) -> FloatArray | None:
    """Return parameters of a hypothesis next to its minimum at mu = 0, (parameters,).

    None where the fit at mu = 0 has to start at the initial values.
    """
    background = model.background
    if background is None or background.arrays.alphas <= _FEW_ALPHAS:
        return None
    if model.data.main is not background.data.main:
        return None  # as of an experiment
    found = _minimum_of(background)
    if found is None:
        return None
    alphas, known = model.arrays.alphas, background.arrays.alphas
    near = model.init.copy()
    near[:known] = found[:known]
    near[alphas : alphas + len(found) - known] = found[known:]
    return np.where(model.fixed, model.init, near)


@lru_cache(maxsize=8)
def _minimum_of(background: Model) -> FloatArray | None:
    """Fit a background; None where it does not converge at once."""
    (found,) = fit_batch(background, [background.init], [None], background.data, steepest_from=0)
    return found.pars if found.status == CONVERGED else None
