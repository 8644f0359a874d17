"""One-sided variations: they move a yield much the same way up and down.

Such a variation (jet resolution, two-point systematics) makes two local minima of the NLL
where its pull has to move a yield, one at either sign. Takes a hypothesis; tells which pulls have
one.
"""

import numpy as np

from fitscan.model.arrays import Arrays, BoolArray, Model

__all__ = ["has_one_sided", "one_sided_alphas"]

# One-sided is an even part of this size, relative to the odd one.
_EVEN_PART = 0.1


def one_sided_alphas(arrays: Arrays) -> BoolArray:
    """Tell which alphas move some yield much the same way up and down, (alphas,)."""
    bent = np.abs(8.0 * arrays.bend) > _EVEN_PART * np.abs(arrays.half_difference)
    found: BoolArray = np.any(bent, axis=0, keepdims=True)[0]
    up, down = arrays.entry_log_hi, arrays.entry_log_lo
    even = np.abs(up + down) > _EVEN_PART * np.abs(up - down)
    found[arrays.entry_alpha[even]] = True
    return found


def has_one_sided(model: Model) -> bool:
    """Tell whether a hypothesis has a one-sided variation that is fitted."""
    held = model.fixed[: model.arrays.alphas]
    return bool((one_sided_alphas(model.arrays) & ~held).any())
