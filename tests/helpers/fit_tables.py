"""Fits of one point as tables, and what can be read off a figure of them."""

import numpy as np
import pandas as pd

from fitscan.plots.style import style

__all__ = [
    "assert_all_inside_and_apart",
    "correlations",
    "legend_of",
    "names_of",
    "parameters",
    "titles",
    "words",
    "yields",
]

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


def legend_of(figure):
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
