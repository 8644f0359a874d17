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
from typing import NamedTuple, NoReturn

import numpy as np

from fitscan.errors import ModelError
from fitscan.model.arrays import FloatArray, IntArray
from fitscan.model.layout import Layout, block_key
from fitscan.model.ranges import LARGEST, check_numbers, in_range
from fitscan.model.samples import Sample

__all__ = [
    "NO_UNCERTAINTIES",
    "StatisticalUncertainties",
    "UncertainPlaces",
    "check_relative",
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
    """Return ``uncertainties`` with those of more samples.

    Raises:
        ModelError: An uncertainty is too large, too small to divide by, or not finite.
    """
    sums = np.zeros((3, places.factors))
    sums[:, : len(uncertainties.tau)] = uncertainties
    nominal, variance, tau = sums
    yields = np.fromiter(chain.from_iterable([sample.yields for sample in samples]), dtype=float)
    errors = [error for sample in samples for error in sample.errors]
    # What overflows is refused below.
    with np.errstate(over="ignore", divide="ignore"):
        if len(places.staterror):
            error = _flat(errors, [not shapesys for shapesys in places.is_shapesys])
            # Samples of a channel share a parameter, and are added one after the other.
            np.add.at(nominal, places.staterror, yields[places.staterror_cell])
            np.add.at(variance, places.staterror, error * error)
        if len(places.shapesys):
            error, events = _flat(errors, places.is_shapesys), yields[places.shapesys_cell]
            exact = (events <= 0) | (error <= 0)  # an error that is NaN is neither
            tau[places.shapesys] = np.where(
                exact, 0.0, events**2 / np.where(exact, 1.0, error) ** 2
            )
    most = LARGEST**2
    if not (in_range(variance, largest=most) and in_range(tau, largest=most)):
        _refuse_uncertainties(samples)
    return StatisticalUncertainties(nominal, variance, tau)


def _flat(errors: Sequence[Sequence[float]], chosen: Sequence[bool]) -> FloatArray:
    """Return the numbers of some errors in a row."""
    return np.fromiter(chain.from_iterable(compress(errors, chosen)), dtype=float)


def _refuse_uncertainties(samples: Sequence[Sample]) -> NoReturn:
    """Refuse an uncertainty beyond the range, by its sample, channel and bin."""
    named = [
        (f"{sample.where}: the {factor.kind} {factor.name!r}", factor.kind, sample.yields, errors)
        for sample in samples
        for n, errors in zip(sample.outline.with_errors, sample.errors, strict=True)
        for factor in [sample.outline.others[n]]
    ]
    check_numbers((name, errors) for name, _, _, errors in named)
    for name, kind, yields, errors in named:
        for number, (events, error) in enumerate(zip(yields, errors, strict=True), 1):
            if kind == "shapesys" and events > LARGEST * error > 0.0:
                raise ModelError(
                    f"{name} is too small in bin {number}",
                    value=float(error),
                    hint=f"the sample has {events:g} events there; 0 is no uncertainty",
                )
    raise ModelError("the uncertainties of a bin are too large together")


def relative_uncertainties(uncertainties: StatisticalUncertainties) -> FloatArray:
    """Return sigma, 0 where nothing is expected."""
    with np.errstate(over="ignore"):  # ``check_relative`` refuses it
        return np.divide(
            np.sqrt(uncertainties.variance),
            np.abs(uncertainties.nominal),
            out=np.zeros(len(uncertainties.nominal)),
            where=uncertainties.nominal != 0,
        )


def check_relative(sigma: FloatArray, layout: Layout) -> None:
    """Refuse relative uncertainties of staterrors that are not finite."""
    if np.isfinite(sigma).all():
        return
    for key, block in layout.blocks.items():
        first = layout.first[key]
        for number, value in enumerate(sigma[first : first + block.size].tolist(), start=1):
            if not np.isfinite(value):
                raise ModelError(
                    f"the relative uncertainty of {block.name!r} is too large in bin {number} of "
                    f"channel {block.channel!r}",
                    value=value,
                    hint="next to nothing is expected there; remove the staterror or the yield",
                )
