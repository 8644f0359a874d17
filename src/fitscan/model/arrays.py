"""What a hypothesis is to the engine: arrays, and the names that people know their entries by.

A *group* is a sample in a channel, a *cell* is a bin of a group, a *bin* is a bin of a channel.
*Alphas* are the parameters of normsys and histosys; *factors* are all others, which multiply
yields: normfactor, shapefactor, lumi, staterror and shapesys. Parameters are ordered alphas first.

    yield of a cell     N_c = nominal_c + sum_p (half_difference_cp alpha_p + bend_cp g(alpha_p))
    its factor          F_c = prod_p f_gp(alpha_p) prod_m theta_m
    rate of a bin       lambda_b = sum of N_c F_c over its cells
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "FREE",
    "GAUSSIAN",
    "NO_FACTOR",
    "POISSON",
    "Arrays",
    "BoolArray",
    "Data",
    "FloatArray",
    "IndexArray",
    "IntArray",
    "Model",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
# Kernels need not look at unsigned numbers for being negative, and these are half as long.
IndexArray = NDArray[np.uint32]
BoolArray = NDArray[np.bool_]

# Kinds of constraint terms.
FREE, GAUSSIAN, POISSON = 0, 1, 2

NO_FACTOR = -1


class Arrays(NamedTuple):
    """The model of one hypothesis, in the form that compiled kernels take.

    Attributes:
        nominal: Yields, shape (cells,).
        bin: Bin of each cell, (cells,).
        cell_start: First cell of each group, and the number of cells, (groups + 1,).
        half_rows: ``half_difference`` with aligned rows, (cells, alphas filled up); see
            ``fitscan.model.aligned``.
        bend_rows: The same of ``bend``.
        span: First column of these rows in which a cell has a shape variation, and the one behind
            the last, in whole lines (``fitscan.model.aligned.LINE``); both 0 where there is none,
            (cells, 2).
        factors: Factors of each cell by their number among the factors, ``NO_FACTOR`` where there
            are fewer, (cells, most factors of a cell).
        entry_start: First normsys entry of each group, and the number of entries, (groups + 1,).
        entry_alpha: Alpha of each normsys entry, (entries,).
        entry_poly: Coefficients of code 4, (6, entries filled up).
        entry_log_hi: ln hi, (entries,).
        entry_log_lo: ln lo, (entries,).
        constraint: ``FREE``, ``GAUSSIAN`` or ``POISSON``, (parameters,).
        sigma: Width of Gaussian constraints, 1 elsewhere, (parameters,).
        tau: Auxiliary events at 1 of Poisson constraints, 1 elsewhere, (parameters,).
        alphas: Number of alphas.
        bins: Number of bins.
        histosys_code: Interpolation of shape variations.
        normsys_code: Interpolation of normalisation variations.
    """

    nominal: FloatArray
    bin: IntArray
    cell_start: IntArray
    half_rows: FloatArray
    bend_rows: FloatArray
    span: IntArray
    factors: IntArray
    entry_start: IntArray
    entry_alpha: IndexArray
    entry_poly: FloatArray
    entry_log_hi: FloatArray
    entry_log_lo: FloatArray
    constraint: IntArray
    sigma: FloatArray
    tau: FloatArray
    alphas: int
    bins: int
    histosys_code: int
    normsys_code: int

    @property
    def half_difference(self) -> FloatArray:
        """See ``fitscan.model.interpolation``, (cells, alphas)."""
        return self.half_rows[:, : self.alphas]

    @property
    def bend(self) -> FloatArray:
        """The same."""
        return self.bend_rows[:, : self.alphas]


class Data(NamedTuple):
    """What is observed.

    Attributes:
        main: Events in each bin, (bins,).
        auxiliary: Auxiliary measurement of each constrained parameter, in the units of the
            parameter for Gaussian and in events for Poisson constraints, (parameters,).
    """

    main: FloatArray
    auxiliary: FloatArray


@dataclass(frozen=True, eq=False)
class Model:
    """One signal hypothesis, ready to be fitted.

    Attributes:
        arrays: For the kernels.
        names: Parameters as pyhf calls them: ``mu_SIG``, ``staterror_SR[1]``.
        poi: Index of the parameter of interest; -1 in a background.
        poi_bounded: Whether somebody has set the upper bound of the parameter of interest: the
            measurement, or who asks.
        init: Initial values that the workspace suggests, (parameters,).
        lower: Lower bounds.
        upper: Upper bounds.
        fixed: Parameters that are held at their initial values.
        data: What was observed.
        channels: Name and number of bins of each channel, in the order of the bins.
        samples: Channel and sample of each group.
        background: The samples that the hypothesis shares with the background-only workspace, as a
            model of their own, the same object for all hypotheses that share the same. Its alphas
            and its factors are the first ones of the hypothesis.
    """

    arrays: Arrays
    names: tuple[str, ...]
    poi: int
    init: FloatArray
    lower: FloatArray
    upper: FloatArray
    fixed: BoolArray
    data: Data
    channels: tuple[tuple[str, int], ...]
    samples: tuple[tuple[str, str], ...]
    background: "Model | None" = None
    poi_bounded: bool = True
