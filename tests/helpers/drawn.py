"""A plane and a row of points to draw, and what can be read off a figure of them."""

import numpy as np
from matplotlib.colors import same_color
from matplotlib.patches import PathPatch
from scipy.stats import norm

from fitscan.plots import draw_exclusion_plane, draw_parameter_scan
from fitscan.plots.style import style

__all__ = [
    "LEVEL",
    "TITLES",
    "assert_nothing_covers_the_data",
    "bands",
    "grid",
    "legend",
    "lines",
    "markers",
    "one_row",
    "plane",
    "scan",
    "texts",
]

LEVEL = norm.isf(0.05)
SHIFTS = {"obs": 0.0, "exp_m2": 2.0, "exp_m1": 1.0, "exp_0": 0.2, "exp_p1": -1.0, "exp_p2": -2.0}
TITLES = {
    "x_title": r"$m(\tilde{\chi}_1^{\pm})$ [GeV]",
    "title": "1Lbb",
    "method": r"CLs, asymptotic formulae, $\tilde{q}_\mu$; default initial values",
}


def grid(shift=0.0, tilt=0.0):
    """A plane of 48 points, of which those left of 400 are excluded; fewer the higher they are."""
    x, y = (a.ravel() for a in np.meshgrid(np.linspace(100.0, 800.0, 8), np.linspace(0, 250.0, 6)))
    Z = LEVEL + (390.0 - x - tilt * y) / 150.0 + shift
    return x, y, {f"CLs_{name}": norm.sf(Z + by) for name, by in SHIFTS.items()}


def plane(x, y, CLs, **options):
    return draw_exclusion_plane(x, y, CLs, **(TITLES | {"y_title": "$m$ [GeV]"} | options))


def scan(x, CLs, **options):
    return draw_parameter_scan(x, CLs, **(TITLES | options))


def one_row(shift=0.0, points=8):
    x, y, CLs = grid(shift)
    chosen = np.flatnonzero(y == 0.0)[:points]
    return x[chosen], {name: values[chosen] for name, values in CLs.items()}


def lines(figure, *, color, style):
    drawn = figure.axes[0].get_lines()
    return [a for a in drawn if same_color(a.get_color(), color) and a.get_linestyle() == style]


def markers(figure, shape, face=None):
    """How many points a figure marks with one shape, of one colour inside."""
    drawn = [a for a in figure.axes[0].get_lines() if a.get_marker() == shape]
    chosen = [a for a in drawn if face is None or same_color(a.get_markerfacecolor(), face)]
    return sum(len(a.get_xdata()) for a in chosen)


def bands(figure):
    return [a for a in figure.axes[0].patches if isinstance(a, PathPatch)]


def texts(figure):
    return [a.get_text() for a in figure.axes[0].texts]


def legend(figure):
    return [a.get_text() for a in figure.axes[0].get_legend().get_texts()]


def assert_nothing_covers_the_data(figure, top):
    """Texts and legend lie inside the frame, clear of each other and above the highest datum."""
    ax = figure.axes[0]
    with style():
        figure.draw_without_rendering()
        boxes = [artist.get_window_extent() for artist in [*ax.texts, ax.get_legend()]]
    floor = ax.transData.transform((0.0, top))[1]
    frame = ax.get_window_extent()
    for i, box in enumerate(boxes):
        assert box.y0 > floor
        assert frame.x0 < box.x0 < box.x1 < frame.x1
        assert box.y1 < frame.y1
        assert not any(box.overlaps(other) for other in boxes[:i])
