"""Grids that are not as one would like them, as results.csv, and every figure of them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fitscan.columns import BANDS, CLS, COVERAGE
from fitscan.figures.inputs import DrawnScan, drawn_scan
from fitscan.plots import (
    draw_CLs_map,
    draw_coverage,
    draw_exclusion_plane,
    draw_minima_plane,
    draw_minima_scan,
    draw_number_of_toys_plane,
    draw_number_of_toys_scan,
    draw_parameter_scan,
    draw_status_map,
)
from fitscan.tables.minima import exclusion_changes
from fitscan.tables.results import grid_labels
from fitscan.tables.toys import too_few_toys, toys_of_points

__all__ = ["CASES", "DRAWERS", "odd_results", "odd_scan"]

LOOK = {"axis_titles": {"m1": "$m_1$ [GeV]"}, "title": "A search", "slice": {}}
FIGURES = {"test_size": 0.05}


def odd_results(places: np.ndarray, shift: float = 0.0) -> pd.DataFrame:
    """Return results of a scan of everything; CLs grows with m1 and, less, with m2."""
    from scipy.stats import norm  # noqa: PLC0415

    labels = [f"m{number + 1}" for number in range(places.shape[1])]
    table = pd.DataFrame(places, columns=labels, dtype=float)
    table.insert(0, "name", [f"point_{number}" for number in range(len(table))])
    Z = 3.5 - places[:, 0] / 200.0 - places[:, -1] / 400.0 - shift
    table["mu_test"] = 1.0
    table["CLs_obs"] = norm.sf(Z + 0.3)
    for band, by in zip(BANDS, (2.0, 1.0, 0.0, -1.0, -2.0), strict=True):
        table[f"CLs_exp_{band}"] = norm.sf(Z + by)
    table["mu_hat"] = np.linspace(0.0, 2.0, len(table))
    for column in CLS:
        table[f"{column}_lowest"] = 0.9 * table[column]
    table["delta_nll"], table["n_minima"] = 0.1 * (np.arange(len(table)) % 3), 2.0
    table["n_toys_signal"] = table["n_toys_background"] = 1000.0 * (1 + np.arange(len(table)) % 4)
    table["enough_toys"] = np.where(np.arange(len(table)) % 3, "true", "false")
    for column in COVERAGE:
        table[column] = 0.01 if column.endswith("_err") else 0.95
    return table.assign(level=0.95, n_toys=100.0, n_experiments=50.0, status="ok")


def _square(count: int, dimensions: int) -> np.ndarray:
    side = np.linspace(100.0, 800.0, count)
    if dimensions == 1:
        return side[:, None]
    return np.column_stack([a.ravel() for a in np.meshgrid(side, side / 2.0)])


def _failed(table: pd.DataFrame, chosen: slice, status: str = "failed") -> pd.DataFrame:
    numbers = table.columns[table.columns.get_loc("mu_test") : -1]
    table.loc[table.index[chosen], numbers] = np.nan
    table.loc[table.index[chosen], "status"] = status
    return table


def _extreme(dimensions: int) -> pd.DataFrame:
    table = odd_results(_square(5, dimensions))
    table.loc[::3, list(CLS)] = 0.0
    table.loc[1::3, list(CLS)] = 1.0
    return table


def _mixed(dimensions: int) -> pd.DataFrame:
    table = _failed(odd_results(_square(5, dimensions)), slice(1, None, 4))
    return _failed(table, slice(2, 3), "not_converged")


CASES: dict[str, Callable[[int], pd.DataFrame]] = {
    "plain": lambda n: odd_results(_square(6, n)),
    "missing points": lambda n: odd_results(np.delete(_square(6, n), [1, 2, 4], axis=0)),
    "all excluded": lambda n: odd_results(_square(5, n), -4.0),
    "none excluded": lambda n: odd_results(_square(5, n), 4.0),
    "failed points": _mixed,
    "all failed": lambda n: _failed(odd_results(_square(4, n)), slice(None)),
    "CLs 0 and 1": _extreme,
    "one point": lambda n: odd_results(_square(5, n)[:1]),
    "two points": lambda n: odd_results(_square(5, n)[:2]),
    "on one line": lambda n: odd_results(_square(6, n)[:6]),
    "wide": lambda n: odd_results(_square(6, n) * [1e6, 1e-3][:n]),
}
"""From a name to the results of a grid of so many dimensions."""


def odd_scan(table: pd.DataFrame, style: str, space: str = "significance") -> DrawnScan:
    """Return what figures are told of the results: all labels are axes, if they vary or not."""
    figures = FIGURES | {"style": style, "interpolation": {"in": space}}
    look = LOOK | {"axes": grid_labels(table)}
    return drawn_scan(table, look=look, figures=figures, name="odd")


def _exclusion(scan: DrawnScan) -> Figure:
    CLs, look = scan.numbers(CLS), _look(scan)
    if scan.is_plane:
        return draw_exclusion_plane(scan.x, scan.y, CLs, **look)
    return draw_parameter_scan(scan.x, CLs, **look)


def _look(scan: DrawnScan) -> dict[str, Any]:
    return {"space": scan.space, "few": too_few_toys(scan.results), **scan.look}


def _minima(scan: DrawnScan) -> Figure:
    answers = scan.numbers(CLS), scan.numbers(CLS, "_lowest")
    changed = exclusion_changes(scan.results, test_size=scan.test_size)
    if scan.is_plane:
        return draw_minima_plane(scan.x, scan.y, *answers, changed, space=scan.space, **scan.look)
    return draw_minima_scan(scan.x, *answers, changed, space=scan.space, **scan.look)


def _spent(scan: DrawnScan) -> Figure:
    numbers = toys_of_points(scan.results), scan.numbers(["CLs_obs"])["CLs_obs"]
    if scan.is_plane:
        return draw_number_of_toys_plane(scan.x, scan.y, *numbers, **_look(scan))
    return draw_number_of_toys_scan(scan.x, *numbers, **_look(scan))


def _y(scan: DrawnScan) -> "pd.Series[float] | None":
    return scan.y if scan.is_plane else None


def _status(scan: DrawnScan) -> Figure:
    numbers = scan.numbers(["CLs_obs", "mu_hat", "delta_nll", "n_minima"])
    status = scan.results["status"].tolist()
    return draw_status_map(scan.x, _y(scan), status, numbers, space=scan.space, **scan.look)


def _coverage(scan: DrawnScan) -> Figure:
    points = scan.results[scan.results["coverage_CLs_asymptotic"].notna()]
    return draw_coverage(
        {column: points[column].to_numpy() for column in COVERAGE},
        level=0.95,
        names=points["name"].tolist(),
        x=None if scan.is_plane else points["m1"].to_numpy(),
        x_title="$m_1$",
        title=scan.look["title"],
        colors=scan.look["colors"],
    )


DRAWERS: dict[str, Callable[[DrawnScan], Figure]] = {
    "exclusion": _exclusion,
    "CLs_map": lambda scan: draw_CLs_map(scan.x, _y(scan), scan.numbers(CLS), **_look(scan)),
    "status_map": _status,
    "minima": _minima,
    "number_of_toys": _spent,
    "coverage": _coverage,
}
"""From the name of a figure to what draws it."""
