"""Statistical uncertainties of yields, in which all samples that share a parameter have a part.

    staterror    sigma = sqrt(sum of squared errors) / |sum of yields|, over all samples with it
    shapesys     tau = (yield / error)^2

The sum includes the signal, so these change with the hypothesis (CERN-OPEN-2012-016, section 4.1.3;
pyhf 0.7.6, ``pyhf.modifiers.staterror``). Where one is 0 the parameter has no effect and is held.
A sum may be negative where interference or weights are: the uncertainty is one of its size. pyhf
holds the parameter then, as if there were none. A shapesys of a negative yield is held here too, as
pyhf does; the audit says so (``fitscan.audit.differences``).
"""

from collections.abc import Sequence
from itertools import chain, compress
from typing import NamedTuple

import numpy as np

from fitscan.errors import ModelError
from fitscan.model.arrays import FloatArray, IntArray
from fitscan.model.layout import Layout, block_key
from fitscan.model.samples import Sample

__all__ = [
    "NO_UNCERTAINTIES",
    "StatisticalUncertainties",
    "UncertainPlaces",
    "check_uncertainties",
    "relative_uncertainties",
    "uncertain_places",
    "with_samples",
]


class StatisticalUncertainties(NamedTuple):
    """Sums over samples, by factor; 0 for factors of other kinds.

    Attributes:
        nominal: Yields of samples with a staterror, (factors,).
        variance: Their squared uncertainties, (factors,).
        tau: Auxiliary events of a shapesys, (factors,).
    """

    nominal: FloatArray
    variance: FloatArray
    tau: FloatArray


NO_UNCERTAINTIES = StatisticalUncertainties(np.empty(0), np.empty(0), np.empty(0))


class UncertainPlaces(NamedTuple):
    """Where the uncertainties of samples go, those of a kind in the order of the samples.

    Attributes:
        factors: Number of factors.
        staterror: Factor of each uncertainty of a staterror, (values,).
        staterror_cell: Its cell among those of the samples, (values,).
        shapesys: The same of a shapesys.
        shapesys_cell: The same.
        is_shapesys: Which kind each of ``Sample.errors`` is, for all samples.
    """

    factors: int
    staterror: IntArray
    staterror_cell: IntArray
    shapesys: IntArray
    shapesys_cell: IntArray
    is_shapesys: tuple[bool, ...]


def uncertain_places(samples: Sequence[Sample], layout: Layout) -> UncertainPlaces:
    """Return where the uncertainties of samples go, of which only the outlines count."""
    places: dict[str, list[int]] = {"staterror": [], "shapesys": []}
    cells: dict[str, list[int]] = {"staterror": [], "shapesys": []}
    kinds = []
    before = 0
    for sample in samples:
        for factor in sample.outline.factors:
            if factor.kind in places:
                first = layout.first[block_key(factor, sample)]
                places[factor.kind] += range(first, first + sample.bins)
                cells[factor.kind] += range(before, before + sample.bins)
                kinds.append(factor.kind == "shapesys")
        before += sample.bins
    return UncertainPlaces(
        factors=layout.factors,
        staterror=np.array(places["staterror"], dtype=np.int64),
        staterror_cell=np.array(cells["staterror"], dtype=np.int64),
        shapesys=np.array(places["shapesys"], dtype=np.int64),
        shapesys_cell=np.array(cells["shapesys"], dtype=np.int64),
        is_shapesys=tuple(kinds),
    )


def with_samples(
    uncertainties: StatisticalUncertainties, samples: Sequence[Sample], places: UncertainPlaces
) -> StatisticalUncertainties:
    """Return ``uncertainties`` with those of more samples."""
    sums = np.zeros((3, places.factors))
    sums[:, : len(uncertainties.tau)] = uncertainties
    nominal, variance, tau = sums
    yields = np.fromiter(chain.from_iterable([sample.yields for sample in samples]), dtype=float)
    errors = [error for sample in samples for error in sample.errors]
    if len(places.staterror):
        error = _flat(errors, [not shapesys for shapesys in places.is_shapesys])
        # Samples of a channel share a parameter, and are added one after the other.
        np.add.at(nominal, places.staterror, yields[places.staterror_cell])
        np.add.at(variance, places.staterror, error * error)
    if len(places.shapesys):
        error, events = _flat(errors, places.is_shapesys), yields[places.shapesys_cell]
        exact = (events <= 0) | (error <= 0)  # an error that is NaN is neither
        tau[places.shapesys] = np.where(exact, 0.0, events**2 / np.where(exact, 1.0, error) ** 2)
    return StatisticalUncertainties(nominal, variance, tau)


def _flat(errors: Sequence[Sequence[float]], chosen: Sequence[bool]) -> FloatArray:
    """Return the numbers of some errors in a row."""
    return np.fromiter(chain.from_iterable(compress(errors, chosen)), dtype=float)


def relative_uncertainties(uncertainties: StatisticalUncertainties) -> FloatArray:
    """Return sigma, 0 where nothing is expected."""
    return np.divide(
        np.sqrt(uncertainties.variance),
        np.abs(uncertainties.nominal),
        out=np.zeros(len(uncertainties.nominal)),
        where=uncertainties.nominal != 0,
    )


def check_uncertainties(sigma: FloatArray, tau: FloatArray, layout: Layout) -> None:
    """Refuse uncertainties that are not finite."""
    if np.isfinite(sigma.sum() + tau.sum()):
        return
    for key, block in layout.blocks.items():
        here = slice(layout.first[key], layout.first[key] + block.size)
        for known in (sigma[here], tau[here]):
            if not np.isfinite(known).all():
                raise ModelError(
                    f"an uncertainty of {block.name!r} is not finite",
                    value=[float(value) for value in known],
                    hint="a likelihood has finite numbers only; ask whoever made it",
                )
