"""Upper limits over a grid: maps over a plane, the Brazil plot along one axis."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import ArrayLike, NDArray

from fitscan.contour import (
    LOG_LIMIT,
    CrossSection,
    LineUncertainty,
    interpolate_scan,
    limit_contours,
    mass_limits,
)
from fitscan.formats import plain
from fitscan.plots.colormap import COLORMAP, MapPanel, draw_colormap
from fitscan.plots.few_toys import draw_line, few_note, few_toys, lighter, parts, told_apart
from fitscan.plots.header import Handle, draw_header, leave_room, readable, remarks
from fitscan.plots.style import COLORS, Colors, new_figure, padded, style
from fitscan.plots.uncertainty_band import uncertainty_note
from fitscan.tables.method import LOWEST

__all__ = ["draw_limits_plane", "draw_limits_scan"]

Array = NDArray[np.float64]

_MU_UP = r"Upper limit on $\mu$"

_LOOKS = {"mu_up_obs": ("Observed", "-"), "mu_up_exp_0": ("Expected", "--")}


def draw_limits_plane(
    x: ArrayLike,
    y: ArrayLike,
    limits: Mapping[str, ArrayLike],
    *,
    x_title: str,
    y_title: str,
    title: str = "",
    lines: Sequence[str] = (),
    contours: Mapping[str, Sequence[Array]] | None = None,
    uncertainties: Mapping[str, LineUncertainty] = MappingProxyType({}),
    colors: Colors = COLORS,
    few: ArrayLike | None = None,
) -> Figure:
    """Draw observed and expected upper limits in colours, with numbers, and where they are 1.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``.
        limits: Upper limits by column of the results, shape ``(points,)`` each, NaN where there is
            none. Those at the lowest minima found are drawn where they are given.
        x_title: Title of the abscissa; it may hold math text, as may all texts here.
        y_title: Title of the ordinate.
        title: Name of the analysis, the first line of the figure.
        lines: More lines.
        contours: Where limits are 1, by column, see `fitscan.contour.limit_contours`, which is
            called where they are not given.
        uncertainties: How uncertain the lines are by interpolation, see
            `fitscan.contour.limit_uncertainties`.
        colors: Colours of the figure, and its style.
        few: Which points have limits from too few toys, shape ``(points,)``; by default none. Lines
            beside them are lighter.
    """
    short = few_toys(few, x, y)
    found = limit_contours(x, y, limits) if contours is None else contours
    tints = {"mu_up_obs": colors.observed, "mu_up_exp_0": colors.expected}
    norm = _norm(np.concatenate([np.asarray(limits[column], dtype=float) for column in _LOOKS]))
    panels = []
    for column, (name, dash) in _LOOKS.items():
        values = np.asarray(limits[column], dtype=float)
        look = {"color": tints[column], "linestyle": dash}
        drawn, looks = told_apart(rf"{name} limit, $\mu$ = 1", found[column], values, short, look)
        if f"{column}_lowest" in limits:
            drawn[f"{name}, {LOWEST}"] = list(found[f"{column}_lowest"])
            looks[f"{name}, {LOWEST}"] = {"linestyle": dash, **_lowest_look(colors)}
        panels.append(
            MapPanel(
                values=values,
                norm=norm,
                bar_title=_MU_UP,
                title=name,
                numbers=[plain(limit, 2, line=1.0) for limit in values.tolist()],
                urgency=np.abs(np.log(values)),
                lines=drawn,
                looks=looks,
                colormap=COLORMAP.reversed(),
            )
        )
    return draw_colormap(
        x,
        y,
        panels,
        x_title=x_title,
        y_title=y_title,
        title=title,
        lines=[
            *lines,
            f"Linear in {LOG_LIMIT.title} between points",
            *uncertainty_note(uncertainties, titles=(x_title, y_title)),
            *few_note(short),
        ],
        colors=colors,
    )


def _lowest_look(colors: Colors) -> dict[str, Any]:
    """Return what a limit at the lowest minima looks like; in grey it is told by its width."""
    return {"color": colors.other, "linewidth": 1.0}


def _norm(values: Array) -> LogNorm:
    """Return a scale that holds all limits, and 1."""
    known = np.append(values[np.isfinite(values)], 1.0)
    low, high = float(known.min()), float(known.max())
    return LogNorm(low, high) if low < high else LogNorm(0.5, 2.0)


def draw_limits_scan(
    x: ArrayLike,
    limits: Mapping[str, ArrayLike],
    *,
    x_title: str,
    title: str = "",
    lines: Sequence[str] = (),
    cross_section: CrossSection | None = None,
    theory: str = "",
    unit: str = "",
    crossed: Mapping[str, Sequence[float]] | None = None,
    colors: Colors = COLORS,
    few: ArrayLike | None = None,
) -> Figure:
    """Draw upper limits along one axis: observed, expected, its bands, and where they exclude.

    Args:
        x: Places of the points, shape ``(points,)``.
        limits: Upper limits by column of the results, shape ``(points,)`` each, NaN where there is
            none. Those at the lowest minima found are drawn where they are given.
        x_title: Title of the abscissa; it may hold math text, as may all texts here.
        title: Name of the analysis, the first line of the figure.
        lines: More lines.
        cross_section: With it the limits are those on the cross-section, beside which they are
            drawn; without it, they are those on the signal strength.
        theory: What the cross-section is called.
        unit: Its unit.
        crossed: Where limits are 1, see `fitscan.contour.mass_limits`, which is called where it is
            not given.
        colors: Colours of the figure, and its style.
        few: Which points have limits from too few toys, shape ``(points,)``; by default none. What
            is drawn beside them is lighter.
    """
    short = few_toys(few, x)
    places = np.asarray(x, dtype=float)
    curves = {column: np.asarray(values, dtype=float) for column, values in limits.items()}

    def scaled(column: str, usable: NDArray[np.bool_] | None = None) -> tuple[Array, Array]:
        chosen = slice(None) if usable is None else usable
        nodes, mu = interpolate_scan(places[chosen], curves[column][chosen], space=LOG_LIMIT)
        return nodes, mu if cross_section is None else mu * cross_section.at(nodes)

    y_title = _MU_UP if cross_section is None else rf"Cross-section [{unit}]"
    with style(colors.style):
        figure, ax = new_figure(x_title, y_title)
        ax.set_yscale("log")
        ax.set_xlim(padded(places))
        observed: dict[str, Any] = {"color": colors.observed, "zorder": 5}
        expected: dict[str, Any] = {"color": colors.expected, "linestyle": "--", "zorder": 4}
        for column, look in (("mu_up_obs", observed), ("mu_up_exp_0", expected)):
            draw_line(ax, np.column_stack(scaled(column)), curves[column], short, **look)
        known = np.isfinite(curves["mu_up_obs"])
        at_points = curves["mu_up_obs"][known]
        if cross_section is not None:
            at_points = at_points * cross_section.at(places[known])
        ax.plot(places[known], at_points, "o", markersize=4.0, color=colors.observed, zorder=5)
        legend: dict[str, Handle] = {
            "Observed limit": Line2D([], [], **observed),
            "Expected limit": Line2D([], [], **expected),
        }
        for low, high, color, name, depth in (
            ("mu_up_exp_m1", "mu_up_exp_p1", colors.band, r"Expected $\pm1\,\sigma$", 1.5),
            ("mu_up_exp_m2", "mu_up_exp_p2", colors.wide_band, r"Expected $\pm2\,\sigma$", 1.0),
        ):
            usable = np.isfinite(curves[low]) & np.isfinite(curves[high])
            (nodes, lower), (_, upper) = scaled(low, usable), scaled(high, usable)
            region = np.column_stack([nodes, lower, upper])
            for part, light in parts(region, curves[low] + curves[high], short):
                shade = lighter(color) if light else color
                ax.fill_between(*part.T, color=shade, linewidth=0.0, zorder=depth)
            legend[name] = Patch(color=color)
        for column, (_, dash) in _LOOKS.items():
            if f"{column}_lowest" in curves:
                (line,) = ax.plot(
                    *scaled(f"{column}_lowest"), ls=dash, zorder=4.6, **_lowest_look(colors)
                )
                legend.setdefault(LOWEST.capitalize(), line)
        legend |= _draw_theory(ax, places, cross_section, theory, colors=colors)
        if crossed is None:
            crossed = mass_limits(places, limits, cross_section=cross_section)
        said = _mark(ax, crossed, cross_section, colors=colors)
        rows = [*lines, *remarks(said), *few_note(short)]
        used = draw_header(ax, title=title, lines=rows, legend=legend)
        bottom, top = (10.0**end for end in padded(_extent(places, curves, cross_section)))
        leave_room(ax, bottom, top, used=used)
    return figure


def _draw_theory(
    ax: Axes, x: Array, cross_section: CrossSection | None, title: str, *, colors: Colors
) -> dict[str, Handle]:
    """Draw the cross-section and its band, or the line of signal strength 1."""
    look: dict[str, Any] = {"color": colors.other, "linewidth": 1.6}
    if cross_section is None:
        ax.axhline(1.0, zorder=3, **look)
        return {r"$\mu$ = 1": Line2D([], [], **look)}
    inside = (cross_section.x >= x.min()) & (cross_section.x <= x.max())
    nodes = np.union1d(cross_section.x[inside], x)
    low, central, high = (cross_section.at(nodes, shift=shift) for shift in (-1.0, 0.0, 1.0))
    ax.plot(nodes, central, zorder=4.5, **look)
    if not cross_section.uncertainty.any():
        return {readable(title): Line2D([], [], **look)}
    band: dict[str, Any] = {"color": colors.other, "alpha": 0.3, "linewidth": 0.0}
    ax.fill_between(nodes, low, high, zorder=4.2, **band)
    return {readable(title) + r" ($\pm1\,\sigma$)": (Patch(**band), Line2D([], [], **look))}


def _mark(
    ax: Axes,
    crossed: Mapping[str, Sequence[float]],
    cross_section: CrossSection | None,
    *,
    colors: Colors,
) -> dict[str, str]:
    """Mark where the limits exclude, and return what the figure says about it."""
    said = {}
    for curve, color in (("observed", colors.observed), ("expected", colors.expected)):
        found = np.asarray(crossed[curve])
        heights = np.ones(len(found)) if cross_section is None else cross_section.at(found)
        ax.plot(found, heights, "D", markersize=6.5, color=color, markerfacecolor="white", zorder=6)
        spreads = _spreads(crossed) if curve == "observed" else [""] * len(found)
        texts = [f"{plain(place, 3)}{text}" for place, text in zip(found, spreads, strict=True)]
        said[f"{curve} limit"] = ", ".join(texts) or "crosses nowhere"
    return said


def _spreads(crossed: Mapping[str, Sequence[float]]) -> list[str]:
    """Return how far each observed limit moves with the cross-section, in words."""
    observed, *moved = (
        np.asarray(crossed.get(curve, ()))
        for curve in ("observed", "observed_theory_up", "observed_theory_down")
    )
    if any(len(found) != len(observed) for found in moved):
        return [""] * len(observed)
    moves = np.sort(np.array(moved) - observed, axis=0).T.tolist()
    ends = ([plain(move, 2, sign="+") for move in pair] for pair in moves)
    return [rf"$^{{{high}}}_{{{low}}}$" for low, high in ends]


def _extent(x: Array, curves: Mapping[str, Array], cross_section: CrossSection | None) -> Array:
    """Return the logarithms of all limits at the points, and of the cross-section there."""
    values = np.vstack([*curves.values(), np.ones(len(x))])
    if cross_section is not None:
        values = values * cross_section.at(x)
    return np.asarray(np.log10(values[np.isfinite(values)]))
