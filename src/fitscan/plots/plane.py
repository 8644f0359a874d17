"""The exclusion plane: contours of CLs over the two parameters of a grid."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from numpy.typing import ArrayLike, NDArray

from fitscan.columns import CURVES, THEORY
from fitscan.contour import (
    SIGNIFICANCE,
    Contour,
    LineUncertainty,
    Space,
    contour,
    exclusion_band,
    plane_contours,
)
from fitscan.errors import FitscanError
from fitscan.plots.few_toys import FewToys, beside_few, draw_line, few_note, few_toys, lighter
from fitscan.plots.header import Handle, draw_header, leave_room, remarks
from fitscan.plots.overlays import Overlays, draw_overlays, draw_theory
from fitscan.plots.style import (
    COLORS,
    Colors,
    confidence,
    new_figure,
    padded,
    rasterised,
    style,
    verdict,
)
from fitscan.plots.uncertainty_band import draw_uncertainty, one_path, uncertainty_note

__all__ = ["draw_exclusion_plane"]

Array = NDArray[np.float64]

ONE_SIGMA = r" ($\pm1\,\sigma$)"


def draw_exclusion_plane(
    x: ArrayLike,
    y: ArrayLike,
    CLs: Mapping[str, ArrayLike],
    *,
    x_title: str,
    y_title: str,
    title: str = "",
    method: str = "",
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
    colors: Colors = COLORS,
    overlays: Overlays | None = None,
    contours: Mapping[str, Contour] | None = None,
    uncertainties: Mapping[str, LineUncertainty] = MappingProxyType({}),
    band: bool = False,
    few: ArrayLike | None = None,
) -> Figure:
    """Draw the observed and expected exclusion contours, the one-sigma band, and the points.

    Where there is no contour the figure says why, and shows the points.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        CLs: CLs by column of the results, shape ``(points,)`` each, NaN where a point failed.
            ``CLs_obs`` has to be there; others may be missing.
        x_title: Title of the abscissa; it may hold math text, as may all texts here.
        y_title: Title of the ordinate.
        title: Name of the analysis, the first line of the figure.
        method: How CLs was found, a line of the figure.
        test_size: The CLs of the contours; points below it are excluded.
        space: In which CLs is linear between the points.
        colors: Colours of the figure, and its style.
        overlays: Lines of other results by their titles.
        contours: The lines, see `fitscan.contour.plane_contours`, which is called where they are
            not given.
        uncertainties: How uncertain the lines are by interpolation, see
            `fitscan.contour.line_uncertainties`; the figure says it of the observed and expected.
        band: Whether that of the observed line is drawn.
        few: At which points there are too few toys, shape ``(points,)``; by default at none. What
            is drawn beside them is lighter.

    Raises:
        FitscanError: A text has math that matplotlib cannot read.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    curves = {name: np.asarray(CLs[name], dtype=float) for name in CURVES.values() if name in CLs}
    short = few_toys(few, x, y)
    if contours is None:
        contours = plane_contours(x, y, curves, test_size=test_size, space=space)
    with style(colors.style):
        figure, ax = new_figure(x_title, y_title)
        legend, notes = draw_contours(
            ax, x, y, curves, contours, test_size=test_size, space=space, colors=colors, few=short
        )
        notes += few_note(short)
        if band and "observed" in uncertainties:
            legend |= draw_uncertainty(ax, uncertainties["observed"], colors=colors)
        notes += uncertainty_note(uncertainties, titles=(x_title, y_title))
        shifted = [
            line for column in THEORY if column in contours for line in contours[column].lines
        ]
        legend |= draw_theory(ax, shifted, colors=colors)
        legend |= draw_overlays(ax, overlays or {}, colors=colors)
        legend |= draw_points(ax, x, y, curves["CLs_obs"], test_size=test_size, colors=colors)
        used = draw_header(
            ax,
            title=title,
            lines=[f"All limits at {confidence(test_size)}", method, *notes],
            legend=legend,
        )
        ax.set_xlim(padded(x))
        leave_room(ax, *padded(y), used=used)
    return figure


def draw_contours(
    ax: Axes,
    x: Array,
    y: Array,
    curves: Mapping[str, Array],
    found: Mapping[str, Contour],
    *,
    test_size: float,
    space: Space,
    colors: Colors,
    few: FewToys | None = None,
) -> tuple[dict[str, Handle], list[str]]:
    """Draw lines and band; return the entries of the legend, and what is missing, as notes."""
    band: tuple[Artist, ...] = ()
    if {"CLs_exp_m1", "CLs_exp_p1"} <= curves.keys():
        band = draw_band(ax, x, y, curves, test_size=test_size, space=space, colors=colors, few=few)
    observed: dict[str, Any] = {"color": colors.observed, "linestyle": "-", "zorder": 5}
    expected: dict[str, Any] = {"color": colors.expected, "linestyle": "--", "zorder": 4}
    legend: dict[str, Handle] = {}
    missing: dict[str, str] = {}
    for name, column, look, behind in (
        ("observed", "CLs_obs", observed, ()),
        ("expected", "CLs_exp_0", expected, band),
    ):
        if column not in curves:
            continue
        lines, reason = explained(found[column], curves[column], test_size=test_size)
        for line in lines:
            draw_line(ax, line, curves[column], few, **look)
        if reason:
            missing[name] = reason
        if drawn := (*behind, *(Line2D([], [], **look) for _ in lines[:1])):
            legend[f"{name.capitalize()} limit{ONE_SIGMA if behind else ''}"] = drawn
    return legend, remarks(missing)


def contour_lines(
    x: Array, y: Array, CLs: Array, *, test_size: float, space: Space = SIGNIFICANCE
) -> tuple[list[Array], str]:
    """Return the exclusion lines or, where there are none, the reason."""
    found = contour(x, y, CLs, test_size=test_size, space=space)
    return explained(found, CLs, test_size=test_size)


def explained(found: Contour, CLs: Array, *, test_size: float) -> tuple[list[Array], str]:
    """Return the lines of a contour or, where there are none, the reason."""
    if found.problem:
        return [], f"no contour. {found.problem}"
    return found.lines, "" if found.lines else verdict(CLs, test_size)


def draw_band(
    ax: Axes,
    x: Array,
    y: Array,
    curves: Mapping[str, Array],
    *,
    test_size: float,
    space: Space,
    colors: Colors,
    few: FewToys | None = None,
) -> tuple[Artist, ...]:
    """Fill the region between the expected lines of minus and plus one sigma, if there is one."""
    low, high = curves["CLs_exp_m1"], curves["CLs_exp_p1"]
    try:
        polygons = exclusion_band(x, y, low, high, test_size=test_size, space=space)
    except FitscanError:
        return ()  # the lines fail for the same reason, which is then in their note
    if not polygons:
        return ()
    light = np.zeros(len(polygons), dtype=bool)
    if few is not None:
        middles = np.array([polygon.mean(axis=0) for polygon in polygons])
        light = beside_few(middles, low + high, few)
    for chosen, color in ((~light, colors.band), (light, lighter(colors.band))):
        if chosen.any():
            region = PathPatch(
                one_path([polygons[number] for number in np.flatnonzero(chosen)]),
                facecolor=color,
                edgecolor="none",
                zorder=1,
                rasterized=rasterised(len(x)),
            )
            # add_patch would spend seconds on limits, which are set from the points
            ax.add_artist(region)
    return (Patch(color=colors.band),)


def draw_points(
    ax: Axes, x: Array, y: Array, CLs: Array, *, test_size: float, colors: Colors
) -> dict[str, Handle]:
    """Mark the points as excluded, not excluded or failed; return the entries of the legend."""
    size = float(np.clip(60.0 / np.sqrt(max(len(x), 1)), 1.5, 4.5))
    kinds = {
        "Excluded": (CLs < test_size, "o", colors.points),
        "Not excluded": (CLs >= test_size, "o", "white"),
        "Failed": (~np.isfinite(CLs), "x", colors.points),
    }
    legend: dict[str, Handle] = {}
    for label, (chosen, marker, face) in kinds.items():
        if chosen.any():
            look: dict[str, Any] = {
                "linestyle": "none",
                "marker": marker,
                "color": colors.points,
                "markerfacecolor": face,
            }
            ax.plot(
                x[chosen],
                y[chosen],
                markersize=size,
                markeredgewidth=0.25 * size,
                zorder=3,
                rasterized=rasterised(len(x)),
                **look,
            )
            legend[label] = Line2D([], [], markersize=4.5, markeredgewidth=1.1, **look)
    return legend
