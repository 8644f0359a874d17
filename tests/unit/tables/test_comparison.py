"""A scan and a reference are compared point by point, and what is missing is said."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from fitscan.columns import CLS
from fitscan.contour import line_distance
from fitscan.errors import ConfigError
from fitscan.files import write_csv
from fitscan.likelihood import Index, Point
from fitscan.plots import draw_comparison
from fitscan.tables.comparison import (
    common_points,
    compare,
    left_out,
    read_comparison,
    read_reference,
    summarise_comparison,
)

X, Y = (a.ravel() for a in np.meshgrid(np.linspace(100.0, 500.0, 5), np.linspace(0.0, 200.0, 3)))
NAMES = [f"p{n}" for n in range(len(X))]
POINTS = zip(NAMES, zip(X.tolist(), Y.tolist(), strict=True), strict=True)
INDEX = Index(("m1", "m2"), "w", None, tuple(Point(n, v, n, 0, 0) for n, v in POINTS), {})


def excluded_below(limit):
    return norm.sf(norm.isf(0.05) + (limit - X) / 100.0)


def results(limit=330.0):
    """Results of a plane, in which the observed and all expected limits are one."""
    table = pd.DataFrame({"name": NAMES, "m1": X, "m2": Y, "mu_test": 1.0})
    return table.assign(**dict.fromkeys(CLS, excluded_below(limit)), status="ok", message="")


def reference(limit=330.0, columns=("CLs_obs", "CLs_exp_0")):
    table = pd.DataFrame({"name": NAMES, **dict.fromkeys(columns, excluded_below(limit))})
    return table.assign(error="")


def compared(ours, theirs):
    return compare(ours, theirs, labels=["m1", "m2"], test_size=0.05)


def summarised(comparison):
    table = summarise_comparison(comparison, axes=["m1", "m2"], drawn=NAMES, test_size=0.05)
    return table.set_index("curve")


def test_equal_answers_differ_nowhere():
    table = compared(results(), reference())
    assert table["curve"].tolist() == ["observed", "expected"] * 15
    assert (table["difference"] == 0.0).all()
    assert set(table["excluded_by"]) == {"both", "neither"}
    assert not table["exclusion_differs"].any()
    assert (table["message"] == "").all()
    assert summarised(table)["largest_distance"].tolist() == [0.0, 0.0]


def test_points_that_one_side_alone_excludes_are_found():
    summary = summarised(table := compared(results(330.0), reference(290.0)))
    changed = table[table["exclusion_differs"] & (table["curve"] == "observed")]
    assert changed["m1"].tolist() == [300.0] * 3
    assert changed["excluded_by"].tolist() == ["ours"] * 3
    counts = summary.loc["observed", [f"excluded_by_{side}" for side in ("both", "ours", "theirs")]]
    assert counts.tolist() == [6, 3, 0]
    assert summary.loc["observed", ["mean_distance", "largest_distance"]].tolist() == pytest.approx(
        [40.0, 40.0]
    )


def test_difference_is_ours_less_theirs_and_its_largest_is_named():
    theirs = reference()
    theirs.loc[7, "CLs_obs"] += 0.25
    table = compared(results(), theirs)
    row = table[(table["name"] == "p7") & (table["curve"] == "observed")].iloc[0]
    assert row["difference"] == pytest.approx(-0.25)
    summary = summarised(table)
    assert summary.loc["observed", "at"] == "p7"
    assert summary.loc["observed", "largest"] == pytest.approx(0.25)


def test_points_without_numbers_say_why():
    ours, theirs = results(), reference()
    ours.loc[0, ["status", "message"]] = ["not_converged", "signal: gave up"]
    theirs.loc[1, ["CLs_obs", "error"]] = [np.nan, "FailedMinimization"]
    theirs.loc[2, "name"] = "another"
    table = compared(ours, theirs)
    said = table[table["curve"] == "observed"].set_index("name")["message"]
    assert said["p0"] == "ours: not_converged. signal: gave up"
    assert said["p1"] == "theirs: FailedMinimization"
    assert said["p2"] == "not in the reference"
    assert said["another"] == "not in this scan"
    assert said["p3"] == ""
    missing = table["name"].isin(["p0", "p2", "another"])
    assert (table.loc[missing, "excluded_by"] == "").all()
    summary = summarised(table)
    assert summary.loc["observed", ["points", "missing"]].tolist() == [12, 4]
    assert summary.loc["expected", ["points", "missing"]].tolist() == [13, 3]


def test_a_reference_without_any_number_is_compared_all_the_same():
    theirs = reference().assign(CLs_obs=np.nan, CLs_exp_0=np.nan)
    summary = summarised(table := compared(results(), theirs))
    assert summary["points"].tolist() == [0, 0]
    assert summary["largest_distance"].isna().all()
    assert len(common_points(table, ["m1", "m2"], NAMES)) == 0


def test_reference_is_read_with_the_columns_it_has(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("name,CLs_obs,CLs_exp_m2,error\np0,0.5,0.1,\nb,,,\"Failed('x, y')\"\n")
    table = read_reference(str(path), INDEX)
    assert list(table) == ["name", "CLs_obs", "CLs_exp_m2", "error"]
    assert table["error"].tolist() == ["", "Failed('x, y')"]
    path.write_text("name,CLs_obs\na,0.5\na,0.6\n")
    with pytest.raises(ConfigError, match="line 3: the row repeats line 2"):
        read_reference(str(path), INDEX)
    path.write_text("name,CLs\na,0.5\n")
    with pytest.raises(ConfigError, match="lacks a column: 'CLs_obs'"):
        read_reference(str(path), INDEX)


def test_points_that_the_analysis_leaves_out_are_said_apart_and_are_not_missing():
    """Was a bug: with `points` of an analysis all others of the reference were missing."""
    ours = results()[:10]
    theirs = reference()
    theirs.loc[14, "name"] = "another"
    skipped = left_out(theirs, ours, INDEX)
    assert theirs["name"][skipped].tolist() == ["p10", "p11", "p12", "p13"]
    table = compared(ours, theirs[~skipped])
    assert table[table["message"] != ""]["name"].unique().tolist() == ["another"]
    options = {"axes": ["m1", "m2"], "drawn": ours["name"], "left_out": 4}
    summary = summarise_comparison(table, test_size=0.05, **options)
    assert summary.loc[0, ["points", "missing", "left_out"]].tolist() == [10, 1, 4]


def test_distance_is_that_of_the_nearest_places_and_not_of_vertices():
    first = [np.array([[0.0, 0.0], [10.0, 0.0]])]
    second = [np.array([[-5.0, 3.0], [2.0, 3.0], [20.0, 3.0]])]
    found = line_distance(first, second)
    assert found.largest == pytest.approx(np.hypot(10.0, 3.0))
    assert found.place == (20.0, 3.0)
    assert found.nearest == (10.0, 0.0)
    inner = line_distance(first, [np.array([[0.0, 3.0], [10.0, 3.0]])])
    assert (inner.mean, inner.largest) == (3.0, 3.0)
    assert line_distance(first, []) is None


@pytest.mark.parametrize("plane", [True, False])
@pytest.mark.parametrize("limit", [330.0, 290.0, 9000.0])
def test_figure_shows_both_and_rings_points_that_change_sides(plane, limit):
    chosen = slice(None) if plane else Y == 0.0
    points = common_points(compared(results(), reference(limit)), ["m1", "m2"], NAMES)[chosen]
    figure = draw_comparison(
        points["m1"],
        points["m2"] if plane else None,
        {column: points[f"{column}_ours"] for column in ("CLs_obs", "CLs_exp_0")},
        {column: points[f"{column}_theirs"] for column in ("CLs_obs", "CLs_exp_0")},
        names=points["name"].tolist(),
        differs=points["differs"],
        reference="pyhf",
        x_title="m1",
        y_title="m2",
    )
    rings = [line for line in figure.axes[0].get_lines() if line.get_markersize() == 10.0]
    assert sum(len(line.get_xdata()) for line in rings) == points["differs"].sum()
    named = [text.get_text() for text in figure.axes[0].texts]
    assert named == points["name"][points["differs"]].tolist()
    titles = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "Observed, fitscan" in titles
    assert ("Observed, pyhf" in titles) == (not plane or limit < 9000.0)


def test_without_axes_points_are_compared_and_lines_are_not():
    """A grid that cannot be drawn has no lines."""
    table = compared(results(330.0), reference(290.0))
    summary = summarise_comparison(table, axes=[], drawn=[], test_size=0.05).set_index("curve")
    shared = [column for column in summary if "distance" not in column]
    pd.testing.assert_frame_equal(summary[shared], summarised(table)[shared])
    assert summary[["mean_distance", "largest_distance"]].isna().all(axis=None)


@pytest.mark.parametrize("axes", [["m1"], ["m1", "m2"]])
def test_lines_go_through_the_points_of_the_slice_only(axes):
    """Was a bug: points on one another ended the run along one axis, and had no line in a plane."""
    kept = Y == 0.0 if axes == ["m1"] else Y >= 0.0

    def with_another_slice(table):
        return pd.concat([table[kept], table[kept].assign(name=table["name"] + " of another")])

    table = compared(with_another_slice(results(330.0)), with_another_slice(reference(290.0)))
    drawn = results()["name"][kept].tolist()
    assert common_points(table, axes, drawn)["name"].tolist() == drawn
    summary = summarise_comparison(table, axes=axes, drawn=drawn, test_size=0.05)
    assert summary["largest_distance"].tolist() == pytest.approx([40.0, 40.0])
    assert summary["points"].tolist() == [2 * len(drawn)] * 2


def test_a_comparison_is_read_as_it_was_written_and_without_a_warning(tmp_path):
    """Was a bug: it was read with an option that pandas 3.1 deprecates."""
    theirs = reference()
    theirs.loc[7, ["CLs_obs", "error"]] = [np.nan, "no answer"]
    table = compared(results(), theirs)
    write_csv(tmp_path / "comparison.csv", table)
    read = read_comparison((tmp_path / "comparison.csv").read_bytes())
    pd.testing.assert_frame_equal(read, table, check_dtype=False)
