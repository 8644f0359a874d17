"""What a fit is asked: data and bounds, when it gives up, and which minima it need not find again.

Kernels take these by value: they are made where they are used, of arrays that lie elsewhere.
"""

from typing import NamedTuple

from fitscan.model.arrays import Arrays, Data, FloatArray

__all__ = ["ENDLESS", "ENDURANCE", "MOST_STEPS", "Budget", "KnownMinima", "Problem"]

# Newton steps of a fit, and more of anything than a fit makes.
MOST_STEPS, ENDLESS = 200, 1_000_000

# What a fit along a long valley may take: five times what the longest of 800,000 toys took.
ENDURANCE = 100_000


class Problem(NamedTuple):
    """The NLL that is minimised, within bounds.

    Attributes:
        arrays: The model.
        data: What is fitted to.
        lower: Lower bounds, (parameters,).
        upper: Upper bounds, (parameters,).
    """

    arrays: Arrays
    data: Data
    lower: FloatArray
    upper: FloatArray


class Budget(NamedTuple):
    """After how many Newton steps, or evaluations of the rates, a fit gives up."""

    steps: int
    evaluations: int


class KnownMinima(NamedTuple):
    """Minima at which a fit ends as soon as it is next to one.

    Attributes:
        pars: Parameters, (minima, parameters).
        nll: NLL, (minima,).
    """

    pars: FloatArray
    nll: FloatArray
