"""Upper limits over a grid: where they exclude, on figures and in their tables."""

from functools import partial

import numpy as np
import pytest
from limits_and_cross_section import X, cross_section_in, limits

from fitscan.contour import limit_plane_table, limit_scan_table, mass_limits
from fitscan.tables.minima import SHOWN_LIMITS


@pytest.fixture
def cross_section(tmp_path):
    return partial(cross_section_in, tmp_path)


def test_limits_are_one_where_they_should_be():
    found = mass_limits(X, limits())
    assert {curve: len(places) for curve, places in found.items()} == dict.fromkeys(found, 1)
    assert found["observed"] == pytest.approx([330.0])
    assert found["expected"] == pytest.approx([310.0])
    assert found["expected_m2"] == pytest.approx([430.0])
    assert found["expected_p2"] == pytest.approx([210.0])


def test_a_larger_cross_section_excludes_more(cross_section):
    found = mass_limits(X, limits(), cross_section=cross_section())
    assert found["observed_theory_up"] == pytest.approx([330.0 + 100.0 * np.log(1.2)])
    assert found["observed_theory_down"] == pytest.approx([330.0 + 100.0 * np.log(0.8)])


def test_table_of_a_scan_holds_points_crossings_and_limits_on_the_cross_section(cross_section):
    options = {"name": "mass", "cross_section": cross_section(), "unit": "pb"}
    table = limit_scan_table(X, limits(), **options).set_index(["curve", "kind"]).sort_index()
    assert len(table.loc["observed"].loc["point"]) == 5
    crossing = table.loc["observed"].loc["crossing"]
    assert crossing["mass"] == pytest.approx(330.0)
    assert crossing["cross_section_up"] == pytest.approx(np.exp(-330.0 / 50.0))
    assert set(table["method"]) == {"linear in log of the upper limit between points"}
    plain = limit_scan_table(X, limits(), name="mass")
    assert plain[["cross_section", "cross_section_up"]].isna().all(axis=None)


def with_lowest(x=X):
    """The same, and limits at lower minima that are 1 at 20 GeV less."""
    lowest = {f"{column}_lowest": limits(x + 20.0)[column] for column in SHOWN_LIMITS}
    return limits(x) | lowest


def test_limits_at_lower_minima_are_in_the_tables_where_there_are_any():
    x, y = (a.ravel() for a in np.meshgrid(X, [0.0, 100.0, 200.0]))
    plane = limit_plane_table(x, y, with_lowest(x), names=["m1", "m2"])
    vertices = plane[(plane["kind"] == "line") & (plane["curve"] == "observed_lowest")]
    np.testing.assert_allclose(vertices["m1"], 310.0)
    scan = limit_scan_table(X, with_lowest(), name="m").set_index(["curve", "kind"]).sort_index()
    assert scan.loc["expected_lowest"].loc["crossing"]["m"] == pytest.approx(290.0)
    for table in (
        limit_plane_table(x, y, limits(x), names=["m1", "m2"]),
        limit_scan_table(X, limits(), name="m"),
    ):
        assert not table["curve"].str.contains("lowest").any()
