"""What the report and the figure show of coverage."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import same_color

from fitscan.columns import COVERAGE, COVERAGES
from fitscan.plots import draw_coverage, save
from fitscan.tables.coverage import has_coverage, summarise_coverage

NAMES = ["a", "b", "c"]


def results(shares, error=0.01):
    """Results of points a, b, ... whose asymptotic coverage by CLs is this, None without any."""
    table = pd.DataFrame({"name": NAMES[: len(shares)], "mu_test": 2.0})
    table[[*COVERAGE]] = np.nan
    table["level"] = 0.95
    table["n_experiments"] = [0.0 if share is None else 400.0 for share in shares]
    known = table["n_experiments"] > 0.0
    for column in COVERAGES:
        table.loc[known, column] = 0.95
        table.loc[known, f"{column}_err"] = error
    table["coverage_CLs_asymptotic"] = pd.Series(shares, dtype=float)
    table.loc[known, "n_toys"] = 30.0
    table.loc[known, ["n_experiments_failed", "n_toys_failed"]] = [2.0, 5.0]
    return table


def drawn(table, **options):
    columns = {column: table[column].to_numpy() for column in COVERAGE}
    return draw_coverage(columns, level=0.95, names=table["name"].tolist(), **options)


def test_summary_counts_what_was_made():
    made = summarise_coverage(results([0.95, None, 0.9]))
    assert (made.level, made.mu_test) == (0.95, 2.0)
    assert (made.experiments, made.toys, made.failed, made.toys_failed) == (400, 30, 4, 10)
    assert made.points["name"].tolist() == ["a", "c"]


def test_coverage_is_below_the_level_by_more_than_three_standard_deviations():
    made = summarise_coverage(results([0.919, 0.921, 0.99]))
    assert made.below == (("a", "coverage_CLs_asymptotic", 0.919, 0.01),)


def test_scan_without_any_experiment_has_a_summary_and_a_figure(tmp_path):
    made = summarise_coverage(results([None, None]))
    assert (len(made.points), made.experiments, made.below) == (0, 0, ())
    paths = save(drawn(made.points), tmp_path / "none")
    assert all(path.stat().st_size > 1000 for path in paths)


def test_only_a_scan_of_coverage_has_any():
    assert has_coverage(results([0.9]))
    assert not has_coverage(pd.DataFrame({"name": ["a"], "CLs_obs": [0.1], "q_obs": [1.0]}))


@pytest.mark.parametrize("x", [None, [100.0, 300.0, 200.0]])
def test_each_point_has_both_methods_side_by_side_in_both_panels(x):
    figure = drawn(results([0.96, 0.97, 0.98]), x=x, x_title="m")
    assert [ax.get_ylabel() for ax in figure.axes] == [
        r"Coverage, CL$_\mathrm{s+b}$",
        r"Coverage, CL$_\mathrm{s}$",
    ]
    for ax in figure.axes:
        asymptotic, toys = (
            next(a for a in ax.get_lines() if a.get_marker() == shape) for shape in "os"
        )
        assert (asymptotic.get_xdata() < toys.get_xdata()).all()
        middle = (asymptotic.get_xdata() + toys.get_xdata()) / 2.0
        np.testing.assert_allclose(middle, x or [1.0, 2.0, 3.0])
        np.testing.assert_allclose(toys.get_ydata(), 0.95)
        low, high = ax.get_xlim()
        assert low < asymptotic.get_xdata().min() <= toys.get_xdata().max() < high
    levels = [a for a in figure.axes[0].get_lines() if a.get_linestyle() == "--"]
    assert [a.get_ydata()[0] for a in levels] == [0.95]
    assert not same_color(asymptotic.get_color(), toys.get_color())


def test_few_points_are_named_and_many_are_numbered():
    few = drawn(results([0.96, 0.97]))
    assert [text.get_text() for text in few.axes[-1].get_xticklabels()] == ["a", "b"]
    assert few.axes[-1].get_xlabel() == ""
    many = pd.concat([results([0.96, 0.97])] * 20)
    assert drawn(many).axes[-1].get_xlabel() == "Number of the point"


def test_bars_end_at_1_and_lie_in_the_panel():
    figure = drawn(results([0.995, 1.0, 0.7], error=0.05))
    for ax in figure.axes:
        ends = np.concatenate([c.get_segments() for c in ax.collections])[..., 1]
        assert ends.max() <= 1.0
        low, high = ax.get_ylim()
        assert low < ends.min() < ends.max() < high
