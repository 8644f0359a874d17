"""Pulls of the fits of one point."""

import numpy as np
from fit_tables import (
    assert_all_inside_and_apart,
    legend_of,
    names_of,
    parameters,
    titles,
)
from pictures import NEUTRAL, is_the_picture

from fitscan.plots import draw_pulls, save


def with_one_at_a_bound():
    table = parameters()
    chosen = table["parameter"] == "alpha_2"
    table.loc[chosen, ["uncertainty", "constraint"]] = np.nan
    table.loc[chosen, "status"] = "at bound"
    return table


@is_the_picture("pulls")
def test_pulls_are_their_picture():
    lines = ["Point p"]
    return draw_pulls(with_one_at_a_bound(), title="1Lbb", lines=lines, colors=NEUTRAL)


def test_bars_are_as_long_as_the_constraint_on_both_sides_of_the_pull():
    systematic = draw_pulls(parameters(alphas=1)).axes[0]
    bars = [line.get_segments()[0] for line in systematic.collections]
    assert [bar[:, 0].tolist() for bar in bars] == [[-0.5, 0.5]] * 2


def test_the_most_pulled_of_many_are_shown_and_the_title_says_so():
    figure = draw_pulls(parameters(alphas=120), most=30)
    systematic = figure.axes[0]
    assert names_of(systematic) == [f"alpha_{number}" for number in range(119, 89, -1)]
    assert "Systematic uncertainties, 30 most pulled of 120" in titles(figure)
    assert_all_inside_and_apart(figure)


def test_the_legend_tells_of_bounds_only_where_a_parameter_is_at_one():
    for table, told in ((parameters(), False), (with_one_at_a_bound(), True)):
        assert ("No uncertainty (at a bound)" in legend_of(draw_pulls(table))) == told


def test_names_are_no_math(tmp_path):
    table = parameters()
    table["parameter"] = table["parameter"].replace("alpha_1", "a$b_$c^")
    save(draw_pulls(table), tmp_path / "pulls")
    assert (tmp_path / "pulls.svg").exists()
