"""Where fits end, and how: parameters, NLL, status, certificate and cost."""

from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled.machine_code.jit import kernel
from fitscan.model.arrays import FloatArray, IntArray

__all__ = [
    "CONVERGED",
    "KNOWN",
    "MESSAGES",
    "NOT_DESCENDING",
    "NO_LIKELIHOOD",
    "TOLERANCE",
    "TOO_MANY_STEPS",
    "Minima",
    "Minimum",
    "keep",
    "minima_of",
    "new_minima",
]

CONVERGED, TOO_MANY_STEPS, NOT_DESCENDING, NO_LIKELIHOOD, KNOWN = 0, 1, 2, 3, 4

MESSAGES = {
    CONVERGED: "",
    TOO_MANY_STEPS: "the minimiser took too many steps",
    NOT_DESCENDING: "the minimiser found no lower point, and this one is no minimum",
    NO_LIKELIHOOD: "the likelihood vanishes at the start of the fit",
    KNOWN: "the fit leads to a minimum that is known",
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


class Minima(NamedTuple):
    """Memory for several of them: the fields of ``Minimum``, each with an axis (fits,) in front."""

    pars: FloatArray
    nll: FloatArray
    status: IntArray
    edm: FloatArray
    gradient: FloatArray
    flat: IntArray
    steps: IntArray
    evaluations: IntArray
    products: IntArray


def new_minima(fits: int, parameters: int) -> Minima:
    """Return memory for so many minima."""

    def numbers() -> FloatArray:
        return np.empty(fits)

    def counts() -> IntArray:
        return np.empty(fits, np.int64)

    return Minima(
        pars=np.empty((fits, parameters)),
        nll=numbers(),
        status=counts(),
        edm=numbers(),
        gradient=numbers(),
        flat=counts(),
        steps=counts(),
        evaluations=counts(),
        products=counts(),
    )


def minima_of(memory: Minima) -> list[Minimum]:
    """Return the minima that are in memory."""
    pars, *others = memory
    columns = [list(pars), *(column.tolist() for column in others)]
    return [Minimum(*fields) for fields in zip(*columns, strict=True)]


@kernel
def keep(minimum: Minimum, number: int, out: Minima) -> None:
    """Put a minimum into memory."""
    for p in range(len(minimum.pars)):
        out.pars[number, p] = minimum.pars[p]
    out.nll[number] = minimum.nll
    out.status[number] = minimum.status
    out.edm[number] = minimum.edm
    out.gradient[number] = minimum.gradient
    out.flat[number] = minimum.flat
    out.steps[number] = minimum.steps
    out.evaluations[number] = minimum.evaluations
    out.products[number] = minimum.products
