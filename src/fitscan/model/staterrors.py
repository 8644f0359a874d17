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
from typing import NamedTuple, NoReturn

import numpy as np

from fitscan.errors import ModelError
from fitscan.model.arrays import FloatArray
from fitscan.model.layout import Layout, block_key
from fitscan.model.ranges import LARGEST, check_numbers, in_range
from fitscan.model.samples import Sample

__all__ = [
    "NO_UNCERTAINTIES",
    "StatisticalUncertainties",
    "check_relative",
    "relative_uncertainties",
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


def with_samples(
    uncertainties: StatisticalUncertainties, samples: Sequence[Sample], layout: Layout
) -> StatisticalUncertainties:
    """Return ``uncertainties`` with those of more samples.

    Raises:
        ModelError: An uncertainty is too large, too small to divide by, or not finite.
    """
    sums = StatisticalUncertainties(*[np.zeros(layout.factors) for _ in uncertainties])
    for whole, part in zip(sums, uncertainties, strict=True):
        whole[: len(part)] = part
    # What overflows is refused below.
    with np.errstate(over="ignore", divide="ignore"):
        for sample in samples:
            for modifier in sample.factors:
                if modifier["type"] not in {"staterror", "shapesys"}:
                    continue
                first = layout.first[block_key(modifier, sample)]
                bins = slice(first, first + sample.bins)
                error = np.array(modifier["data"], dtype=float)
                if modifier["type"] == "staterror":
                    sums.nominal[bins] += sample.yields
                    sums.variance[bins] += error * error
                else:
                    sums.tau[bins] = _auxiliary_events(sample.yields, error)
    most = LARGEST**2
    if not (in_range(sums.variance, largest=most) and in_range(sums.tau, largest=most)):
        _refuse_uncertainties(samples)
    return sums


def _auxiliary_events(yields: Sequence[float], error: FloatArray) -> FloatArray:
    """Return tau of a shapesys, 0 where it is held."""
    nominal = np.array(yields, dtype=float)
    exact = (nominal <= 0) | (error <= 0)  # an error that is NaN is neither
    return np.where(exact, 0.0, nominal**2 / np.where(exact, 1.0, error) ** 2)


def _refuse_uncertainties(samples: Sequence[Sample]) -> NoReturn:
    """Refuse an uncertainty beyond the range, by its sample, channel and bin."""
    named = [
        (f"{sample.where}: the {modifier['type']} {modifier['name']!r}", sample.yields, modifier)
        for sample in samples
        for modifier in sample.factors
        if modifier["type"] in {"staterror", "shapesys"}
    ]
    check_numbers((name, modifier["data"]) for name, _, modifier in named)
    for name, yields, modifier in named:
        for number, (events, error) in enumerate(zip(yields, modifier["data"], strict=True), 1):
            if modifier["type"] == "shapesys" and events > LARGEST * error > 0.0:
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
