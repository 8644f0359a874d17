"""Toys of one point: the test statistic under both hypotheses, and the fitted signal strength.

The asymptotic densities are those of x = sqrt(q), with a = sqrt(q_A), phi the normal density
(arXiv:1007.1727, Eqs. 62 to 64, for the test statistic qtilde):

    signal         phi(x) where x <= a,       x / a  phi((x^2 + a^2) / (2 a)) beyond
    background     phi(x - a) where x <= a,   x / a  phi((x^2 - a^2) / (2 a)) beyond

q has no such second part: there x may be as large as it likes.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from fitscan.plots.header import Handle
from fitscan.plots.panels import new_canvas, write_header
from fitscan.plots.style import COLORS, Colors, style

__all__ = ["draw_no_toys", "draw_toys"]

Array = NDArray[np.float64]

_NAMES = {"signal": r"Toys, $\mu = \mu_\mathrm{test}$", "background": r"Toys, $\mu = 0$"}


def draw_toys(
    distributions: Mapping[str, Any],
    *,
    q_obs: float,
    sqrt_q_asimov: float,
    mu_test: float,
    test_stat: str,
    title: str = "",
    lines: Sequence[str] = (),
    colors: Colors = COLORS,
) -> Figure:
    """Draw the toys of a point.

    Args:
        distributions: See ``fitscan.statistics.histograms``.
        q_obs: Test statistic of the data.
        sqrt_q_asimov: That of the Asimov data, its root.
        mu_test: Signal strength that was tested.
        test_stat: ``qtilde`` or ``q``.
        title: The first line of the figure.
        lines: More lines.
        colors: Colours of the figure.
    """
    paint = {"signal": colors.observed, "background": colors.other}
    toys = {hypothesis: distributions[hypothesis] for hypothesis in paint}
    with style(colors.style):
        figure = new_canvas(11.0, 5.2)
        legend: dict[str, Handle] = {
            _NAMES[h]: Patch(facecolor=color, alpha=0.35) for h, color in paint.items()
        }
        legend["Asymptotic"] = Line2D([], [], color=colors.points)
        legend["Data"] = Line2D([], [], color=colors.expected, linestyle="--")
        legend[r"$\mu_\mathrm{test}$"] = Line2D([], [], color=colors.expected, linestyle=":")
        said = "Toys at $q = 0$ are not shown, but counted"
        top = write_header(figure, title=title, lines=[*lines, said], legend=legend)
        left, right = (figure.add_axes((at, 0.15, 0.41, top - 0.19)) for at in (0.075, 0.575))
        edges = np.asarray(distributions["sqrt_q_edges"])
        x = np.linspace(edges[0], edges[-1], 400)
        totals = {h: max(1, sum(of["sqrt_q"], of["at_zero"])) for h, of in toys.items()}
        for hypothesis, color in paint.items():
            of_one = toys[hypothesis]
            density = np.asarray(of_one["sqrt_q"]) / totals[hypothesis] / np.diff(edges)
            left.stairs(density, edges, color=color, fill=True, alpha=0.35)
            left.stairs(density, edges, color=color)
            if sqrt_q_asimov > 0.0:
                curve = _asymptotic_density(x, sqrt_q_asimov, hypothesis, test_stat=test_stat)
                left.plot(x, curve, color=color, linewidth=1.6)
            mu_edges = np.asarray(distributions["mu_hat_edges"])
            counts = np.asarray(of_one["mu_hat"], dtype=float)
            right.stairs(counts / max(1.0, counts.sum()) / np.diff(mu_edges), mu_edges, color=color)
        left.axvline(math.sqrt(q_obs), color=colors.expected, linestyle="--")
        left.set_yscale("log")
        # Curves go on far below what one toy in a bin is; that would leave no room for the toys.
        left.set_ylim(bottom=0.5 / max(totals.values()) / np.diff(edges).max())
        left.set_xlabel(r"$\sqrt{q}$")
        left.set_ylabel("Density")
        right.axvline(mu_test, color=colors.expected, linestyle=":")
        right.set_yscale("log")
        right.set_xlabel(r"$\hat{\mu}$")
    return figure


def draw_no_toys(title: str = "", *, colors: Colors = COLORS) -> Figure:
    """Draw the figure of a scan in which no point has toys: it says so."""
    with style(colors.style):
        figure = new_canvas(11.0, 1.2)
        write_header(figure, title=title, lines=["No point has toys"], legend={})
    return figure


def _asymptotic_density(x: Array, a: float, hypothesis: str, *, test_stat: str) -> Array:
    """Return the density of sqrt(q) above 0.

    Args:
        x: Where.
        a: sqrt(q_A), above 0.
        hypothesis: ``signal`` or ``background``.
        test_stat: ``qtilde`` or ``q``.
    """
    near, far = (x, x**2 + a**2) if hypothesis == "signal" else (x - a, x**2 - a**2)
    inside = _normal(near)
    return (
        inside if test_stat == "q" else np.where(x <= a, inside, x / a * _normal(far / (2.0 * a)))
    )


def _normal(x: Array) -> Array:
    density: Array = np.exp(-0.5 * x**2) / math.sqrt(2.0 * math.pi)
    return density
