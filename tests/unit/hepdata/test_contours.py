"""Tables of contours have the vertices of exclusion.csv, a table for each line."""

import numpy as np
import pandas as pd

from fitscan.contour import plane_table, scan_table
from fitscan.hepdata import About, contour_tables


def values(table, number):
    return table.variables[number].values


def test_every_line_has_a_table_with_its_vertices_in_order(exclusion, about):
    tables = contour_tables(exclusion, about(), axes=["m1", "m2"], test_size=0.05)
    assert [table.name for table in tables] == [
        "Observed contour",
        "Expected contour",
        "Expected contour minus 1 sigma",
        "Expected contour plus 1 sigma",
    ]
    observed = exclusion[exclusion["curve"] == "observed"]
    assert values(tables[0], 0) == observed["m1"].tolist()
    assert values(tables[0], 1) == observed["m2"].tolist()
    assert observed["method"].iloc[0] in tables[0].description


def test_the_uncertainty_by_interpolation_is_in_the_description_where_it_is_known(exclusion, about):
    half_widths = {"observed": 105.6, "expected": np.nan}
    told = exclusion.assign(interpolation_half_width=exclusion["curve"].map(half_widths))
    observed, expected, *_ = contour_tables(told, about(), axes=["m1", "m2"], test_size=0.05)
    assert "makes the line uncertain by 106 in the units of the axes" in observed.description
    assert "uncertain" not in expected.description


def test_a_contour_of_several_lines_has_a_table_for_each(about):
    x, y = (grid.ravel() for grid in np.meshgrid(np.arange(9.0), np.arange(5.0)))
    islands = np.where((np.abs(x - 4.0) > 2.0), 0.001, 0.5)
    table = plane_table(x, y, {"CLs_obs": islands}, names=["a", "b"])
    tables = contour_tables(table, about(), axes=["a", "b"], test_size=0.05)
    assert [t.name for t in tables] == ["Observed contour part 1", "Observed contour part 2"]
    assert sum(len(values(t, 0)) for t in tables) == len(table)


def test_nothing_excluded_gives_no_table(about):
    x, y = (grid.ravel() for grid in np.meshgrid(np.arange(3.0), np.arange(3.0)))
    table = plane_table(x, y, {"CLs_obs": np.full(9, 0.5)}, names=["a", "b"])
    assert contour_tables(table, about(), axes=["a", "b"], test_size=0.05) == []


def test_along_one_parameter_the_crossings_are_listed(about):
    mass = [100.0, 200.0, 300.0]
    table = scan_table(mass, {"CLs_obs": [0.2, 0.01, 0.3], "CLs_exp_0": [0.5] * 3}, name="mass")
    (observed,) = contour_tables(table, about(), axes=["mass"], test_size=0.05)
    assert observed.name == "Observed crossings"
    assert values(observed, 0) == [1, 2]
    crossings = table.loc[table["kind"] == "crossing", "mass"]
    assert values(observed, 1) == crossings.tolist()


def test_other_results_on_the_figure_are_not_handed_over(exclusion, about):
    theirs = exclusion[exclusion["curve"] == "observed"].assign(curve="../another/search")
    both = pd.concat([exclusion, theirs], ignore_index=True)
    ours, all_of_them = (
        [made.name for made in contour_tables(lines, about(), axes=["m1", "m2"], test_size=0.05)]
        for lines in (exclusion, both)
    )
    assert ours == all_of_them


def test_a_slice_of_the_grid_is_a_qualifier(exclusion, about):
    said = about()
    sliced = About(said.name, said.settings | {"slice": {"m3": 50.0}})
    (table, *_) = contour_tables(exclusion, sliced, axes=["m1", "m2"], test_size=0.05)
    assert {"name": "FIXED m3", "value": 50.0} in table.variables[1].qualifiers


def test_the_level_and_the_curve_are_qualifiers(exclusion, about):
    (table, *_) = contour_tables(exclusion, about(), axes=["m1", "m2"], test_size=0.1)
    assert table.variables[1].qualifiers == [
        {"name": "CONFIDENCE LEVEL", "value": 90.0, "units": "%"},
        {"name": "CURVE", "value": "observed"},
    ]


def test_rounded_lines_stay_between_the_same_points(exclusion, about):
    said = about(hepdata={"digits": 2})
    grid = {"m1": [100.0 * k for k in range(1, 6)], "m2": [50.0 * k for k in range(6)]}
    kwargs = {"axes": ["m1", "m2"], "test_size": 0.05, "grid": grid}
    exact = contour_tables(exclusion, about(), **kwargs)
    coarse = contour_tables(exclusion, said, **kwargs)
    moved = 0
    for one, other in zip(exact, coarse, strict=True):
        assert "Coordinates have 2 significant digits, and more where" in other.description
        for number, axis in enumerate(grid):
            before, after = np.array(values(one, number)), np.array(values(other, number))
            np.testing.assert_allclose(after, before, rtol=0.05)
            moved += (before != after).sum()
            for edge in grid[axis]:
                assert (np.sign(before - edge) == np.sign(after - edge)).all()
    assert moved > 10


def test_lines_say_how_CLs_was_found(exclusion, about):
    tables = contour_tables(
        exclusion, about(), axes=["m1", "m2"], test_size=0.05, method="CLs from toys"
    )
    assert all(table.description.endswith("). CLs from toys.") for table in tables)
