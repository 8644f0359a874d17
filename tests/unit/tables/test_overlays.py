"""Other results are drawn beside ours, and stand in the table of the figure under their titles."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from scipy.stats import norm

from fitscan.columns import THEORY
from fitscan.config.axes import NO_SLICE
from fitscan.errors import ConfigError
from fitscan.plots import Colors, draw_exclusion_plane, draw_parameter_scan
from fitscan.tables.overlays import overlay_rows, read_overlays

X, Y = (a.ravel() for a in np.meshgrid(np.linspace(100.0, 500.0, 5), np.linspace(0.0, 200.0, 3)))
TITLES = {"x_title": "m1", "title": "A"}


def excluded_below(limit, x=X):
    """CLs of points that are excluded left of a limit."""
    return norm.sf(norm.isf(0.05) + (limit - x) / 100.0)


@pytest.fixture
def read(tmp_path):
    """Write tables under their titles and read them as overlays."""

    def make(axes=("m1", "m2"), part=NO_SLICE, **tables):
        overlays = []
        for title, lines in tables.items():
            (tmp_path / f"{title}.csv").write_text("\n".join(lines))
            overlays.append({"title": title, "path": str(tmp_path / f"{title}.csv")})
        return read_overlays(overlays, axes=axes, part=part, test_size=0.05)

    return make


def test_results_of_a_larger_grid_are_drawn_in_the_slice(read):
    """Was a bug: a results.csv of three labels was refused, since its rows repeat."""
    header = "name,m1,m2,m3,type,CLs_obs"
    rows = [f"p,{x},{y},1.0,a,{CLs}" for x, y, CLs in zip(X, Y, excluded_below(300.0), strict=True)]
    others = [row.replace(",1.0,a,", ",2,a,") for row in rows]
    others += [row.replace(",1.0,a,", ",1,b,") for row in rows]
    (alone,) = read(
        A=[
            "m1,m2,CLs_obs",
            *(f"{x},{y},{c}" for x, y, c in zip(X, Y, excluded_below(300.0), strict=True)),
        ]
    )
    (sliced,) = read(part={"m3": 1, "type": "a"}, A=[header, *others, *rows])
    np.testing.assert_array_equal(sliced.lines, alone.lines)
    with pytest.raises(ConfigError, match="no row in the slice"):
        read(part={"m3": 5}, A=[header, *others, *rows])
    (other,) = read(part={"m3": 5, "type": "c"}, A=[header, *rows])
    np.testing.assert_array_equal(other.lines, alone.lines)


def test_vertices_are_lines_by_their_segments(read):
    plain, parts = read(
        plain=["m2,m1", "0,100", "50,200"],
        parts=["m1,m2,segment", "100,0,a", "300,0,b", "200,50,a", "400,50,b"],
    )
    assert [line.tolist() for line in plain.lines] == [[[100.0, 0.0], [200.0, 50.0]]]
    assert [line.tolist() for line in parts.lines] == [
        [[100.0, 0.0], [200.0, 50.0]],
        [[300.0, 0.0], [400.0, 50.0]],
    ]
    rows = overlay_rows([plain, parts], axes=["m1", "m2"], test_size=0.05)
    assert rows["curve"].tolist() == ["plain"] * 2 + ["parts"] * 4
    assert rows["segment"].tolist() == [0, 0, 0, 0, 1, 1]
    assert rows["method"].unique().tolist() == ["as in plain.csv", "as in parts.csv"]


def test_points_get_the_contour_that_ours_would_have(read):
    lines = [f"{x},{y},{CLs}" for x, y, CLs in zip(X, Y, excluded_below(330.0), strict=True)]
    (overlay,) = read(theirs=["m1,m2,CLs_obs", *lines, "900,0,"])  # one point has failed
    (line,) = overlay.lines
    np.testing.assert_allclose(line[:, 0], 330.0)


def test_one_axis_takes_the_curve_and_its_limit(read):
    x = X[:5]
    lines = [f"{m},{CLs}" for m, CLs in zip(x, excluded_below(330.0, x), strict=True)]
    (overlay,) = read(axes=["mass"], theirs=["mass,CLs_obs", *lines])
    assert overlay.limits == pytest.approx((330.0,))
    rows = overlay_rows([overlay], axes=["mass"], test_size=0.05)
    assert rows["kind"].tolist() == ["crossing"]
    assert rows["mass"].tolist() == pytest.approx([330.0])


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["m1,other", "1,2"], r"theirs\.csv lacks a column: 'm2'"),
        (["m1,m2", "1,2", "1,much"], r"line 3, column 'm2': not a number: 'much'"),
        (["m1,m2,CLs_obs", "1,2,0.1", "1,2,0.2"], "the row repeats line 2"),
        (["m1,m2,CLs_obs", "1,2,0.1", "2,2,0.2"], r"theirs\.csv has no contour"),
    ],
)
def test_faults_are_named_by_file_column_and_row(read, lines, words):
    with pytest.raises(ConfigError, match=words):
        read(theirs=lines)


@pytest.mark.parametrize("titles", [["observed"], ["a", "a"]])
def test_titles_of_other_curves_are_refused(titles):
    overlays = [{"title": title, "path": "nowhere"} for title in titles]
    with pytest.raises(ConfigError, match="the title of an overlay is taken"):
        read_overlays(overlays, axes=["x"], test_size=0.05)


def test_plane_shows_overlays_and_theory_lines_with_their_titles():
    moved = dict(zip(THEORY, (excluded_below(350.0), excluded_below(310.0)), strict=True))
    figure = draw_exclusion_plane(
        X,
        Y,
        {"CLs_obs": excluded_below(330.0), **moved},
        y_title="m2",
        overlays={"Other search": [np.array([[200.0, 0.0], [250.0, 200.0]])]},
        **TITLES,
    )
    ax = figure.axes[0]
    dotted = [line for line in ax.get_lines() if line.get_linestyle() == ":"]
    assert sorted(float(line.get_xdata()[0]) for line in dotted) == pytest.approx([310.0, 350.0])
    assert all(same_color(line.get_color(), Colors().observed) for line in dotted)
    (other,) = [line for line in ax.get_lines() if list(line.get_xdata()) == [200.0, 250.0]]
    assert same_color(other.get_color(), Colors().other)
    titles = [text.get_text() for text in ax.get_legend().get_texts()]
    assert "Other search" in titles
    assert r"Observed $\pm1\,\sigma_\mathrm{theory}$" in titles


def test_scan_shows_overlays_and_theory_lines():
    x = X[:5]
    moved = dict(zip(THEORY, (excluded_below(350.0, x), excluded_below(310.0, x)), strict=True))
    figure = draw_parameter_scan(
        x,
        {"CLs_obs": excluded_below(330.0, x), **moved},
        overlays={"Other search": [np.array([[100.0, 0.01], [500.0, 0.9]])]},
        **TITLES,
    )
    ax = figure.axes[0]
    assert sum(line.get_linestyle() == ":" for line in ax.get_lines()) == 2
    assert any(list(line.get_ydata()) == [0.01, 0.9] for line in ax.get_lines())
    assert "Other search" in [text.get_text() for text in ax.get_legend().get_texts()]
