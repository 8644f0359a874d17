"""The memory that a fit works in."""

from typing import NamedTuple

import numpy as np

from fitscan.engine.derivatives import Derivatives, new_derivatives
from fitscan.engine.jit import jit
from fitscan.engine.linear import Preconditioner, new_preconditioner
from fitscan.engine.rates import Rates, new_rates
from fitscan.model.arrays import Arrays, BoolArray, FloatArray

__all__ = ["Room", "new_room"]


class Room(NamedTuple):
    """Memory for fits of one model, made one after the other.

    Attributes:
        rates: The model at the parameters, or at those of a trial step.
        trial_rates: The other of the two.
        derivatives: Derivatives at the parameters.
        preconditioner: That of the Hessian there.
        hessian: The Hessian, where it is factorised, (parameters, parameters).
        factor: Its Cholesky factor.
        free: Parameters that are not held, (parameters,); so are all that follow.
        side: On which side of its kink at 0 an alpha is.
        lower: Lower bounds of this step.
        upper: Upper bounds of this step.
        direction: What is taken from the parameters in a full step.
        residual: What conjugate gradients have yet to solve.
        scaled: M^-1 times that.
        search: Their search direction.
        product: H times that.
        expected: Rates where the last fit ended, (bins,).
    """

    rates: Rates
    trial_rates: Rates
    derivatives: Derivatives
    preconditioner: Preconditioner
    hessian: FloatArray
    factor: FloatArray
    free: BoolArray
    side: FloatArray
    lower: FloatArray
    upper: FloatArray
    direction: FloatArray
    residual: FloatArray
    scaled: FloatArray
    search: FloatArray
    product: FloatArray
    expected: FloatArray


@jit
def new_room(arrays: Arrays) -> Room:
    """Return memory for fits of a model."""
    count = len(arrays.constraint)
    return Room(
        new_rates(arrays),
        new_rates(arrays),
        new_derivatives(arrays),
        new_preconditioner(arrays),
        np.empty((count, count)),
        np.empty((count, count)),
        np.empty(count, np.bool_),
        np.empty(count),
        np.empty(count),
        np.empty(count),
        np.empty(count),
        np.empty(count),
        np.empty(count),
        np.empty(count),
        np.empty(count),
        np.empty(arrays.bins),
    )
