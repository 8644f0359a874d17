"""What a scan found at each point: maps of CLs, and of how the fits ended; or profiles of a line.

Takes arrays; gives figures. A plane is drawn by ``colormap``, a single axis by ``profiles``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap, Normalize, PowerNorm
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from fitscan.contour import SIGNIFICANCE, Space, crossings
from fitscan.formats import plain
from fitscan.plots.colormap import COLORMAP, MapPanel, draw_colormap
from fitscan.plots.few_toys import few_note, few_toys, told_apart
from fitscan.plots.header import remarks
from fitscan.plots.plane import contour_lines
from fitscan.plots.profiles import draw_profiles
from fitscan.plots.scales import CLs_norm, CLs_text, CLs_ticks
from fitscan.plots.style import COLORS, Colors, confidence, verdict

__all__ = ["STATUS_COLORS", "draw_CLs_map", "draw_status_map"]

Array = NDArray[np.float64]

STATUS_COLORS = {"ok": "#bcc3cb", "not_converged": "#e69f00", "failed": "#7b1e3a"}
"""How a point may have ended; the darker the worse."""

# A point that is ok, whose numbers are in doubt.
_DOUBT, _DOUBT_COLOR = "in_doubt", "#b0306a"


def draw_CLs_map(
    x: ArrayLike,
    y: ArrayLike | None,
    CLs: Mapping[str, ArrayLike],
    *,
    x_title: str,
    y_title: str = "",
    title: str = "",
    method: str = "",
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
    colors: Colors = COLORS,
    few: ArrayLike | None = None,
) -> Figure:
    """Draw observed and expected CLs in colours, their contours, and the numbers of the points.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``; None for a grid of one axis.
        CLs: CLs by column of the results, shape ``(points,)`` each, NaN where a point failed.
            ``CLs_obs`` has to be there.
        x_title: Title of the abscissa; it may hold math text, as may all texts here.
        y_title: Title of the ordinate.
        title: Name of the analysis, the first line of the figure.
        method: How CLs was found, a line of the figure.
        test_size: The CLs of the contours.
        space: In which colours and contours are linear between the points.
        colors: Colours of the figure, and its style.
        few: At which points there are too few toys, shape ``(points,)``; by default at none. Lines
            beside them are lighter.
    """
    x = np.asarray(x, dtype=float)
    looks: dict[str, tuple[str, dict[str, Any]]] = {
        "CLs_obs": ("observed", {"color": colors.observed}),
        "CLs_exp_0": ("expected", {"color": colors.expected, "linestyle": "--"}),
    }
    norm = CLs_norm([CLs[column] for column in looks if column in CLs], test_size, space)
    short = few_toys(few, x, y)
    panels, missing = [], {}
    for column, (name, look) in looks.items():
        if column not in CLs:
            continue
        values = np.asarray(CLs[column], dtype=float)
        lines, reason = limit(x, y, values, test_size=test_size, space=space)
        if reason:
            missing[name] = reason
        drawn, looks_of = told_apart(f"{name.capitalize()} limit", lines, values, short, look)
        panels.append(
            MapPanel(
                values=values,
                norm=norm,
                bar_title=r"CL$_\mathrm{s}$",
                title=name.capitalize(),
                numbers=[CLs_text(value, test_size) for value in values.tolist()],
                urgency=np.abs(space.height(values) - space.height(test_size)),
                lines=drawn,
                looks=looks_of,
                ticks=CLs_ticks(norm, test_size),
            )
        )
    between = f"linear in {space.title} between points"
    said = f"Limits at {confidence(test_size)}; {between}"
    rows = [said, *([method] if method else []), *remarks(missing), *few_note(short)]
    texts: dict[str, Any] = {"title": title, "lines": rows, "colors": colors}
    if y is None:
        return draw_profiles(x, panels, x_title=x_title, **texts)
    return draw_colormap(x, y, panels, x_title=x_title, y_title=y_title, **texts)


def draw_status_map(
    x: ArrayLike,
    y: ArrayLike | None,
    status: Sequence[str],
    numbers: Mapping[str, ArrayLike],
    *,
    x_title: str,
    y_title: str = "",
    flagged: ArrayLike | None = None,
    title: str = "",
    method: str = "",
    mu_test: float = 1.0,
    test_size: float = 0.05,
    space: Space = SIGNIFICANCE,
    colors: Colors = COLORS,
) -> Figure:
    """Draw the status of the fits at each point, and what they found.

    Args:
        x: Abscissae of the points, shape ``(points,)``.
        y: Ordinates of the points, shape ``(points,)``; None for a grid of one axis.
        status: How each point ended; see ``STATUS_COLORS``.
        numbers: By column of the results, shape ``(points,)`` each, NaN where there is none:
            ``CLs_obs``, of which the contour is drawn, ``mu_hat`` and, where lower minima were
            searched, ``delta_nll`` and ``n_minima``.
        x_title: Title of the abscissa; it may hold math text, as may all texts here.
        y_title: Title of the ordinate.
        flagged: At which points numbers are in doubt, shape ``(points,)``; by default at none.
        title: Name of the analysis, the first line of the figure.
        method: How CLs was found, a line of the figure.
        mu_test: The signal strength that was tested.
        test_size: The CLs of the contour.
        space: In which the contour is linear between the points.
        colors: Colours of the figure, and its style.
    """
    x = np.asarray(x, dtype=float)
    CLs = np.asarray(numbers["CLs_obs"], dtype=float)
    lines, _ = limit(x, y, CLs, test_size=test_size, space=space)
    common: dict[str, Any] = {
        "lines": {"Observed limit": lines},
        "looks": {"Observed limit": {"color": colors.observed, "linewidth": 1.2}},
        "filled": False,
    }
    doubted = np.zeros(len(x), dtype=bool) if flagged is None else np.asarray(flagged, dtype=bool)
    shades = STATUS_COLORS | ({_DOUBT: _DOUBT_COLOR} if doubted.any() else {})
    seen = [
        _DOUBT if end == "ok" and doubt else end for end, doubt in zip(status, doubted, strict=True)
    ]
    ends = list(shades)
    panels = [
        MapPanel(
            values=[float(ends.index(end)) for end in seen],
            norm=Normalize(-0.5, len(ends) - 0.5),
            bar_title="",
            title="Status of the fits",
            numbers=["" if end == "ok" else end.replace("_", " ") for end in seen],
            ticks={float(number): end.replace("_", "\n") for number, end in enumerate(ends)},
            colormap=ListedColormap(list(shades.values())),
            **common,
        )
    ]
    if "mu_hat" in numbers:
        panels.append(
            number_panel(
                numbers["mu_hat"], r"$\hat{\mu}$", "Fitted signal strength", common, line=mu_test
            )
        )
    if "delta_nll" in numbers:
        gap = r"$\Delta$NLL to the lowest minimum found"
        panels.append(number_panel(numbers["delta_nll"], r"$\Delta$NLL", gap, common, power=0.5))
        panels.append(
            number_panel(numbers["n_minima"], "Minima", "Number of minima found", common, least=2.0)
        )
    count = sum(end == "ok" for end in status)
    said = f"{count} of {len(status)} points are ok"
    if doubted.any():
        said += f"; {int(doubted.sum())} in doubt"
    said = "; ".join(filter(None, (said, method)))
    texts: dict[str, Any] = {"title": title, "lines": [said], "colors": colors}
    if y is None:
        return draw_profiles(x, panels, x_title=x_title, **texts)
    return draw_colormap(x, y, panels, x_title=x_title, y_title=y_title, **texts)


def limit(
    x: Array, y: ArrayLike | None, CLs: Array, *, test_size: float, space: Space
) -> tuple[list[Array], str]:
    """Return the lines of a limit or, where there are none, the reason.

    Along one axis they are upright, from the lower end of a scale, 0, to its upper one, 1.
    """
    if y is not None:
        return contour_lines(x, np.asarray(y, dtype=float), CLs, test_size=test_size, space=space)
    found = crossings(x, CLs, test_size=test_size, space=space).tolist()
    lines = [np.array([(place, 0.0), (place, 1.0)]) for place in found]
    return lines, "" if lines else verdict(CLs, test_size)


def number_panel(
    values: ArrayLike,
    bar_title: str,
    title: str,
    common: Mapping[str, Any],
    *,
    power: float = 1.0,
    least: float = 0.005,
    line: float | None = None,
) -> MapPanel:
    """Return the panel of a quantity of which large ones matter most.

    Args:
        values: The quantity, shape ``(points,)``.
        bar_title: Its symbol.
        title: Its name.
        common: What all panels have in common.
        power: Of the scale; below 1 it tells small ones apart.
        least: Smaller numbers are not written; nor is any if all are equal.
        line: What no number crosses by rounding.
    """
    known = np.asarray(values, dtype=float)
    finite = known[np.isfinite(known)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    if power != 1.0:
        low = min(low, 0.0)
    ticks: dict[float, str] | None = None
    norm = PowerNorm(power, low, high) if power != 1.0 else Normalize(low, high)
    if high - low < 1e-9 * max(abs(low), abs(high)) or high == low:
        # One value, and no others that the quantity may not even take.
        ticks, norm = {low: plain(low, 3)}, Normalize(low - 0.5, low + 0.5)
    shown = finite.size and finite.min() < finite.max()
    texts = [plain(v, 2, line=line) if shown and abs(v) >= least else "" for v in known.tolist()]
    return MapPanel(
        values=known,
        norm=norm,
        bar_title=bar_title,
        title=title,
        numbers=texts,
        ticks=ticks,
        urgency=-known,
        colormap=COLORMAP.reversed(),  # the larger, the darker
        **common,
    )
