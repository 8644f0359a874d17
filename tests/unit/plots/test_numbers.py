"""Numbers beside points."""

import matplotlib as mpl
import numpy as np
from matplotlib.colors import Normalize

from fitscan.plots import MapPanel, draw_colormap

X, Y = (a.ravel() for a in np.meshgrid(np.linspace(0.0, 400.0, 5), np.linspace(0.0, 300.0, 4)))
TITLES = {"x_title": "$m_1$ [GeV]", "y_title": "$m_2$ [GeV]", "title": "A search"}


def panel(values=X, **options):
    return MapPanel(**{"values": values, "norm": Normalize(0.0, 400.0), "bar_title": "v"} | options)


def colormap(*panels, x=X, y=Y):
    return draw_colormap(x, y, panels, **TITLES)


def maps(figure):
    """The axes of the maps, without those of their scales."""
    return figure.axes[::2]


def numbers(ax):
    return {a.get_text(): a.get_position() for a in ax.texts}


def test_numbers_cover_neither_each_other_nor_the_frame_and_the_urgent_come_first():
    x, y = np.random.default_rng(1).uniform(0.0, 1.0, (2, 300))
    texts = [f"{number:.4f}" for number in x]
    figure = colormap(panel(x, numbers=texts, urgency=np.arange(300)[::-1]), x=x, y=y)
    ax = maps(figure)[0]
    with mpl.rc_context(figure.look):
        figure.draw_without_rendering()
        frame = ax.get_window_extent()
        boxes = [text.get_window_extent() for text in ax.texts]
    assert 30 < len(boxes) < 200
    assert texts[299] in numbers(ax)
    for i, box in enumerate(boxes):
        assert frame.x0 < box.x0 < box.x1 < frame.x1
        assert box.y1 < frame.y1
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_texts_that_are_empty_and_points_without_a_value_get_no_number():
    values = np.where(X == 0.0, np.nan, X)
    figure = colormap(panel(values, numbers=["" if y == 0.0 else "7" for y in Y]))
    assert len(maps(figure)[0].texts) == 4 * 3
