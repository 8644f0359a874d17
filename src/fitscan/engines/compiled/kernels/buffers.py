"""Buffers that fits work in: made by NumPy once, filled by kernels, which allocate nothing."""

import threading
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled.kernels.derivatives import Derivatives
from fitscan.engines.compiled.kernels.linear import Preconditioner, Work
from fitscan.engines.compiled.kernels.rates import Rates
from fitscan.engines.compiled.kernels.slopes import Slopes
from fitscan.engines.compiled.machine_code.references import by_reference
from fitscan.model.aligned import aligned, aligned_rows
from fitscan.model.arrays import Arrays, BoolArray, Data, FloatArray, IntArray

__all__ = [
    "Dimensions",
    "FitBuffers",
    "Place",
    "ToyBuffers",
    "buffers_for",
    "dimensions",
    "new_derivatives",
    "new_matrix",
    "new_preconditioner",
    "new_rates",
    "new_work",
]

# Models of an analysis have few shapes: the background, with signals, and single cells of it.
_MOST_SHAPES, _ENTRIES = 32, 256


class Dimensions(NamedTuple):
    """How many of each a model has: of bins, cells, groups, alphas, normsys entries, parameters."""

    bins: int
    cells: int
    groups: int
    alphas: int
    entries: int
    parameters: int


class Place(NamedTuple):
    """Parameters, (parameters,), and the rates there."""

    pars: FloatArray
    rates: Rates


class ToyBuffers(NamedTuple):
    """Memory for the fits of a toy.

    Attributes:
        near: Where toys are thrown, with factors as their auxiliary data say, (parameters,).
        signal: Where the fit at the tested strength ended, (parameters,).
        best: The lowest minimum of a fit so far, (1, parameters).
        best_nll: Its NLL, (1,).
        origin: That from which other local minima are looked for, (parameters,).
        floored: Events with a little in empty bins, (bins,).
    """

    near: FloatArray
    signal: FloatArray
    best: FloatArray
    best_nll: FloatArray
    origin: FloatArray
    floored: FloatArray


class FitBuffers(NamedTuple):
    """Memory for the fits of models of one shape, made one after the other.

    Attributes:
        here: Where a fit is, or where it was before.
        there: The other one: both are exchanged with each step.
        derivatives: Of the NLL where the fit is.
        preconditioner: Of the conjugate gradients there.
        work: Memory of single kernels.
        asimov: Asimov data.
        hessian: Its lower triangle, (parameters, parameters).
        factor: Cholesky factor of its free part, (parameters, parameters).
        free: Parameters that move in this step, (parameters,).
        held: Parameters that a fit holds, (parameters,).
        index: The free parameters; as many first entries as there are count, (parameters,).
        found: Where the last fit ended, (parameters,).
        begin: Where a fit starts, (parameters,).
        side: Side of each kink, see ``kernels.slopes.evaluate_slopes``, (parameters,).
        lower: Lower bounds of this step, (parameters,).
        upper: Upper bounds of this step, (parameters,).
        direction: What a step subtracts, (parameters,).
        residual: Of the conjugate gradients, (parameters,).
        scaled: The residual times the inverse of the preconditioner, (parameters,).
        search: Search direction of the conjugate gradients, (parameters,).
        product: Hessian times that, (parameters,).
        expected: Rates where the last fit ended, (bins,).
        toy: Memory for the fits of a toy.
    """

    here: Place
    there: Place
    derivatives: Derivatives
    preconditioner: Preconditioner
    work: Work
    asimov: Data
    hessian: FloatArray
    factor: FloatArray
    free: BoolArray
    held: BoolArray
    index: IntArray  # type: ignore[assignment]  # tuples have a method of that name
    found: FloatArray
    begin: FloatArray
    side: FloatArray
    lower: FloatArray
    upper: FloatArray
    direction: FloatArray
    residual: FloatArray
    scaled: FloatArray
    search: FloatArray
    product: FloatArray
    expected: FloatArray
    toy: ToyBuffers


def buffers_for(arrays: Arrays) -> FitBuffers:
    """Return buffers for fits of a model, by reference: that of the last model of this shape.

    So what the last call in this thread left there is gone. Each thread has memory of its own:
    Python may change threads between here, the call of compiled code and what is read of it.
    """
    return _of_thread.buffers_for(arrays)


def dimensions(arrays: Arrays) -> Dimensions:
    """Return the dimensions of a model."""
    return Dimensions(
        bins=arrays.bins,
        cells=len(arrays.nominal),
        groups=len(arrays.cell_start) - 1,
        alphas=arrays.alphas,
        entries=len(arrays.entry_alpha),
        parameters=len(arrays.constraint),
    )


def new_rates(size: Dimensions) -> Rates:
    """Return memory for rates."""
    return Rates(
        rate=aligned(size.bins),
        cell_yield=aligned(size.cells),
        cell_factor=aligned(size.cells),
        norm_factor=aligned(size.groups),
        theta=np.ones(1 + size.parameters - size.alphas),
        even=aligned(size.alphas),
        entry_pull=aligned(size.entries),
        entry_value=aligned(size.entries),
        entry_slope=aligned(size.entries),
        entry_change=aligned(size.entries),
    )


def new_slopes(size: Dimensions) -> Slopes:
    """Return memory for derivatives of interpolations; slopes that no normsys has stay 0."""
    return Slopes(
        slope=aligned_rows(size.groups, size.alphas),
        even_slope=aligned(size.alphas),
        even_curve=aligned(size.alphas),
    )


def new_derivatives(size: Dimensions) -> Derivatives:
    """Return memory for derivatives, with rows filled up; kinks of codes without any stay 0."""
    factors = size.parameters - size.alphas
    return Derivatives(
        slopes=new_slopes(size),
        gradient=aligned(size.parameters),
        jacobian=aligned_rows(size.bins, size.parameters),
        residual=aligned(size.bins),
        weight=aligned(size.bins),
        constraint=aligned(size.parameters),
        group_row=aligned_rows(size.groups, size.alphas),
        factor_row=aligned_rows(factors, size.parameters),
        correction=aligned(size.parameters),
        curvature=aligned(size.parameters),
        kink=aligned(size.alphas),
    )


def new_matrix(size: Dimensions) -> FloatArray:
    """Return memory for a matrix of the parameters; its rows are longer."""
    return aligned_rows(size.parameters, size.parameters)


def new_preconditioner(size: Dimensions) -> Preconditioner:
    """Return memory for a preconditioner."""
    return Preconditioner(
        inverse_diagonal=aligned(size.parameters),
        scaled=aligned_rows(size.bins, size.parameters),
        factor=np.empty((size.bins, size.bins)),
        work=aligned(size.bins),
    )


def new_work(size: Dimensions) -> Work:
    """Return memory of single kernels."""
    # Rows are added four at a time.
    terms = max(size.bins, size.groups, size.parameters) + 3
    return Work(
        numbers=np.zeros(terms, np.int64),
        scale=np.zeros((terms, 2)),
        solution=aligned(size.parameters),
        row=aligned(size.alphas),
        bent=aligned(size.alphas),
        inverse=np.empty(size.parameters - size.alphas),
        factor_bin=np.empty(size.parameters - size.alphas, np.int64),
        factor_cells=np.empty(size.parameters - size.alphas, np.int64),
    )


def _new_buffers(size: Dimensions) -> FitBuffers:
    count = size.parameters

    def vector() -> FloatArray:
        return aligned(count)

    buffers = FitBuffers(
        here=Place(vector(), new_rates(size)),
        there=Place(vector(), new_rates(size)),
        derivatives=new_derivatives(size),
        preconditioner=new_preconditioner(size),
        work=new_work(size),
        asimov=Data(np.empty(size.bins), vector()),
        hessian=new_matrix(size),
        factor=new_matrix(size),
        free=np.empty(count, np.bool_),
        held=np.empty(count, np.bool_),
        index=np.zeros(count, np.int64),
        found=vector(),
        begin=vector(),
        side=vector(),
        lower=vector(),
        upper=vector(),
        direction=vector(),
        residual=vector(),
        scaled=vector(),
        search=vector(),
        product=vector(),
        expected=aligned(size.bins),
        toy=ToyBuffers(
            near=vector(),
            signal=vector(),
            best=np.empty((1, count)),
            best_nll=np.empty(1),
            origin=vector(),
            floored=aligned(size.bins),
        ),
    )
    return by_reference(buffers)


class _ThreadBuffers(threading.local):
    """The memory of a thread, which goes with it."""

    def __init__(self) -> None:
        self._of = lru_cache(maxsize=_MOST_SHAPES)(_new_buffers)
        # The model that memory was last asked for, and that memory.
        self._last: tuple[Arrays, FitBuffers] | None = None

    def buffers_for(self, arrays: Arrays) -> FitBuffers:
        """Return memory for fits of a model, cleared unless the last one was the same model."""
        if self._last is None or self._last[0] is not arrays:
            size = dimensions(arrays)
            # Hypotheses of one analysis differ in this number, and can have the same memory.
            buffers = self._of(size._replace(entries=size.entries + -size.entries % _ENTRIES))
            _clear(buffers)
            self._last = arrays, buffers
        return self._last[1]


_of_thread = _ThreadBuffers()


def _clear(buffers: FitBuffers) -> None:
    """Put 0 where the last model has something and this one may have nothing."""
    buffers.derivatives.slopes.slope.fill(0.0)
    buffers.derivatives.kink.fill(0.0)
