"""Samples as rows of arrays, given where each parameter stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from fitscan.errors import ModelError
from fitscan.model.aligned import aligned_rows
from fitscan.model.arrays import NO_FACTOR, BoolArray, FloatArray, IndexArray, IntArray
from fitscan.model.interpolation import (
    NORMSYS_CODES,
    bend_coefficients,
    code4_coefficients,
    log_variation,
)
from fitscan.model.layout import Layout, block_key
from fitscan.model.ranges import LARGEST, check_numbers, in_range
from fitscan.model.samples import PER_BIN, Sample

__all__ = ["Rows", "joined", "rows_of"]


@dataclass(frozen=True)
class Rows:
    """Groups of a model: the part of ``Arrays`` that has a row for each cell or entry.

    ``cells`` and ``entries`` are the numbers of cells and normsys entries of each group.
    """

    nominal: FloatArray
    bin: IntArray
    cells: IntArray
    half_rows: FloatArray
    bend_rows: FloatArray
    shaped: BoolArray
    factors: IntArray
    entries: IntArray
    entry_alpha: IndexArray
    entry_poly: FloatArray
    entry_log_hi: FloatArray
    entry_log_lo: FloatArray


def rows_of(samples: Sequence[Sample], layout: Layout, *, normsys: int) -> Rows:
    """Return the rows of samples, one group each, in their order.

    Args:
        samples: The samples.
        layout: Their parameters.
        normsys: Code of normalisation variations.

    Raises:
        ModelError: A number is too large or not finite, or a normalisation variation is negative,
            or 0 with a code that does not take it.
    """
    yields = _flat([sample.yields for sample in samples])
    if not in_range(yields):
        _check_yields(samples)
    hi, lo = _normalisations(samples, normsys)
    half, bend = _shapes(samples, yields, layout)
    return Rows(
        nominal=yields,
        bin=np.concatenate([np.arange(m.first_bin, m.first_bin + m.bins) for m in samples]),
        cells=np.array([sample.bins for sample in samples], dtype=np.int64),
        half_rows=half,
        bend_rows=bend,
        shaped=np.logical_or(half.any(axis=1), bend.any(axis=1)),
        factors=_factors(samples, layout),
        entries=np.array([len(sample.norms) for sample in samples], dtype=np.int64),
        entry_alpha=np.array(
            [layout.alphas[name] for sample in samples for name in sample.norms], dtype=np.uint32
        ),
        entry_poly=_filled_up(code4_coefficients(hi, lo)),
        entry_log_hi=log_variation(hi),
        entry_log_lo=log_variation(lo),
    )


def joined(first: Rows, second: Rows, *, alphas: int) -> Rows:
    """Return the rows of both; those of ``first`` are widened to so many alphas.

    The factors that ``first`` knows keep their numbers, so its rows stay as they are.
    """

    def both(name: str) -> Any:
        return np.concatenate([getattr(first, name), getattr(second, name)])

    def stacked(name: str) -> FloatArray:
        above, below = getattr(first, name), getattr(second, name)
        rows = aligned_rows(len(above) + len(below), alphas)
        rows[: len(above), : above.shape[1]] = above
        rows[len(above) :, : below.shape[1]] = below
        return rows

    return Rows(
        nominal=both("nominal"),
        bin=both("bin"),
        cells=both("cells"),
        half_rows=stacked("half_rows"),
        bend_rows=stacked("bend_rows"),
        shaped=both("shaped"),
        factors=_padded([first.factors, second.factors]),
        entries=both("entries"),
        entry_alpha=both("entry_alpha"),
        entry_poly=_filled_up(
            first.entry_poly[:, : len(first.entry_alpha)],
            second.entry_poly[:, : len(second.entry_alpha)],
        ),
        entry_log_hi=both("entry_log_hi"),
        entry_log_lo=both("entry_log_lo"),
    )


def _filled_up(*parts: FloatArray) -> FloatArray:
    """Return matrices beside one another, in aligned rows."""
    rows = aligned_rows(len(parts[0]), sum(part.shape[1] for part in parts))
    begin = 0
    for part in parts:
        rows[:, begin : begin + part.shape[1]] = part
        begin += part.shape[1]
    return rows


def _shapes(
    samples: Sequence[Sample], yields: FloatArray, layout: Layout
) -> tuple[FloatArray, FloatArray]:
    """Put the shape variations into their rows and columns."""
    up = _flat([values for sample in samples for values in sample.up])
    down = _flat([values for sample in samples for values in sample.down])
    if not (in_range(up) and in_range(down)):
        _check_yields(samples)
    half_rows = aligned_rows(len(yields), len(layout.alphas))
    bend_rows = aligned_rows(len(yields), len(layout.alphas))
    # One number for each variation and bin, in the order of the samples.
    alphas = [layout.alphas[name] for sample in samples for name in sample.moving]
    bins = np.array([sample.bins for sample in samples])
    variations = [len(sample.moving) for sample in samples]
    first = np.repeat(np.cumsum(bins) - bins, variations)
    bins = np.repeat(bins, variations)
    columns = np.repeat(np.array(alphas, dtype=np.int64), bins)
    rows = np.arange(len(up)) + np.repeat(first - np.cumsum(bins) + bins, bins)
    half_rows[rows, columns], bend_rows[rows, columns] = bend_coefficients(up, down, yields[rows])
    return half_rows, bend_rows


def _flat(parts: Sequence[Sequence[float]]) -> FloatArray:
    """Return all numbers in a row."""
    return np.fromiter(chain.from_iterable(parts), dtype=float)


def _factors(samples: Sequence[Sample], layout: Layout) -> IntArray:
    """Return the factors of each cell, filled up with ``NO_FACTOR``."""
    width = max(1, *(len(sample.factors) for sample in samples))
    rows = []
    for sample in samples:
        numbers = [
            (layout.first[block_key(modifier, sample)], modifier["type"] in PER_BIN)
            for modifier in sample.factors
        ]
        filling = [NO_FACTOR] * (width - len(numbers))
        rows += [
            [first + n if per_bin else first for first, per_bin in numbers] + filling
            for n in range(sample.bins)
        ]
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def _normalisations(samples: Sequence[Sample], code: int) -> FloatArray:
    """Return the normalisation variations at +1 and -1, (2, variations)."""
    factors = np.stack([_flat([m.hi for m in samples]), _flat([m.lo for m in samples])])
    if factors.size and not (factors.min() > 0 and factors.max() <= LARGEST):
        for sample in samples:
            for name, hi, lo in zip(sample.norms, sample.hi, sample.lo, strict=True):
                _check_normalisation(hi, lo, code, where=f"{sample.where}: the normsys {name!r}")
    return factors


def _check_normalisation(hi: float, lo: float, code: int, *, where: str) -> None:
    """Refuse a normalisation variation that has no interpolation."""
    if not (0 <= hi <= LARGEST and 0 <= lo <= LARGEST):
        raise ModelError(
            f"{where} is negative, too large or not finite",
            value={"hi": hi, "lo": lo},
            hint="it multiplies yields, and its interpolation takes logarithms; write a variation"
            " to negative yields as a histosys",
        )
    if code == NORMSYS_CODES["code1"] and 0 in {hi, lo}:
        raise ModelError(
            f"{where} goes to 0, to which code1 jumps at the nominal value",
            value={"hi": hi, "lo": lo},
            hint="set interpolation.normsys: code4, which is continuous there",
            fallback=True,
        )


def _padded(parts: Sequence[IntArray]) -> IntArray:
    """Stack arrays of different widths, filled up with ``NO_FACTOR``."""
    width = max(1, *(part.shape[1] for part in parts))
    rows = np.full((sum(len(part) for part in parts), width), NO_FACTOR, dtype=np.int64)
    start = 0
    for part in parts:
        rows[start : start + len(part), : part.shape[1]] = part
        start += len(part)
    return rows


def _check_yields(samples: Sequence[Sample]) -> None:
    """Refuse a yield or a variation beyond the range, by its sample, channel and bin."""
    check_numbers(
        (f"{sample.where}: {name}", values)
        for sample in samples
        for name, values in (
            ("data", sample.yields),
            *(
                (f"hi_data of {name}", up)
                for name, up in zip(sample.moving, sample.up, strict=True)
            ),
            *(
                (f"lo_data of {name}", down)
                for name, down in zip(sample.moving, sample.down, strict=True)
            ),
        )
    )
