"""Tables of what is drawn."""

from statistics import NormalDist

import numpy as np
import pytest
from scipy.stats import norm

from fitscan import contour

LEVEL = NormalDist().inv_cdf(0.95)


def grid(nx=8, ny=6):
    x, y = np.meshgrid(np.linspace(100.0, 800.0, nx), np.linspace(0.0, 50.0, ny))
    return x.ravel(), y.ravel()


def test_plane_table_holds_the_lines_that_are_drawn():
    x, y = grid()
    shifts = {"CLs_obs": 0.0, "CLs_exp_0": 50.0, "CLs_exp_m1": 150.0, "CLs_exp_m2": 250.0}
    CLs = {name: norm.sf(LEVEL + (400.0 + s - x) / 100.0) for name, s in shifts.items()}
    CLs["CLs_exp_p1"] = np.full(len(x), 0.9)
    table = contour.plane_table(x, y, CLs, names=("m_parent", "m_lsp"))
    assert list(table.columns) == [
        *("curve", "segment", "m_parent", "m_lsp", "method"),
        *("interpolation_uncertainty", "interpolation_half_width"),
    ]
    assert table.curve.unique().tolist() == ["observed", "expected", "expected_m1"]
    assert set(table.method) == {
        "linear in significance on Delaunay triangulation with tied diagonals crossed"
    }
    (line,) = contour.exclusion_lines(x, y, CLs["CLs_exp_0"])
    drawn = table[(table.curve == "expected") & (table.segment == 0)]
    np.testing.assert_array_equal(drawn[["m_parent", "m_lsp"]], line)


def test_plane_table_holds_the_uncertainty_of_each_line_and_the_sides_of_the_band():
    x, y = grid(9, 7)
    Z = LEVEL + (420.0 - x) / 100.0 + np.random.default_rng(7).normal(0.0, 0.2, len(x))
    CLs = {"CLs_obs": norm.sf(Z), "CLs_exp_0": norm.sf(Z + 0.5)}
    plain = contour.plane_table(x, y, CLs)
    for curve, column in (("observed", "CLs_obs"), ("expected", "CLs_exp_0")):
        told = contour.line_uncertainty(x, y, CLs[column])
        rows = plain[plain.curve == curve]
        assert set(rows["interpolation_uncertainty"]) == {told.height}
        assert set(rows["interpolation_half_width"]) == {told.half_width}
    sides = [f"observed_interpolation_{side}" for side in ("inner", "outer")]
    table = contour.plane_table(x, y, CLs, band=True)
    assert table.curve.unique().tolist() == ["observed", *sides, "expected"]
    told = contour.line_uncertainty(x, y, CLs["CLs_obs"])
    for side, lines in zip(sides, (told.inner, told.outer), strict=True):
        drawn = table[table.curve == side]
        np.testing.assert_array_equal(drawn[["x", "y"]], np.concatenate(lines))


@pytest.mark.parametrize("count", [48, 1], ids=["none_excluded", "one_point"])
def test_plane_table_without_lines_keeps_its_columns(count):
    x, y = (values[:count] for values in grid())
    table = contour.plane_table(x, y, {"CLs_obs": np.full(count, 0.9)})
    assert len(table) == 0
    assert list(table.columns) == [
        *("curve", "segment", "x", "y", "method"),
        *("interpolation_uncertainty", "interpolation_half_width"),
    ]
