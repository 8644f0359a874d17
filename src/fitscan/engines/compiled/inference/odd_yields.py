"""Unphysical yields at a minimum: they tell that it is an artefact of how the model is written.

Takes the parameters of minima; gives the samples that have such a yield there. Whether a yield is
negative, or grown tenfold, does not tell: of a sample of 0.04 events no bin notices it. So it has
to count in its bin as well, by ``thresholds.ODD_YIELD`` statistical uncertainties.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled import thresholds
from fitscan.engines.compiled.kernels.batch import rates_at
from fitscan.model.arrays import Arrays, BoolArray, FloatArray, Model

__all__ = ["OddYields", "odd_yields", "yields_at"]


class OddYields(NamedTuple):
    """Samples with odd yields, as ``sample (channel)``.

    Attributes:
        negative: The yield is negative in some bin, the nominal one is not.
        grown: It is over ten times the nominal one.
    """

    negative: tuple[str, ...]
    grown: tuple[str, ...]

    @property
    def text(self) -> str:
        """What results say of them; nothing where there are none."""
        hints = {"negative": self.negative, "over 10x nominal": self.grown}
        return "; ".join(f"{hint}: {', '.join(names)}" for hint, names in hints.items() if names)


def odd_yields(model: Model, minima: Sequence[FloatArray]) -> OddYields:
    """Name the samples with odd yields at any of some minima.

    With n events expected in its bin, an odd yield has more than 2 sqrt(n + 1) events. The signal
    is compared with its nominal yield times the signal strength, where that is above 1, and is not
    odd for being negative where the strength is.

    Args:
        model: The hypothesis.
        minima: Parameters, (parameters,) each.
    """
    if not len(minima):
        return OddYields((), ())
    arrays = model.arrays
    is_signal = (arrays.factors == model.poi - arrays.alphas).any(axis=1)
    negative = np.zeros(len(arrays.nominal), dtype=bool)
    grown = negative.copy()
    for pars in minima:
        events, strength = yields_at(arrays, pars), float(pars[model.poi])
        rates = np.bincount(arrays.bin, events, minlength=arrays.bins)[arrays.bin]
        counts = np.abs(events) > thresholds.ODD_YIELD * np.sqrt(rates.clip(0.0) + 1.0)
        nominal = np.where(is_signal, strength, 1.0) * arrays.nominal
        below = (events < 0.0) & (nominal >= 0.0)
        least = np.maximum(np.abs(nominal), np.abs(arrays.nominal))
        negative |= counts & below
        grown |= counts & ~below & (np.abs(events) > thresholds.GROWTH * least)
    return OddYields(negative=_named(model, negative), grown=_named(model, grown))


def yields_at(arrays: Arrays, pars: FloatArray) -> FloatArray:
    """Return the yield of each cell, (cells,)."""
    rates = rates_at(arrays, pars)
    return rates.cell_yield * rates.cell_factor


def _named(model: Model, cells: BoolArray) -> tuple[str, ...]:
    groups = np.repeat(np.arange(len(model.samples)), np.diff(model.arrays.cell_start))
    return tuple(
        f"{sample} ({channel})"
        for channel, sample in (model.samples[group] for group in np.unique(groups[cells]))
    )
