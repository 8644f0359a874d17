"""Maps in colours over a plane of points: the field between them, its scale, lines and numbers.

Takes the places of the points and, for each panel, one value a point; gives a figure. Between the
points the colour is linear on the panel's own scale: a panel with a logarithmic norm is linear in
the logarithm. It ends at the hull of the points that have a value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.tri import LinearTriInterpolator, Triangulation
from numpy.typing import ArrayLike, NDArray

from fitscan.contour import triangulate
from fitscan.errors import FitscanError
from fitscan.plots.header import LETTER, Handle, readable
from fitscan.plots.numbers import write_numbers
from fitscan.plots.panels import new_canvas, write_header
from fitscan.plots.scales import LABEL, draw_scale
from fitscan.plots.style import COLORS, Colors, padded, rasterised, style

__all__ = ["COLORMAP", "MapPanel", "draw_colormap", "failed_look", "legend_of"]

Array = NDArray[np.float64]

# Even to the eye, also of the colour-blind and in grey; light enough for black numbers.
COLORMAP = ListedColormap(colormaps["YlGnBu_r"](np.linspace(0.3, 1.0, 256)), "blue to yellow")

# Inches: a panel alone and one of several, and the room at its left, right, below and above.
ALONE, SEVERAL = (6.0, 4.5), (4.5, 3.4)
LEFT, RIGHT, BELOW, ABOVE = 0.85, 1.2, 0.65, 0.35

# Pixels of the field along each side. They are not interpolated: see plots/correlations.py.
PIXELS = 500


@dataclass(frozen=True)
class MapPanel:
    """One map.

    Attributes:
        values: What is coloured, shape ``(points,)``, NaN where a point has none.
        norm: The scale of colours, with both of its ends.
        bar_title: Title of the scale.
        title: Title of the panel.
        numbers: A text for each point, written where there is room; none by default.
        urgency: The points with the smallest get room for their numbers first, shape
            ``(points,)``; by default in their order.
        lines: Lines to be drawn over the map, by their name in the legend.
        looks: How these look, as properties of a line.
        ticks: The numbers of the scale and what is written at them, the most important first; by
            default round ones.
        filled: Whether there are colours between the points, or of the points alone.
        colormap: The colours.
    """

    values: ArrayLike
    norm: Normalize
    bar_title: str
    title: str = ""
    numbers: Sequence[str] = ()
    urgency: ArrayLike | None = None
    lines: Mapping[str, Sequence[Array]] = field(default_factory=dict)
    looks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    ticks: Mapping[float, str] | None = None
    filled: bool = True
    colormap: Colormap = field(default_factory=lambda: COLORMAP)

    def shades(self) -> Array:
        """Return the values on the scale of colours: 0 at its lower end, 1 at its upper one."""
        return np.ma.filled(self.norm(np.ma.masked_invalid(self.values), clip=False), np.nan)


def draw_colormap(
    x: ArrayLike,
    y: ArrayLike,
    panels: Sequence[MapPanel],
    *,
    x_title: str,
    y_title: str,
    title: str = "",
    lines: Sequence[str] = (),
    colors: Colors = COLORS,
) -> Figure:
    """Draw maps of the same points, two beside each other.

    Where the points span no plane they are coloured all the same, with nothing between them.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        panels: The maps.
        x_title: Title of the abscissae; it may hold math text, as may all texts here.
        y_title: Title of the ordinates.
        title: Name of the analysis, the first line of the figure.
        lines: More lines.
        colors: Colours of the figure.

    Raises:
        FitscanError: A text has math that matplotlib cannot read.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    columns = min(len(panels), 2)
    rows = -(-len(panels) // 2)
    wide, high = ALONE if len(panels) == 1 else SEVERAL
    cell = LEFT + wide + RIGHT, BELOW + high + ABOVE
    legend = legend_of(panels, colors)
    width = columns * cell[0]
    height = rows * cell[1] + 0.25 * (1 + len(lines)) + 0.35 * bool(legend) + 0.2
    with style(colors.style):
        figure = new_canvas(width, height)
        top = height * write_header(figure, title=title, lines=lines, legend=legend)
        for number, panel in enumerate(panels):
            row, column = divmod(number, 2)
            left = column * cell[0] + LEFT
            bottom = top - row * cell[1] - ABOVE - high
            place = left / width, bottom / height, wide / width, high / height
            ax = figure.add_axes(place)
            ax.set_xlabel(readable(x_title), fontsize=LETTER)
            ax.set_ylabel(readable(y_title), fontsize=LETTER)
            ax.set_title(readable(panel.title), fontsize=LETTER, loc="left", pad=6)
            ax.tick_params(which="major", labelsize=LABEL, length=4)  # away from the numbers
            ax.tick_params(which="minor", length=2)
            ax.xaxis.get_offset_text().set(x=0.0, horizontalalignment="left")  # not over the title
            draw_panel(ax, x, y, panel, colors=colors)
            place = (left + wide + 0.12) / width, place[1], 0.17 / width, place[3]
            bar = figure.add_axes(place)
            draw_scale(bar, panel.norm, panel.ticks, title=panel.bar_title, colormap=panel.colormap)
    return figure


def legend_of(panels: Sequence[MapPanel], colors: Colors) -> dict[str, Handle]:
    """Return the legend: the lines of all panels, and points without a value if there are any."""
    legend: dict[str, Handle] = {
        name: Line2D([], [], **panel.looks.get(name, {}))
        for panel in panels
        for name, lines in panel.lines.items()
        if lines
    }
    if any(np.isnan(panel.shades()).any() for panel in panels):
        legend["No number"] = Line2D([], [], **failed_look(colors))
    return legend


def failed_look(colors: Colors) -> dict[str, Any]:
    """Return how the marker of a point without a value looks."""
    return {"linestyle": "none", "marker": "x", "markersize": 4.0, "color": colors.points}


def draw_panel(ax: Axes, x: Array, y: Array, panel: MapPanel, *, colors: Colors) -> None:
    """Draw one map: the field, the lines over it, the points, their numbers."""
    shades = panel.shades()
    known = np.isfinite(shades)
    if panel.filled:
        draw_field(ax, x, y, shades, panel.colormap)
    size = float(np.clip(60.0 / np.sqrt(max(len(x), 1)), 1.5, 3.5))
    across = size if panel.filled else 2.5 * size
    dots: dict[str, Any] = {"color": colors.expected, "edgecolors": "white"}
    if not panel.filled:
        dots = {"cmap": panel.colormap, "norm": Normalize(0.0, 1.0), "c": shades[known]}
        dots["edgecolors"] = colors.points
    ax.scatter(
        x[known],
        y[known],
        s=across**2,
        linewidths=0.4,
        zorder=3,
        rasterized=rasterised(len(x)),
        **dots,
    )
    ax.plot(x[~known], y[~known], zorder=3, rasterized=rasterised(len(x)), **failed_look(colors))
    for name, lines in panel.lines.items():
        look = dict(panel.looks.get(name, {}))
        halo = withStroke(
            linewidth=look.get("linewidth", mpl.rcParams["lines.linewidth"]) + 1.6,
            foreground="white",
        )
        for line in lines:
            ax.plot(*line.T, zorder=5, path_effects=[halo], **look)
    ax.set_xlim(padded(x, part=0.06))
    ax.set_ylim(padded(y, part=0.09))
    if any(panel.numbers):
        urgency = np.arange(len(x)) if panel.urgency is None else panel.urgency
        texts = np.where(known, np.asarray(panel.numbers, dtype=object), "")
        write_numbers(ax, x, y, texts.tolist(), urgency=urgency, rise=0.5 * across + 1.0)


def draw_field(ax: Axes, x: Array, y: Array, shades: Array, colormap: Colormap) -> None:
    """Colour the hull of the points that have a shade, if they span a plane."""
    try:
        plane = triangulate(x, y, shades)
    except FitscanError:
        return
    (left, bottom), (right, top) = plane.points.min(axis=0), plane.points.max(axis=0)
    # The middles of the pixels.
    part = (np.arange(PIXELS) + 0.5) / PIXELS
    places = np.meshgrid(left + part * (right - left), bottom + part * (top - bottom))
    triangulation = Triangulation(plane.points[:, 0], plane.points[:, 1], plane.triangles)
    values = LinearTriInterpolator(triangulation, plane.values)(*places)
    ax.imshow(
        values,
        extent=(left, right, bottom, top),
        origin="lower",
        aspect="auto",
        cmap=colormap,
        norm=Normalize(0.0, 1.0),
        interpolation="none",
        zorder=1,
    )
