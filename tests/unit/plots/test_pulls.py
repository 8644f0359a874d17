"""Pulls of the fits of one point."""

import numpy as np
from fit_tables import (
    assert_all_inside_and_apart,
    legend_of,
    names_of,
    parameters,
    titles,
    words,
)
from matplotlib.colors import same_color

from fitscan.plots import draw_pulls, save


def test_pulls_are_sorted_and_in_three_panels():
    figure = draw_pulls(parameters(), title="1Lbb", lines=["Point p"])
    systematic, statistical, free = figure.axes
    assert names_of(systematic) == [f"alpha_{number}" for number in (4, 3, 2, 1, 0)]
    assert names_of(statistical) == ["stat[0]", "stat[1]", "stat[2]"]
    assert names_of(free) == ["mu_bkg", "mu_SIG"]
    assert words(figure) == "1Lbb Point p"
    assert_all_inside_and_apart(figure)


def test_pulls_show_value_and_constraint_of_both_fits():
    systematic = draw_pulls(parameters(alphas=1)).axes[0]
    bars = [line.get_segments()[0] for line in systematic.collections]
    assert [bar[:, 0].tolist() for bar in bars] == [[-0.5, 0.5]] * 2
    markers = [line.get_color() for line in systematic.get_lines() if line.get_marker() in "os"]
    assert [same_color(*pair) for pair in zip(markers, ("#20242c", "#a50f33"), strict=True)]


def test_the_most_pulled_of_many_are_shown_and_the_title_says_so():
    figure = draw_pulls(parameters(alphas=120), most=30)
    systematic = figure.axes[0]
    assert names_of(systematic) == [f"alpha_{number}" for number in range(119, 89, -1)]
    assert "Systematic uncertainties, 30 most pulled of 120" in titles(figure)
    assert_all_inside_and_apart(figure)


def test_a_parameter_without_uncertainty_is_an_open_marker_and_in_the_legend():
    table = parameters()
    assert "No uncertainty (at a bound)" not in legend_of(draw_pulls(table))
    chosen = table["parameter"] == "alpha_2"
    table.loc[chosen, ["uncertainty", "constraint"]] = np.nan
    table.loc[chosen, "status"] = "at bound"
    figure = draw_pulls(table)
    faces = [line.get_markerfacecolor() for line in figure.axes[0].get_lines()]
    assert sum(same_color(face, "white") for face in faces) == 2
    assert "No uncertainty (at a bound)" in legend_of(figure)


def test_names_are_no_math(tmp_path):
    table = parameters()
    table["parameter"] = table["parameter"].replace("alpha_1", "a$b_$c^")
    save(draw_pulls(table), tmp_path / "pulls")
    assert (tmp_path / "pulls.svg").exists()
