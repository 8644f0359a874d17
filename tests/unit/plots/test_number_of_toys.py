"""Where toys were spent: what the figure shows of each point, and says of all."""

import numpy as np
import pytest
from matplotlib.colors import LogNorm, same_color

from fitscan.plots import Colors, draw_number_of_toys_plane, draw_number_of_toys_scan
from fitscan.plots.style import style

X, Y = (a.ravel() for a in np.meshgrid([100.0, 200.0, 300.0, 400.0], [0.0, 50.0, 100.0]))
CLS = np.where(X < 250.0, 0.001, 0.4)
# None at the left, and the more the nearer to the contour.
TOYS = np.select([X == 100.0, X == 400.0], [0.0, 500.0], 64_000.0)
TITLES = {"x_title": "$m_1$ [GeV]", "title": "A search", "lines": ["Toys: many"]}


def plane(toys=TOYS, CLs=CLS, few=None):
    return draw_number_of_toys_plane(X, Y, toys, CLs, few=few, y_title="$m_2$ [GeV]", **TITLES)


def scan(toys=TOYS, CLs=CLS, few=None):
    few = None if few is None else few[:4]
    return draw_number_of_toys_scan(X[:4], toys[:4], CLs[:4], few=few, **TITLES)


def hollow(figure):
    drawn = [a for a in figure.axes[0].get_lines() if same_color(a.get_markerfacecolor(), "white")]
    return [a for a in drawn if len(a.get_xdata())]


def legend(figure):
    box = figure.axes[0].get_legend()
    return [a.get_text() for a in box.get_texts()] if box else []


def said(figure):
    return [a.get_text() for a in figure.axes[0].texts]


def numbers(axis):
    return {tick.get_text().replace("\N{NO-BREAK SPACE}", "") for tick in axis.get_yticklabels()}


def test_points_of_the_plane_have_the_colour_of_their_toys():
    figure = plane()
    ax, bar = figure.axes
    (points,) = ax.collections
    np.testing.assert_array_equal(points.get_offsets(), np.column_stack([X, Y])[TOYS > 0.0])
    np.testing.assert_array_equal(points.get_array(), TOYS[TOYS > 0.0])
    assert isinstance(points.norm, LogNorm)
    assert (points.norm.vmin, points.norm.vmax) == (500.0, 64_000.0)
    assert numbers(bar) == {"500", "64000"}


@pytest.mark.parametrize("draw", [plane, scan])
def test_points_with_too_few_toys_have_rings(draw):
    def rings(figure):
        drawn = [a for a in figure.axes[0].get_lines() if a.get_markerfacecolor() == "none"]
        return [x for a in drawn for x in a.get_xdata()]

    figure = draw(few=X == 200.0)
    assert set(rings(figure)) == {200.0}
    assert "Too few toys" in legend(figure)
    assert not rings(draw(few=X < 0.0))
    assert "Too few toys" not in legend(draw())


def test_points_without_toys_are_hollow():
    (points,) = hollow(plane())
    np.testing.assert_array_equal(points.get_xdata(), [100.0] * 3)
    assert legend(plane()) == ["No toys", "Observed limit"]
    assert legend(plane(np.full(12, 500.0))) == ["Observed limit"]


def test_limit_is_drawn_over_the_points_or_it_is_said_that_there_is_none():
    red = [a for a in plane().axes[0].get_lines() if same_color(a.get_color(), Colors().observed)]
    assert len(red) == 1
    assert red[0].get_zorder() > plane().axes[0].collections[0].get_zorder()
    assert np.all((red[0].get_xdata() > 200.0) & (red[0].get_xdata() < 300.0))
    without = plane(CLs=np.full(12, 0.4))
    assert "Observed limit" not in legend(without)
    assert "no point excluded" in " ".join(said(without))


@pytest.mark.parametrize("draw", [plane, scan])
def test_as_many_toys_everywhere_are_one_number_of_the_scale(draw):
    figure = draw(np.full(12, 4000.0))
    assert numbers(figure.axes[-1]) == {"4000"}
    low, high = figure.axes[-1].get_ylim()
    assert low < 4000.0 < high


@pytest.mark.parametrize("draw", [plane, scan])
def test_scan_without_toys_is_drawn_too(draw):
    figure = draw(np.zeros(12))
    assert len(figure.axes) == 1
    assert "No toys" in legend(figure)


def test_numbers_of_a_scale_do_not_lie_on_one_another():
    figure = draw_number_of_toys_plane(
        X, Y, 1000.0 * 1.1 ** np.arange(12), CLS, y_title="y", **TITLES
    )
    ticks = np.sort(figure.axes[1].get_yticks())
    assert ticks[-1] == pytest.approx(1000.0 * 1.1**11)
    assert len(ticks) > 5
    crowded = draw_number_of_toys_plane(
        X, Y, 1000.0 + 300.0 * np.arange(12), CLS, y_title="y", **TITLES
    )
    ticks = np.log(np.sort(crowded.axes[1].get_yticks()))
    assert np.diff(ticks).min() > (ticks[-1] - ticks[0]) / 13
    assert len(ticks) < 12


def test_scan_shows_toys_along_its_axis_and_the_limit():
    figure = scan()
    ax = figure.axes[0]
    assert ax.get_yscale() == "log"
    (thrown,) = (
        a for a in ax.get_lines() if same_color(a.get_color(), Colors().expected) and a.get_marker()
    )
    np.testing.assert_array_equal(thrown.get_xdata(), [200.0, 300.0, 400.0])
    np.testing.assert_array_equal(thrown.get_ydata(), [64_000.0, 64_000.0, 500.0])
    assert [list(a.get_xdata()) for a in hollow(figure)] == [[100.0]]
    (limit,) = ax.collections
    assert 200.0 < limit.get_segments()[0][0, 0] < 300.0


@pytest.mark.parametrize("draw", [plane, scan])
def test_header_covers_no_point(draw):
    figure = draw()
    ax = figure.axes[0]
    with style():
        figure.draw_without_rendering()
        boxes = [artist.get_window_extent() for artist in [*ax.texts, ax.get_legend()]]
    top = max(a.get_ydata().max() for a in hollow(figure)) if draw is plane else TOYS.max()
    highest = ax.transData.transform((100.0, top))[1]
    assert min(box.y0 for box in boxes) > highest
    assert max(box.x1 for box in boxes) < ax.get_window_extent().x1
