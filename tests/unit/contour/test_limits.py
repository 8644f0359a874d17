"""Upper limits over a grid: where they exclude, on figures and in their tables."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.patches import Patch

from fitscan.columns import MU_UP
from fitscan.contour import limit_plane_table, limit_scan_table, mass_limits
from fitscan.errors import ConfigError
from fitscan.plots import Colors, draw_limits_plane, draw_limits_scan
from fitscan.tables.cross_section import read_cross_section
from fitscan.tables.minima import SHOWN_LIMITS

X = np.linspace(100.0, 500.0, 5)
# Limits that grow by e every 100 GeV, and are 1 at these places.
PLACES = dict(zip(MU_UP, (330.0, 430.0, 380.0, 310.0, 260.0, 210.0), strict=True))


def limits(x=X):
    return {column: np.exp((x - place) / 100.0) for column, place in PLACES.items()}


@pytest.fixture
def cross_section(tmp_path):
    """One that falls by e every 50 GeV, with an uncertainty of 20 percent; in any order."""

    def read(text=None):
        path = tmp_path / "xsec.csv"
        rows = [f"{x},{np.exp(-x / 50.0)},20" for x in (500, 90, 200, 300, 400)]
        header = "mass,cross_section,uncertainty_percent"
        path.write_text("\n".join([header, *rows]) if text is None else text)
        return read_cross_section(str(path), "mass")

    return read


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


def test_cross_section_is_linear_in_its_logarithm(cross_section):
    read = cross_section()
    assert read.at([250.0, 333.0]) == pytest.approx(np.exp(-np.array([250.0, 333.0]) / 50.0))
    assert read.at([250.0], shift=-1.0) == pytest.approx(0.8 * np.exp(-5.0))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mass,cross_section\n1,2\n1,3\n", "line 3: the row repeats line 2"),
        ("mass,cross_section\n1,2\n2,-3\n", "line 3: a cross-section is not above 0"),
        ("mass,cross_section,uncertainty\n1,2,2\n", "line 2: a cross-section is not above 0"),
        (
            "mass,cross_section,uncertainty,uncertainty_percent\n1,2,1,50\n",
            "has two uncertainties",
        ),
        ("mass,sigma\n1,2\n", "lacks a column: 'cross_section'"),
    ],
)
def test_cross_section_that_is_none_is_refused(cross_section, text, words):
    with pytest.raises(ConfigError, match=words):
        cross_section(text)


def test_cross_section_has_to_cover_the_grid(cross_section):
    with pytest.raises(ConfigError, match=r"missing at a point of the grid: 501\.0.*90 to 500"):
        cross_section().at([100.0, 501.0])


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


def test_figure_along_one_axis_marks_where_limits_cross_the_theory(cross_section):
    read = cross_section()
    figure = draw_limits_scan(
        X, limits(), x_title="m", cross_section=read, theory="NLO", unit="pb", title="A"
    )
    ax = figure.axes[0]
    assert ax.get_ylabel() == "Cross-section [pb]"
    marks = [line for line in ax.get_lines() if line.get_marker() == "D"]
    places = sorted(float(line.get_xdata()[0]) for line in marks)
    assert places == pytest.approx([310.0, 330.0])
    assert marks[0].get_ydata() == pytest.approx(read.at([330.0]))
    texts = [text.get_text() for text in ax.texts]
    assert r"Observed limit: 330$^{+18}_{-22}$" in texts
    assert "Expected limit: 310" in texts
    titles = [text.get_text() for text in ax.get_legend().get_texts()]
    assert r"NLO ($\pm1\,\sigma$)" in titles


def test_figure_along_one_axis_without_a_cross_section_is_about_the_strength():
    figure = draw_limits_scan(X, limits(), x_title="m")
    ax = figure.axes[0]
    (observed,) = [
        line
        for line in ax.get_lines()
        if same_color(line.get_color(), Colors().observed) and line.get_marker() == "None"
    ]
    assert np.interp(330.0, *observed.get_data()) == pytest.approx(1.0, abs=0.01)
    assert len(ax.collections) == 2
    handles = ax.get_legend().legend_handles
    assert sum(isinstance(handle, Patch) for handle in handles) == 2


def test_points_without_limits_leave_gaps_and_a_figure():
    gaps = {column: np.where(X == 300.0, np.nan, values) for column, values in limits().items()}
    assert mass_limits(X, gaps)["observed"] == pytest.approx([330.0])
    draw_limits_scan(X, gaps, x_title="m")
    nothing = {column: np.full(5, np.nan) for column in MU_UP}
    figure = draw_limits_scan(X, nothing, x_title="m")
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "crosses nowhere" in " ".join(texts)


def test_maps_show_numbers_and_where_limits_are_one():
    x, y = (a.ravel() for a in np.meshgrid(X, [0.0, 100.0, 200.0]))
    figure = draw_limits_plane(x, y, limits(x), x_title="m1", y_title="m2", title="A")
    for ax, place in zip(figure.axes[::2], (330.0, 310.0), strict=True):
        (line,) = [a for a in ax.get_lines() if len(a.get_xdata()) > 1 and a.get_marker() == "None"]
        np.testing.assert_allclose(line.get_xdata(), place)
    table = limit_plane_table(x, y, limits(x), names=["m1", "m2"])
    assert (table["kind"] == "point").sum() == 6 * len(x)
    vertices = table[(table["kind"] == "line") & (table["curve"] == "observed")]
    np.testing.assert_allclose(vertices["m1"], 330.0)
    assert (vertices["segment"] == 0).all()
    assert table.loc[table["kind"] == "point", "interpolation_half_width"].isna().all()
    np.testing.assert_allclose(vertices["interpolation_half_width"], 0.0, atol=1e-6)


def test_maps_of_points_on_a_line_or_without_limits_have_no_lines():
    y = np.zeros(5)
    draw_limits_plane(X, y, limits(), x_title="m1", y_title="m2")
    nothing = {column: np.full(5, np.nan) for column in MU_UP}
    draw_limits_plane(X, y, nothing, x_title="m1", y_title="m2")
    table = limit_plane_table(X, y, limits(), names=["m1", "m2"])
    assert set(table["kind"]) == {"point"}


def with_lowest(x=X):
    """The same, and limits at lower minima that are 1 at 20 GeV less."""
    lowest = {f"{column}_lowest": limits(x + 20.0)[column] for column in SHOWN_LIMITS}
    return limits(x) | lowest


def lines_of(ax):
    return [a for a in ax.get_lines() if len(a.get_xdata()) > 1 and a.get_marker() == "None"]


def test_limits_at_lower_minima_are_drawn_beside_the_others():
    x, y = (a.ravel() for a in np.meshgrid(X, [0.0, 100.0, 200.0]))
    figure = draw_limits_plane(x, y, with_lowest(x), x_title="m1", y_title="m2")
    for ax, places in zip(figure.axes[::2], ([330.0, 310.0], [310.0, 290.0]), strict=True):
        found = [float(line.get_xdata()[0]) for line in lines_of(ax)]
        assert found == pytest.approx(places)
    titles = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    assert [title for title in titles if "lowest" in title] == [
        "Observed, lowest minimum found",
        "Expected, lowest minimum found",
    ]
    ax = draw_limits_scan(X, with_lowest(), x_title="m").axes[0]
    titles = [text.get_text() for text in ax.get_legend().get_texts()]
    assert "Lowest minimum found" in titles
    assert any(np.interp(310.0, *a.get_data()) == pytest.approx(1.0) for a in lines_of(ax))


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
