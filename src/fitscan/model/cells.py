"""Samples as rows of arrays, given where each parameter stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from fitscan.errors import ModelError
from fitscan.model.aligned import LINE, continued_rows
from fitscan.model.arrays import NO_FACTOR, FloatArray, IndexArray, IntArray
from fitscan.model.interpolation import (
    NORMSYS_CODES,
    bend_coefficients,
    code4_coefficients,
    log_variation,
)
from fitscan.model.layout import Layout, block_key
from fitscan.model.ranges import LARGEST, check_numbers, in_range
from fitscan.model.samples import PER_BIN, Sample

__all__ = ["NO_FRAME", "NO_ROWS", "Frame", "Rows", "frame_of", "rows_of"]


@dataclass(frozen=True, eq=False)
class Frame:
    """Groups of a model without numbers: the part of ``Arrays`` that outlines decide."""

    bin: IntArray
    cell_start: IntArray
    factors: IntArray


@dataclass(frozen=True)
class Rows:
    """Groups of a model: the part of ``Arrays`` that has numbers for each cell or entry."""

    nominal: FloatArray
    half_rows: FloatArray
    bend_rows: FloatArray
    span: IntArray
    entry_start: IntArray
    entry_alpha: IndexArray
    entry_poly: FloatArray
    entry_log_hi: FloatArray
    entry_log_lo: FloatArray


NO_FRAME = Frame(
    bin=np.empty(0, dtype=np.int64),
    cell_start=np.zeros(1, dtype=np.int64),
    factors=np.empty((0, 1), dtype=np.int64),
)

NO_ROWS = Rows(
    nominal=np.empty(0),
    half_rows=np.empty((0, 0)),
    bend_rows=np.empty((0, 0)),
    span=np.empty((0, 2), dtype=np.int64),
    entry_start=np.zeros(1, dtype=np.int64),
    entry_alpha=np.empty(0, dtype=np.uint32),
    entry_poly=np.empty((6, 0)),
    entry_log_hi=np.empty(0),
    entry_log_lo=np.empty(0),
)


def frame_of(samples: Sequence[Sample], layout: Layout, *, after: Frame = NO_FRAME) -> Frame:
    """Return the frame of samples, one group each, in their order.

    Args:
        samples: The samples, of which only the outlines count.
        layout: Their parameters, and those of ``after``.
        after: Groups that come first.
    """
    outlines = [sample.outline for sample in samples]
    bins = [np.arange(o.first_bin, o.first_bin + o.bins) for o in outlines]
    return Frame(
        bin=np.concatenate([after.bin, *bins]),
        cell_start=_continued(after.cell_start, [outline.bins for outline in outlines]),
        factors=_padded([after.factors, _factors(samples, layout)]),
    )


def rows_of(
    samples: Sequence[Sample], layout: Layout, *, normsys: int, after: Rows = NO_ROWS
) -> Rows:
    """Return the rows of samples, one group each, in their order.

    Args:
        samples: The samples.
        layout: Their parameters, and those of ``after``.
        normsys: Code of normalisation variations.
        after: Rows that come first.

    Raises:
        ModelError: A number is too large or not finite, or a normalisation variation is negative,
            or 0 with a code that does not take it.
    """
    yields = _flat([sample.yields for sample in samples])
    if not in_range(yields):
        _check_yields(samples)
    hi, lo = _normalisations(samples, normsys)
    logs = log_variation(hi), log_variation(lo)
    half_rows, bend_rows, span = _shapes(samples, yields, layout, after)
    number = layout.alphas
    alphas = [number[name] for sample in samples for name in sample.norms]
    known = len(after.entry_alpha)
    poly = continued_rows(after.entry_poly[:, :known], 6, known + len(alphas))
    poly[:, known : known + len(alphas)] = code4_coefficients(hi, lo, logs)
    return Rows(
        nominal=np.concatenate([after.nominal, yields]),
        half_rows=half_rows,
        bend_rows=bend_rows,
        span=span,
        entry_start=_continued(after.entry_start, [len(sample.norms) for sample in samples]),
        entry_alpha=np.concatenate([after.entry_alpha, np.array(alphas, dtype=np.uint32)]),
        entry_poly=poly,
        entry_log_hi=np.concatenate([after.entry_log_hi, logs[0]]),
        entry_log_lo=np.concatenate([after.entry_log_lo, logs[1]]),
    )


def _continued(starts: IntArray, counts: Sequence[int]) -> IntArray:
    """Return the first index of each group and the number of all, with groups of these sizes."""
    return np.concatenate([starts, starts[-1] + np.cumsum(counts, dtype=np.int64)])


def _shapes(
    samples: Sequence[Sample], yields: FloatArray, layout: Layout, after: Rows
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Put the shape variations into their rows and columns, below those that come first.

    Returns:
        ``half_rows``, ``bend_rows`` and ``span``.
    """
    before = len(after.nominal)
    height, width = before + len(yields), len(layout.alphas)
    half_rows = continued_rows(after.half_rows, height, width)
    bend_rows = continued_rows(after.bend_rows, height, width)
    # One number for each variation and bin, in the order of the samples.
    up = _flat([values for sample in samples for values in sample.up])
    down = _flat([values for sample in samples for values in sample.down])
    if not (in_range(up) and in_range(down)):
        _check_yields(samples)
    number = layout.alphas
    alphas = [number[name] for sample in samples for name in sample.moving]
    bins = np.array([sample.bins for sample in samples])
    variations = [len(sample.moving) for sample in samples]
    first = np.repeat(np.cumsum(bins) - bins, variations)
    bins = np.repeat(bins, variations)
    columns = np.repeat(np.array(alphas, dtype=np.int64), bins)
    rows = np.arange(len(up)) + np.repeat(first - np.cumsum(bins) + bins, bins)
    half, bent = bend_coefficients(up, down, yields[rows])
    rows += before
    half_rows[rows, columns], bend_rows[rows, columns] = half, bent
    moves = (half != 0.0) | (bent != 0.0)
    return half_rows, bend_rows, _spans(rows[moves], columns[moves], height, after.span)


def _spans(rows: IntArray, columns: IntArray, height: int, after: IntArray) -> IntArray:
    """Return the spans of ``after`` and, below, those of entries in these rows and columns."""
    first, end = np.full(height, np.iinfo(np.int64).max), np.zeros(height, dtype=np.int64)
    lines = columns // LINE
    np.minimum.at(first, rows, lines)
    np.maximum.at(end, rows, lines + 1)
    spans = LINE * np.stack([np.minimum(first, end), end], axis=1)
    spans[: len(after)] = after
    return spans


def _flat(parts: Sequence[Sequence[float]]) -> FloatArray:
    """Return all numbers in a row."""
    return np.fromiter(chain.from_iterable(parts), dtype=float)


def _factors(samples: Sequence[Sample], layout: Layout) -> IntArray:
    """Return the factors of each cell, filled up with ``NO_FACTOR``."""
    width = max(1, 1, *(len(sample.outline.factors) for sample in samples))
    rows = []
    for sample in samples:
        numbers = [
            (layout.first[block_key(factor, sample)], factor.kind in PER_BIN)
            for factor in sample.outline.factors
        ]
        filling = [NO_FACTOR] * (width - len(numbers))
        rows += [
            [first + n if per_bin else first for first, per_bin in numbers] + filling
            for n in range(sample.bins)
        ]
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def _normalisations(samples: Sequence[Sample], code: int) -> FloatArray:
    """Return the normalisation variations at +1 and -1, (2, variations)."""
    factors = _flat([*[m.hi for m in samples], *[m.lo for m in samples]]).reshape(2, -1)
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
