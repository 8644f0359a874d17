"""The figures of the benchmark, each with the numbers that it shows.

Takes benchmark.csv and the published times; gives figures and their tables by name.
"""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from fitscan.benchmark.records import PHASES
from fitscan.benchmark.words import labels
from fitscan.formats import counted
from fitscan.plots.phases import draw_phases
from fitscan.plots.style import COLORS, Colors
from fitscan.plots.timing import Bar, draw_timing, draw_workers

__all__ = ["benchmark_figures"]

Drawn = tuple[Figure, pd.DataFrame]


def benchmark_figures(
    table: pd.DataFrame, published: pd.DataFrame, *, colors: Colors = COLORS
) -> dict[str, Drawn]:
    """Return the figures by name, each with the table of what it shows.

    Args:
        table: See ``fitscan.benchmark.table``.
        published: See ``fitscan.benchmark.published``.
        colors: Colours and style of the figures.
    """
    table = table.assign(label=labels(table))
    ours = table[table["what"] == "fitscan"].reset_index(drop=True)
    numbers = sorted(set(ours["trials"]))
    said = f"Mean of {' or '.join(map(str, numbers))} trials" if numbers != [1] else "One trial"
    where = "; ".join(
        dict.fromkeys(f"{row['cpu']}, {row['cores']} cores" for row in ours.to_dict("records"))
    )
    look = {
        "lines": [f"{said}: whole runs from the command to the contour", where],
        "colors": colors,
    }
    return {
        "timing": _timing(table, published, look),
        "workers": _workers(ours, look),
        "phases": _phases(ours, look),
    }


def _timing(table: pd.DataFrame, published: pd.DataFrame, look: dict[str, Any]) -> Drawn:
    """Return bars of all times; the published ones have columns of their own in the table."""
    bars, rows = [], []
    for row in table.to_dict("records"):
        name = f"fitscan, {counted(row['workers'], 'worker')}"
        if row["what"] == "pyhf":
            name = "pyhf, one core" + (", extrapolated" if row["kind"] == "extrapolated" else "")
        bars.append(Bar(str(row["label"]), name, row["wall_s"], row["wall_sd_s"]))
    own = table[["label", "what", "kind", "workers", "wall_s", "wall_sd_s"]]
    for row in published.to_dict("records"):
        for name, seconds, deviation in (
            ("single node", row["single_node_s"], float("nan")),
            ("distributed", row["distributed_s"], row["distributed_sd_s"]),
        ):
            bars.append(
                Bar(row["analysis"], f"pyhf, {name}: {row['reference']}", seconds, deviation, True)
            )
            rows.append(
                {
                    "label": row["analysis"],
                    "what": f"pyhf, {name}",
                    "published_s": seconds,
                    "published_sd_s": deviation,
                    "reference": row["reference"],
                }
            )
    theirs = pd.DataFrame(
        rows, columns=["label", "what", "published_s", "published_sd_s", "reference"]
    )
    bars.sort(key=lambda bar: not bar.name.startswith("pyhf, one core"))
    figure = draw_timing(bars, title="Time of all points of an analysis", **look)
    shown = own.to_dict("records") + theirs.to_dict("records")
    columns = [*own.columns, *theirs.columns[2:]]
    return figure, pd.DataFrame(shown, columns=columns).astype({"workers": "Int64"})


def _workers(ours: pd.DataFrame, look: dict[str, Any]) -> Drawn:
    """Return wall times against workers, and what the smallest number of them promises."""
    columns = ["label", "kind", "workers", "wall_s", "wall_sd_s", "fit_s"]
    shown = ours[columns].copy()
    first = ours.sort_values("workers").groupby("label").first()
    one = first["wall_s"] * first["workers"]
    shown["ideal_s"] = (ours["label"].map(one) / ours["workers"]).round(4)
    return draw_workers(shown, title="Wall time against workers", **look), shown


def _phases(ours: pd.DataFrame, look: dict[str, Any]) -> Drawn:
    """Return where the time goes, a bar for each number of workers of a scan."""
    columns = {f"{phase}_phase_s": name for phase, name in PHASES.items()}
    shown = ours[["label", "workers", *columns]].rename(columns=columns)
    runs = [
        f"{row['label']}, {counted(row['workers'], 'worker')}" for row in ours.to_dict("records")
    ]
    figure = draw_phases(
        {name: shown[name].tolist() for name in columns.values()},
        runs,
        title="Where the time goes, from the command to the contour",
        **look,
    )
    return figure, shown
