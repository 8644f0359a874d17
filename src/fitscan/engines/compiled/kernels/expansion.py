"""The model at one set of parameters, for Python: its rates, and derivatives of the NLL."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled.kernels.buffers import (
    dimensions,
    new_derivatives,
    new_matrix,
    new_rates,
    new_work,
)
from fitscan.engines.compiled.kernels.derivatives import (
    Derivatives,
    evaluate_derivatives,
    evaluate_hessian,
)
from fitscan.engines.compiled.kernels.linear import Work
from fitscan.engines.compiled.kernels.rates import Rates, evaluate_rates_and_slopes
from fitscan.engines.compiled.machine_code.jit import entry
from fitscan.engines.compiled.machine_code.references import by_reference
from fitscan.model.arrays import Arrays, Data, FloatArray

__all__ = ["Expansion", "expand"]


@dataclass(frozen=True)
class Expansion:
    """Rates and derivatives at one set of parameters, in memory of their own.

    Attributes:
        rates: The rates and their parts.
        derivatives: The gradient and the parts of the Hessian.
        hessian: The Hessian of the NLL, (parameters, parameters); empty where it was not asked for.
    """

    rates: Rates
    derivatives: Derivatives
    hessian: FloatArray


class _Memory(NamedTuple):
    rates: Rates
    derivatives: Derivatives
    work: Work
    hessian: FloatArray


def expand(
    arrays: Arrays,
    data: Data,
    pars: FloatArray,
    *,
    side: FloatArray | None = None,
    second: bool = True,
) -> Expansion:
    """Evaluate rates and derivatives.

    Args:
        arrays: The model.
        data: The data.
        pars: Parameters, (parameters,).
        side: Side of kinks at 0, see ``kernels.slopes.evaluate_slopes``; the right one.
        second: Whether the Hessian is asked for.
    """
    size, count = dimensions(arrays), len(pars)
    hessian = new_matrix(size) if second else np.empty((0, 0))
    memory = _Memory(new_rates(size), new_derivatives(size), new_work(size), hessian)
    sides = np.ones(count) if side is None else side
    _expand(arrays, data, pars, sides, by_reference(memory))
    lower, found = np.tril(hessian[:, :count]), memory.derivatives

    def of_alphas(rows: FloatArray) -> FloatArray:
        return np.ascontiguousarray(rows[:, : arrays.alphas])

    derivatives = found._replace(
        slopes=found.slopes._replace(slope=of_alphas(found.slopes.slope)),
        jacobian=np.ascontiguousarray(found.jacobian[:, :count]),
        group_row=of_alphas(found.group_row),
        factor_row=np.ascontiguousarray(found.factor_row[:, :count]),
    )
    return Expansion(memory.rates, derivatives, lower + np.tril(lower, -1).T)


@entry
def _expand(
    arrays: Arrays, data: Data, pars: FloatArray, side: FloatArray, memory: _Memory
) -> None:
    evaluate_rates_and_slopes(pars, arrays, memory.rates)
    evaluate_derivatives(pars, side, memory.rates, arrays, data, memory.work, memory.derivatives)
    if len(memory.hessian) > 0:
        evaluate_hessian(arrays, memory.derivatives, memory.work, memory.hessian)
