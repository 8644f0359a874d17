"""Where fits end, and how: parameters, NLL, status, certificate and cost."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fitscan.engines.compiled.kernels.linear import copy
from fitscan.engines.compiled.machine_code.jit import kernel
from fitscan.model.arrays import FloatArray

__all__ = [
    "CONVERGED",
    "KNOWN",
    "MESSAGES",
    "NOT_DESCENDING",
    "NO_LIKELIHOOD",
    "RECORD",
    "TOLERANCE",
    "TOO_MANY_STEPS",
    "Minimum",
    "Records",
    "keep",
]

Records = NDArray[Any]

CONVERGED, TOO_MANY_STEPS, NOT_DESCENDING, NO_LIKELIHOOD, KNOWN = 0, 1, 2, 3, 4

MESSAGES = {
    CONVERGED: "",
    TOO_MANY_STEPS: "the minimiser took too many steps",
    NOT_DESCENDING: "the minimiser stopped at a point that is not a minimum",
    NO_LIKELIHOOD: "the likelihood is 0 where the fit starts",
    KNOWN: "the fit leads to a known minimum",
}

# A fit has converged when its NLL is this close to the minimum, by estimate.
TOLERANCE = 1e-9


class Minimum(NamedTuple):
    """Where a fit ended. In kernels its parameters are overwritten by the next fit.

    Attributes:
        pars: Parameters, (parameters,).
        nll: NLL without constant terms.
        status: ``CONVERGED`` or what kept it; see ``MESSAGES``.
        edm: Estimated distance of the NLL to the minimum.
        gradient: Largest component of the projected gradient.
        flat: Number of directions in which nothing changes, by the factorisation.
        steps: Newton steps.
        evaluations: Evaluations of the rates.
        products: Products with the Hessian.
        slope: Derivative of the NLL with respect to the signal strength that the fit holds; 0
            where it holds none, and where nothing is known.
    """

    pars: FloatArray
    nll: float
    status: int
    edm: float
    gradient: float
    flat: int
    steps: int
    evaluations: int
    products: int
    slope: float


# A ``Minimum`` without its parameters, as an array has it: one argument of compiled code.
RECORD = np.dtype(
    [
        ("nll", np.float64),
        ("status", np.int64),
        ("edm", np.float64),
        ("gradient", np.float64),
        ("flat", np.int64),
        ("steps", np.int64),
        ("evaluations", np.int64),
        ("products", np.int64),
        ("slope", np.float64),
    ]
)


@kernel
def keep(minimum: Minimum, number: int, pars: FloatArray, records: Records) -> None:
    """Put a minimum into the memory of several, (fits, parameters) and (fits,)."""
    copy(minimum.pars, pars[number])
    record = records[number]
    record.nll = minimum.nll
    record.status = minimum.status
    record.edm = minimum.edm
    record.gradient = minimum.gradient
    record.flat = minimum.flat
    record.steps = minimum.steps
    record.evaluations = minimum.evaluations
    record.products = minimum.products
    record.slope = minimum.slope
