"""Samples as rows: each yield, variation and factor where its cell is."""

from dataclasses import fields

import numpy as np
from small import MU, histosys, modifier, normsys, sample

from fitscan.model.arrays import NO_FACTOR
from fitscan.model.cells import frame_of, rows_of
from fitscan.model.interpolation import NORMSYS_CODES
from fitscan.model.layout import NOTHING, extended, new_parameters
from fitscan.model.samples import make_sample

CODE4 = NORMSYS_CODES["code4"]
BACKGROUND = make_sample(
    sample(
        "background",
        [9.0, 7.0],
        histosys("y", [10.0, 7.0], [7.0, 5.0]),
        normsys("x", 1.2, 0.8),
        modifier("stat", "staterror", [1.0, 1.0]),
    ),
    channel="SR",
    first_bin=1,
    bins=2,
)
SIGNAL = make_sample(
    sample("signal", [3.0, 2.0], MU, normsys("theory", 1.1, 0.9)),
    channel="SR",
    first_bin=1,
    bins=2,
)


def laid_out(*members):
    return extended(NOTHING, new_parameters(NOTHING, members))


def test_rows_hold_yields_variations_and_factors():
    layout = laid_out(BACKGROUND, SIGNAL)
    rows = rows_of([BACKGROUND, SIGNAL], layout, normsys=CODE4)
    assert rows.nominal.tolist() == [9.0, 7.0, 3.0, 2.0]
    frame = frame_of([BACKGROUND, SIGNAL], layout)
    assert frame.bin.tolist() == [1, 2, 1, 2]
    y = layout.alphas["y"]
    assert rows.half_rows[:, y].tolist() == [1.5, 1.0, 0.0, 0.0]
    # g is 8 at +-1: (up + down - 2 nominal) / 16.
    assert rows.bend_rows[:, y].tolist() == [-1.0 / 16.0, -2.0 / 16.0, 0.0, 0.0]
    assert not np.delete(rows.half_rows, y, axis=1).any()
    stat, mu = layout.first["stat", "SR"], layout.first["mu", ""]
    assert frame.factors.ravel().tolist() == [stat, stat + 1, mu, mu]
    assert [list(layout.alphas)[n] for n in rows.entry_alpha] == ["x", "theory"]
    np.testing.assert_allclose(np.exp(rows.entry_log_hi), [1.2, 1.1])
    np.testing.assert_allclose(np.exp(rows.entry_log_lo), [0.8, 0.9])


def test_rows_after_others_are_those_made_at_once():
    first, whole = laid_out(BACKGROUND), laid_out(BACKGROUND, SIGNAL)
    frame, rows = frame_of([BACKGROUND], first), rows_of([BACKGROUND], first, normsys=CODE4)
    pairs = [
        (
            frame_of([SIGNAL], whole, after=frame),
            frame_of([BACKGROUND, SIGNAL], whole),
        ),
        (
            rows_of([SIGNAL], whole, normsys=CODE4, after=rows),
            rows_of([BACKGROUND, SIGNAL], whole, normsys=CODE4),
        ),
    ]
    for ours, once in pairs:
        for field in fields(once):
            np.testing.assert_allclose(
                getattr(ours, field.name), getattr(once, field.name), rtol=0.0, atol=1e-15
            )


def test_cells_with_fewer_factors_are_filled_up():
    plain = make_sample(sample("plain", [1.0]), channel="CR", first_bin=0, bins=1)
    both = make_sample(
        sample("both", [1.0], MU, modifier("k", "normfactor")), channel="CR", first_bin=0, bins=1
    )
    frame = frame_of([plain, both], laid_out(plain, both))
    assert frame.factors.tolist() == [[NO_FACTOR, NO_FACTOR], [0, 1]]
