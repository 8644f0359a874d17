"""Samples as rows of arrays, given where each parameter stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fitscan.errors import ModelError
from fitscan.model.arrays import NO_FACTOR, FloatArray, IntArray
from fitscan.model.interpolation import bend_coefficients, code4_coefficients
from fitscan.model.layout import Layout, block_key
from fitscan.model.recipe import PER_BIN, SCALARS, Member

__all__ = ["Rows", "joined", "rows_of"]


@dataclass(frozen=True)
class Rows:
    """Groups of a model: the part of ``Arrays`` that has a row for each cell or entry.

    ``cells`` and ``entries`` are the numbers of cells and normsys entries of each group.
    """

    nominal: FloatArray
    bin: IntArray
    cells: IntArray
    half_difference: FloatArray
    bend: FloatArray
    factors: IntArray
    entries: IntArray
    entry_alpha: IntArray
    entry_poly: FloatArray
    entry_log_hi: FloatArray
    entry_log_lo: FloatArray


def rows_of(members: Sequence[Member], layout: Layout) -> Rows:
    """Return the rows of samples, one group each, in their order.

    Raises:
        ModelError: A number is not finite, or a normalisation variation is not positive.
    """
    yields = np.array([x for member in members for x in member.yields], dtype=float)
    if not np.isfinite(yields.sum()):
        _refuse_yields(members)
    normsys = [modifier for member in members for modifier in member.modifiers["normsys"]]
    hi = [modifier["data"]["hi"] for modifier in normsys]
    lo = [modifier["data"]["lo"] for modifier in normsys]
    log_hi, log_lo = _logarithms(members, hi, lo)
    half_difference, bend = _shapes(members, yields, layout)
    return Rows(
        nominal=yields,
        bin=np.concatenate([np.arange(m.first_bin, m.first_bin + m.bins) for m in members]),
        cells=np.array([member.bins for member in members], dtype=np.int64),
        half_difference=half_difference,
        bend=bend,
        factors=_padded([_factors(member, layout) for member in members]),
        entries=np.array([len(member.modifiers["normsys"]) for member in members], dtype=np.int64),
        entry_alpha=np.array(
            [layout.alphas[name] for member in members for name in member.names["normsys"]],
            dtype=np.int64,
        ),
        entry_poly=code4_coefficients(hi, lo),
        entry_log_hi=log_hi,
        entry_log_lo=log_lo,
    )


def joined(first: Rows, second: Rows, *, alphas: int) -> Rows:
    """Return the rows of both; those of ``first`` are widened to so many alphas.

    The factors that ``first`` knows keep their numbers, so its rows stay as they are.
    """

    def both(name: str, axis: int = 0) -> Any:
        return np.concatenate([getattr(first, name), getattr(second, name)], axis=axis)

    def stacked(name: str) -> FloatArray:
        above, below = getattr(first, name), getattr(second, name)
        rows = np.zeros((len(above) + len(below), alphas))
        rows[: len(above), : above.shape[1]] = above
        rows[len(above) :, : below.shape[1]] = below
        return rows

    return Rows(
        nominal=both("nominal"),
        bin=both("bin"),
        cells=both("cells"),
        half_difference=stacked("half_difference"),
        bend=stacked("bend"),
        factors=_padded([first.factors, second.factors]),
        entries=both("entries"),
        entry_alpha=both("entry_alpha"),
        entry_poly=both("entry_poly", axis=1),
        entry_log_hi=both("entry_log_hi"),
        entry_log_lo=both("entry_log_lo"),
    )


def _shapes(
    members: Sequence[Member], yields: FloatArray, layout: Layout
) -> tuple[FloatArray, FloatArray]:
    """Put the shape variations into their rows and columns."""
    hi: list[float] = []
    lo: list[float] = []
    columns: list[int] = []
    cells, start = [], 0
    for member in members:
        variations = member.modifiers["histosys"]
        for modifier in variations:
            data = modifier["data"]
            hi += data["hi_data"]
            lo += data["lo_data"]
        for name in member.names["histosys"]:
            columns += [layout.alphas[name]] * member.bins
        cells.append(np.tile(np.arange(start, start + member.bins), len(variations)))
        start += member.bins
    rows, numbers = np.concatenate(cells), np.array(columns, dtype=np.int64)
    half, bend = bend_coefficients(np.array(hi, float), np.array(lo, float), yields[rows])
    if not np.isfinite(half.sum()):
        _refuse_yields(members)
    shape = (len(yields), len(layout.alphas))
    dense_half, dense_bend = np.zeros(shape), np.zeros(shape)
    dense_half[rows, numbers] = half
    dense_bend[rows, numbers] = bend
    return dense_half, dense_bend


def _factors(member: Member, layout: Layout) -> IntArray:
    """Return the factors of each bin of a sample, (bins, number of factors)."""
    first = [
        (layout.first[block_key(kind, modifier["name"], member)], kind in PER_BIN)
        for kind, modifier in member.of((*SCALARS, *PER_BIN))
    ]
    factors = [[start + b * per_bin for start, per_bin in first] for b in range(member.bins)]
    return np.array(factors, dtype=np.int64).reshape(member.bins, len(first))


def _logarithms(
    members: Sequence[Member], hi: Sequence[float], lo: Sequence[float]
) -> tuple[FloatArray, FloatArray]:
    """Return the logarithms of normalisation variations, which must be positive."""
    factors = np.array([hi, lo], dtype=float)
    if factors.size and not (factors.min() > 0 and factors.max() < np.inf):
        for member in members:
            for modifier in member.modifiers["normsys"]:
                if not all(0 < factor < np.inf for factor in modifier["data"].values()):
                    raise ModelError(
                        f"{member.where}: the normsys {modifier['name']!r} is not positive",
                        value=modifier["data"],
                        hint="its interpolation takes logarithms; pyhf gives NaN here",
                    )
    log_hi, log_lo = np.log(factors)
    return log_hi, log_lo


def _padded(parts: Sequence[IntArray]) -> IntArray:
    """Stack arrays of different widths, filled up with ``NO_FACTOR``."""
    width = max(1, *(part.shape[1] for part in parts))
    rows = np.full((sum(len(part) for part in parts), width), NO_FACTOR, dtype=np.int64)
    start = 0
    for part in parts:
        rows[start : start + len(part), : part.shape[1]] = part
        start += len(part)
    return rows


def _refuse_yields(members: Sequence[Member]) -> None:
    """Name the sample that has a yield or a variation that is not finite."""
    for member in members:
        numbers = {"data": member.yields}
        for modifier in member.modifiers["histosys"]:
            numbers[modifier["name"]] = [
                *modifier["data"]["hi_data"],
                *modifier["data"]["lo_data"],
            ]
        for name, values in numbers.items():
            if not np.isfinite(values).all():
                raise ModelError(
                    f"{member.where}: {name} is not finite",
                    value=next(float(value) for value in values if not np.isfinite(value)),
                    hint="a likelihood has finite numbers only; ask whoever made it",
                )
