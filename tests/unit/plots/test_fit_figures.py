"""Figures of the fits of one point: what they show, what they leave out and say so."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot
from matplotlib.collections import PolyCollection
from matplotlib.colors import same_color

from fitscan.detail import no_fit_results
from fitscan.plots import Colors, draw_correlations, draw_pulls, draw_yields, save
from fitscan.plots.correlations import PIXELS
from fitscan.plots.panels import short_names, shortened
from fitscan.plots.style import style

FITS = ("background", "free")


def parameters(alphas=5, **changes):
    """Two fits; the later an alpha, the more it is pulled."""
    rows = []
    for fit in FITS:
        for number in range(alphas):
            rows.append((fit, f"alpha_{number}", "alpha", number / alphas, 0.5, "free"))
        rows += [(fit, f"stat[{b}]", "staterror", 0.3, 0.9, "free") for b in range(3)]
        rows += [
            (fit, "mu_bkg", "normfactor", np.nan, np.nan, "free"),
            (fit, "mu_SIG", "POI", np.nan, np.nan, "fixed" if fit == "background" else "free"),
        ]
    table = pd.DataFrame(
        rows, columns=["fit", "parameter", "kind", "pull", "constraint", "status"]
    ).assign(fitted=1.1, uncertainty=0.2)
    table.loc[table["status"] == "fixed", "uncertainty"] = np.nan
    return table.assign(**changes)


def correlations(matrix):
    names = [f"p{number}" for number in range(len(matrix))]
    parts = [pd.DataFrame(matrix, columns=names).assign(fit=f, parameter=names) for f in FITS]
    return pd.concat(parts)[["fit", "parameter", *names]]


def yields(channels=(("SR", 2), ("CR", 1)), samples=("top", "W", "signal")):
    """Before the fit 10 events of each background sample, after it 12, and 3 of the signal."""
    rows = []
    for fit in FITS:
        for channel, bins in channels:
            for b in range(bins):
                total = np.zeros(2)
                for sample in samples:
                    events = np.array([10.0, 12.0])
                    if sample == "signal":
                        events = np.array([0.0, 0.0] if fit == "background" else [6.0, 3.0])
                    total += events
                    rows.append((fit, channel, b, sample, events[0], 1.0, events[1], 0.5, np.nan))
                rows.append((fit, channel, b, "total", total[0], 2.0, total[1], 1.5, 25.0))
    columns = ["fit", "channel", "bin", "sample", "prefit", "prefit_uncertainty", "postfit"]
    return pd.DataFrame(rows, columns=[*columns, "uncertainty", "observed"])


def titles(figure):
    return [ax.get_title(loc) for ax in figure.axes for loc in ("left", "center", "right")]


def names_of(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def words(figure):
    return " ".join(text.get_text() for text in figure.texts)


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def assert_all_inside_and_apart(figure):
    """Panels with their labels lie inside the figure, and none over another or the header."""
    with style():
        figure.draw_without_rendering()
    boxes = [ax.get_tightbbox() for ax in figure.axes]
    header = [artist.get_window_extent() for artist in [*figure.texts, *figure.legends]]
    width, height = figure.get_size_inches() * figure.dpi
    for box in [*boxes, *header]:
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= width
        assert box.y1 <= height
    assert min(box.y0 for box in header) > max(box.y1 for box in boxes)


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
    assert "No uncertainty (at a bound)" not in legend(draw_pulls(table))
    chosen = table["parameter"] == "alpha_2"
    table.loc[chosen, ["uncertainty", "constraint"]] = np.nan
    table.loc[chosen, "status"] = "at bound"
    figure = draw_pulls(table)
    faces = [line.get_markerfacecolor() for line in figure.axes[0].get_lines()]
    assert sum(same_color(face, "white") for face in faces) == 2
    assert "No uncertainty (at a bound)" in legend(figure)


def cells(ax):
    """The matrix of an image, one value a cell."""
    (image,) = ax.images
    return image.get_array()[::PIXELS, ::PIXELS]


def test_correlations_show_only_those_above_the_threshold():
    matrix = np.eye(5)
    matrix[1, 3] = matrix[3, 1] = -0.7
    matrix[0, 1] = matrix[1, 0] = 0.25
    matrix[2, 4] = matrix[4, 2] = 0.1
    figure = draw_correlations(correlations(matrix), title="1Lbb", threshold=0.2)
    left = figure.axes[0]
    assert names_of(left) == ["p1", "p3", "p0"]
    np.testing.assert_allclose(cells(left)[0], [100.0, -70.0, 25.0])
    assert {text.get_text() for text in left.texts} == {"-70", "25"}
    assert [t for t in titles(figure) if t] == [
        r"Background-only fit ($\mu = 0$)",
        r"Signal + background fit (free $\mu$)",
    ]
    assert "3 of 5 parameters have a correlation of 20% or more" in words(figure)
    assert_all_inside_and_apart(figure)


def test_of_many_correlations_the_largest_are_shown():
    matrix = np.full((40, 40), 0.5) + 0.5 * np.eye(40)
    matrix[:3, :3] = 0.9
    figure = draw_correlations(correlations(matrix), most=10)
    assert names_of(figure.axes[0])[:3] == ["p0", "p1", "p2"]
    assert len(names_of(figure.axes[0])) == 10
    assert "40 of 40 parameters have a correlation of 20% or more; the 10" in words(figure)
    assert_all_inside_and_apart(figure)


def test_a_parameter_without_correlations_is_grey():
    matrix = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    table = correlations(matrix)
    held = (table["fit"] == "background") & (table["parameter"] == "p2")
    table.loc[held, ["p0", "p1", "p2"]] = np.nan
    table.loc[table["fit"] == "background", "p2"] = np.nan
    figure = draw_correlations(table)
    assert np.ma.getmaskarray(cells(figure.axes[0])).sum() == 5
    assert "grey" in words(figure)


def test_yields_have_a_panel_and_a_ratio_for_each_channel():
    figure = draw_yields(yields(), title="1Lbb", lines=["Point p"])
    assert [t for t in titles(figure) if t] == ["SR", "CR"]
    assert len(figure.axes) == 4
    assert legend(figure) == ["Data", "Uncertainty", "Signal", "top", "W"]
    assert "before the fit" in words(figure)
    assert_all_inside_and_apart(figure)


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


def test_small_samples_are_merged():
    samples = [f"s{number}" for number in range(10)]
    figure = draw_yields(yields(samples=samples), most=4)
    assert legend(figure)[-1] == "Others (6)"
    assert len(legend(figure)) == 2 + 4 + 1


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


def test_figures_without_results_say_why(tmp_path):
    nothing = no_fit_results("the engine refused it")
    for figure in (
        draw_pulls(nothing.parameters, lines=nothing.notes),
        draw_correlations(nothing.correlations, lines=nothing.notes),
        draw_yields(nothing.yields, lines=nothing.notes),
    ):
        assert "the engine refused it" in words(figure)
        save(figure, tmp_path / "nothing")


def test_names_that_are_too_long_lose_what_they_share():
    long = ["shape_mcstat_top_CR_obs_cuts[0]", "shape_mcstat_fakes_SR_obs_cuts[0]"]
    assert short_names(long, 20) == ["…top_C…", "…fakes_S…"]
    assert short_names(["a", "b"], 20) == ["a", "b"]
    assert shortened("abcdefghij", 7) == "abc…hij"


def test_names_are_no_math(tmp_path):
    table = parameters()
    table["parameter"] = table["parameter"].replace("alpha_1", "a$b_$c^")
    save(draw_pulls(table), tmp_path / "pulls")
    assert (tmp_path / "pulls.svg").exists()


def test_files_are_the_same_bytes_on_repetition_and_no_window_is_left(tmp_path):
    for stem in ("one", "two"):
        save(draw_yields(yields()), tmp_path / stem)
    for suffix in ("pdf", "png", "svg"):
        one, two = (tmp_path / f"{stem}.{suffix}" for stem in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()
    assert pyplot.get_fignums() == []
