"""What the report says of lower minima is counted from the table, and drawn as it is."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import same_color
from scipy.stats import norm

from fitscan.columns import CLS, LOWEST
from fitscan.plots import draw_minima_plane, draw_minima_scan
from fitscan.tables.minima import (
    exclusion_changes,
    has_lowest,
    has_other_limits,
    other_limits,
    summarise_minima,
)

LEVEL = norm.isf(0.05)


def table(observed, expected, *, lowest_observed=None, lowest_expected=None, **columns):
    """Results whose lowest minima give other numbers at some points."""
    count = len(observed)
    results = pd.DataFrame(
        {column: np.full(count, 0.5) for column in (*CLS, *LOWEST)}
        | {"name": [f"p{n}" for n in range(count)], "status": "ok", "odd_yields_lowest": ""}
    )
    results["delta_nll"] = 0.0
    results["CLs_obs"], results["CLs_exp_0"] = observed, expected
    results["CLs_obs_lowest"] = observed if lowest_observed is None else lowest_observed
    results["CLs_exp_0_lowest"] = expected if lowest_expected is None else lowest_expected
    return results.assign(**columns)


def test_conclusion_changes_where_one_answer_excludes_and_the_other_does_not():
    results = table(
        [0.01, 0.04, 0.06, 0.5],
        [0.2, 0.2, 0.2, 0.04],
        lowest_observed=[0.02, 0.06, 0.04, 0.5],
        lowest_expected=[0.2, 0.2, 0.2, 0.06],
    )
    assert exclusion_changes(results, test_size=0.05).tolist() == [False, True, True, True]


def test_point_that_is_not_ok_changes_no_conclusion_and_is_not_counted():
    results = table([0.04], [0.2], lowest_observed=[0.06], status=["failed"], delta_nll=[1.0])
    summary = summarise_minima(results, test_size=0.05)
    assert len(summary.changed) == 0
    assert (summary.points, summary.lower, summary.largest_gap) == (0, 0, 0.0)


def test_point_that_pyhf_fitted_instead_has_no_second_answer_and_changes_no_conclusion():
    """Was a bug: its missing CLs counted as not excluded."""
    results = table([0.01], [0.01], lowest_observed=[np.nan], lowest_expected=[np.nan])
    results["delta_nll"] = np.nan
    summary = summarise_minima(results, test_size=0.05)
    assert (summary.points, len(summary.changed)) == (0, 0)
    assert summary.excluded == {"observed": (0, 0), "expected": (0, 0)}


def test_summary_counts_gaps_changes_hints_and_exclusions():
    results = table(
        [0.04, 0.2, 0.3],
        [0.04, 0.2, 0.3],
        lowest_observed=[0.06, 0.2005, 0.3],
        delta_nll=[0.5, 0.01, 0.0],
        odd_yields_lowest=["negative", "", ""],
    )
    summary = summarise_minima(results, test_size=0.05)
    assert (summary.points, summary.lower, summary.visible, summary.odd) == (3, 2, 1, 1)
    assert summary.largest_gap == 0.5
    assert summary.largest_change == pytest.approx(0.02)
    assert summary.excluded == {"observed": (1, 0), "expected": (1, 1)}


def test_scan_without_a_search_has_nothing_to_summarise():
    assert has_lowest(table([0.1], [0.1]))
    assert not has_lowest(table([0.1], [0.1]).drop(columns="delta_nll"))


def grid(shift=0.0):
    """A plane of 48 points, of which those left of 400 are excluded."""
    x, y = (a.ravel() for a in np.meshgrid(np.linspace(100.0, 800.0, 8), np.linspace(0, 250.0, 6)))
    CLs = norm.sf(LEVEL + (390.0 - x) / 150.0 + shift)
    return x, y, {"CLs_obs": CLs, "CLs_exp_0": CLs}


def drawn(figure, color, dash):
    lines = figure.axes[0].get_lines()
    return [a for a in lines if same_color(a.get_color(), color) and a.get_linestyle() == dash]


def legend(figure):
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def test_plane_shows_both_contours_and_rings_what_changes():
    x, y, default = grid()
    _, _, lowest = grid(-1.5)
    changed = (default["CLs_obs"] < 0.05) != (lowest["CLs_obs"] < 0.05)
    figure = draw_minima_plane(x, y, default, lowest, changed, x_title="m", y_title="n")
    assert [line.get_xdata()[0] for line in drawn(figure, "#a50f33", "-")] == [pytest.approx(390.0)]
    assert [line.get_xdata()[0] for line in drawn(figure, "#2b6cb0", "-")] == [pytest.approx(165.0)]
    assert len(drawn(figure, "#2b6cb0", "--")) == 1
    (rings,) = [a for a in figure.axes[0].get_lines() if a.get_markersize() == 11.0]
    assert list(rings.get_xdata()) == list(x[changed]) != []
    # Long entries are in one column, or the text beside them has no room.
    assert legend(figure) == [
        *("Default initial values", "Lowest minimum found", "Exclusion changes"),
        *("Observed", "Expected"),
    ]
    (note,) = [text for text in figure.axes[0].texts if "All limits" in text.get_text()]
    assert note.get_fontsize() == 12.5


def test_plane_without_a_contour_says_so_and_rings_nothing():
    x, y, default = grid(-9.0)
    figure = draw_minima_plane(x, y, default, default, x < 0.0, x_title="m", y_title="n")
    assert "no point excluded" in " ".join(text.get_text() for text in figure.axes[0].texts)
    assert not [a for a in figure.axes[0].get_lines() if a.get_markersize() == 11.0]


def test_scan_of_one_parameter_shows_both_curves():
    x, y, default = grid()
    _, _, lowest = grid(-1.5)
    row = y == 0.0
    figure = draw_minima_scan(
        x[row],
        {name: CLs[row] for name, CLs in default.items()},
        {name: CLs[row] for name, CLs in lowest.items()},
        x[row] == 200.0,
        x_title="m",
    )
    for color in ("#a50f33", "#2b6cb0"):
        assert len(drawn(figure, color, "-")) == len(drawn(figure, color, "--")) == 1
    assert "Exclusion changes" in legend(figure)


def test_limits_are_others_where_they_differ_or_one_is_missing():
    nothing = np.nan
    results = table([0.5] * 6, [0.5] * 6, delta_nll=[0.0, 0.0, 0.0, 0.0, 0.0, nothing]).assign(
        mu_up_obs=[1.0, 1.0, nothing, 1.0, nothing, 1.0],
        mu_up_obs_lowest=[1.0005, 1.002, 1.0, nothing, nothing, 2.0],
        mu_up_exp_0=2.0,
        mu_up_exp_0_lowest=2.0,
    )
    found = [False, True, True, True, False, False]
    assert other_limits(results, "mu_up_obs").tolist() == found
    assert has_other_limits(results)
    assert summarise_minima(results, test_size=0.05).limits["name"].tolist() == ["p1", "p2", "p3"]
    assert not has_other_limits(results.head(1))


def test_results_without_limits_have_no_others():
    results = table([0.5], [0.5])
    assert not has_other_limits(results)
    assert len(summarise_minima(results, test_size=0.05).limits) == 0
