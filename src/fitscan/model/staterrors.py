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
from typing import NamedTuple

import numpy as np

from fitscan.errors import ModelError
from fitscan.model.arrays import FloatArray
from fitscan.model.layout import Layout, block_key
from fitscan.model.samples import Sample

__all__ = [
    "NO_UNCERTAINTIES",
    "StatisticalUncertainties",
    "check_uncertainties",
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
    """Return ``uncertainties`` with those of more samples."""
    sums = StatisticalUncertainties(*[np.zeros(layout.factors) for _ in uncertainties])
    for whole, part in zip(sums, uncertainties, strict=True):
        whole[: len(part)] = part
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
                nominal = np.array(sample.yields, dtype=float)
                exact = (nominal <= 0) | (error <= 0)  # an error that is NaN is neither
                sums.tau[bins] = np.where(exact, 0.0, nominal**2 / np.where(exact, 1.0, error) ** 2)
    return sums


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
