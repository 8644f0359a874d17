"""Yields before and after the fits of one point."""

import pytest
from fit_tables import assert_all_inside_and_apart, legend_of, titles, words, yields
from matplotlib import pyplot
from matplotlib.collections import PolyCollection
from matplotlib.colors import same_color

from fitscan.plots import Colors, draw_yields, save
from fitscan.plots.yields import sample_colors


def heights(ax, color):
    """Where bars of a colour begin and how tall they are, those of a fit after another."""
    bars = [
        path.get_extents()
        for stack in ax.collections
        if isinstance(stack, PolyCollection)
        for path, face in zip(stack.get_paths(), stack.get_facecolors(), strict=True)
        if same_color(face[:3], color)
    ]
    return [(bar.y0, bar.height) for bar in bars]


def test_yields_have_a_panel_and_a_ratio_for_each_channel():
    figure = draw_yields(yields(), title="1Lbb", lines=["Point p"])
    assert [t for t in titles(figure) if t] == ["SR", "CR"]
    assert len(figure.axes) == 4
    assert legend_of(figure) == ["Data", "Uncertainty", "Signal", "top", "W"]
    assert "before the fit" in words(figure)
    assert_all_inside_and_apart(figure)


def test_yields_are_stacked_before_and_after_the_fits():
    upper = draw_yields(yields(channels=[("SR", 1)])).axes[0]
    first, second = heights(upper, "#3f90da"), heights(upper, "#ffa90e")
    assert sorted(first + second) == sorted(
        [(0.0, 10.0), (0.0, 12.0), (0.0, 12.0), (10.0, 10.0), (12.0, 12.0), (12.0, 12.0)]
    )
    assert heights(upper, Colors().observed) == [(24.0, 3.0)]
    hatched = [p for p in upper.patches if p.get_hatch()]
    assert [(p.get_y(), p.get_height()) for p in hatched] == [(18, 4), (22.5, 3), (25.5, 3)]


def test_ratio_is_of_data_to_what_is_expected():
    _, lower = draw_yields(yields(channels=[("SR", 1)])).axes
    points = [a.get_ydata().tolist() for a in lower.get_lines() if a.get_marker() == "o"]
    assert [y for (y,) in points] == pytest.approx([25 / 20, 25 / 24, 25 / 27])


def test_a_sample_may_be_called_total():
    """Was a bug: it was taken as the sum of all samples, and there was no figure."""
    figure = draw_yields(yields(samples=("top", "total", "signal")))
    other = draw_yields(yields(samples=("top", "W", "signal")))
    assert legend_of(figure) == ["Data", "Uncertainty", "Signal", "top", "total"]
    for ax, like in zip(figure.axes, other.axes, strict=True):
        assert heights(ax, "#ffa90e") == heights(like, "#ffa90e")
        assert ax.get_ylim() == like.get_ylim()


def test_a_background_without_events_is_no_signal():
    """Was a bug: it had the colour of the signal."""
    table = yields(channels=[("SR", 1)])
    table.loc[table["sample"] == "W", ["prefit", "postfit"]] = 0.0
    assert sample_colors(table, 9, Colors())["W"] != Colors().observed
    assert sample_colors(table, 9, Colors())["signal"] == Colors().observed


def test_small_samples_are_merged():
    samples = [f"s{number}" for number in range(10)]
    figure = draw_yields(yields(samples=samples), most=4)
    assert legend_of(figure)[-1] == "Others (6)"
    assert len(legend_of(figure)) == 2 + 4 + 1


def test_samples_whose_long_names_begin_and_end_alike_are_told_apart():
    """Was a bug: the legend had one entry for all of them."""
    samples = [f"background_of_top_quarks_in_{c}_after_selection" for c in ("ee", "mm")]
    assert legend_of(draw_yields(yields(samples=samples)))[2:] == ["…ee…", "…mm…"]


@pytest.mark.parametrize("channels", [[("wide", 40)], [(f"region_{n}", 1) for n in range(11)]])
def test_many_bins_and_many_channels_fit(channels):
    assert_all_inside_and_apart(draw_yields(yields(channels=channels)))


def test_an_empty_bin_and_a_negative_sample_are_drawn():
    table = yields(channels=[("SR", 1)])
    table.loc[table["sample"] == "W", "postfit"] = -1.0
    table.loc[table["sample"] == "total", ["prefit", "observed"]] = 0.0
    figure = draw_yields(table)
    assert figure.axes[0].get_ylim()[0] < 0.0
    assert_all_inside_and_apart(figure)


def test_files_are_the_same_bytes_on_repetition_and_no_window_is_left(tmp_path):
    for stem in ("one", "two"):
        save(draw_yields(yields()), tmp_path / stem)
    for suffix in ("pdf", "png", "svg"):
        one, two = (tmp_path / f"{stem}.{suffix}" for stem in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()
    assert pyplot.get_fignums() == []
