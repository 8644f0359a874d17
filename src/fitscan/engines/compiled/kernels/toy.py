"""A toy as kernels take it, what toys of one test have in common, and what their fits give."""

from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled.kernels.problem import Problem
from fitscan.model.arrays import BoolArray, FloatArray, IntArray

__all__ = ["FittedToys", "Toy", "ToyFit", "ToyFits", "ToySetup", "new_fitted_toys"]


class ToySetup(NamedTuple):
    """What the toys of one test have in common; passed by reference.

    Attributes:
        thrown: Parameters at which they are thrown, where fits start, (parameters,).
        tested: The same with the signal strength that is tested, (parameters,).
        lower: Lower bounds, (parameters,).
        upper: Upper bounds, (parameters,).
        fixed: Parameters that all fits hold, (parameters,).
        poi: Index of the parameter of interest.
        barriers: Events that empty bins get in turn, from none, (barriers,).
        signal_minima: Local minima of the data at the tested strength, (minima, parameters).
        free_minima: Those of the free fit, (minima, parameters).
        inverse_width: Inverse widths of the constraints, 0 without one, (parameters,).
    """

    thrown: FloatArray
    tested: FloatArray
    lower: FloatArray
    upper: FloatArray
    fixed: BoolArray
    poi: int
    barriers: FloatArray
    signal_minima: FloatArray
    free_minima: FloatArray
    inverse_width: FloatArray


class Toy(NamedTuple):
    """One toy.

    Attributes:
        setup: What it has in common with others.
        problem: Its NLL and bounds.
        empty: Whether a bin has no events.
    """

    setup: ToySetup
    problem: Problem
    empty: bool


class ToyFit(NamedTuple):
    """How one of its fits ended.

    Attributes:
        nll: NLL of its own data, without any barrier.
        status: ``CONVERGED`` or what kept it.
        again: Whether it was made once more: by a barrier, or from another start.
    """

    nll: float
    status: int
    again: bool


class ToyFits(NamedTuple):
    """Memory for one fit of each toy: the fields of ``ToyFit``, (toys,) each."""

    nll: FloatArray
    status: IntArray
    again: BoolArray


class FittedToys(NamedTuple):
    """Memory for both fits of each toy.

    Attributes:
        signal: At the tested strength.
        free: Of all parameters.
        mu_hat: The signal strength of this one, (toys,).
    """

    signal: ToyFits
    free: ToyFits
    mu_hat: FloatArray


def new_fitted_toys(toys: int) -> FittedToys:
    """Return memory for the fits of so many toys."""

    def fits() -> ToyFits:
        return ToyFits(
            nll=np.empty(toys),
            status=np.empty(toys, np.int64),
            again=np.empty(toys, np.bool_),
        )

    return FittedToys(signal=fits(), free=fits(), mu_hat=np.empty(toys))
