"""Draw the fits of one point: pulls, correlations and yields; and write them as tables."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from fitscan import strictjson
from fitscan.config.points import shown_point
from fitscan.detail import FitResults, no_fit_results, point_fit_results
from fitscan.errors import LikelihoodError
from fitscan.files import write_csv
from fitscan.likelihood import read_index, read_signals
from fitscan.plots import Colors, draw_correlations, draw_pulls, draw_yields, note_instead, save
from fitscan.script_log import step
from fitscan.tables.notes import reason
from fitscan.tables.results import read_table


def main(
    *,
    path_to_workspace: str,
    path_to_patchset: str,
    path_to_points: str,
    path_to_results: str,
    folder_of_tables: Path,
    folder_of_figures: Path,
    settings: dict[str, Any],
    figures: dict[str, Any],
    wanted: str | None,
    title: str,
) -> None:
    """Fit one point with the compiled engine, write the tables of its fits and draw them.

    Args:
        path_to_workspace: The background-only workspace.
        path_to_patchset: All patches, of which one is read.
        path_to_points: The list of points.
        path_to_results: The results of the scan, by which the point is chosen.
        folder_of_tables: Where parameters.csv, correlations.csv and yields.csv go.
        folder_of_figures: Where pulls, correlations and yields go, in all formats.
        settings: ``interpolation``, ``mu_test``, ``test_stat`` and ``poi_bounds``.
        figures: ``test_size``, style and colours.
        wanted: Name of the point; None chooses one.
        title: Title of the figures.
    """
    index = read_index(Path(path_to_points))
    name = shown_point(read_table(path_to_results), wanted, test_size=figures["test_size"])
    (point,) = [point for point in index.points if point.name == name]
    (signal,) = read_signals(Path(path_to_patchset), [point])
    workspace = strictjson.parse(Path(path_to_workspace).read_bytes(), where=path_to_workspace)
    try:
        found = point_fit_results(
            workspace,
            signal,
            name=name,
            settings={**settings, "measurement": index.measurement},
        )
    except LikelihoodError as error:  # one that is refused, or that pyhf fits as the fallback
        found = no_fit_results(f"The compiled engine cannot fit it: {error.what}")
    except Exception as error:
        found = no_fit_results(reason(error))
    _write_tables(found, folder_of_tables)
    drawn: dict[str, Callable[..., Figure]] = {
        "pulls": partial(draw_pulls, found.parameters),
        "correlations": partial(draw_correlations, found.correlations),
        "yields": partial(draw_yields, found.yields),
    }
    for figure, draw in drawn.items():
        stem = folder_of_figures / figure
        # One after the other, so that one figure at a time is in memory.
        with note_instead(f"{stem}.png", title=title, tables=False):
            lines = [f"Point {name}", *found.notes]
            save(draw(title=title, lines=lines, colors=Colors.chosen(figures)), stem)


def _write_tables(found: FitResults, folder: Path) -> None:
    for stem in ("parameters", "correlations", "yields"):
        write_csv(folder / f"{stem}.csv", getattr(found, stem))


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            path_to_workspace=snakemake.input.workspace,
            path_to_patchset=snakemake.input.patchset,
            path_to_points=snakemake.input.points,
            path_to_results=snakemake.input.results,
            folder_of_tables=Path(snakemake.output.parameters).parent,
            folder_of_figures=Path(snakemake.output.pulls).parent,
            settings=dict(snakemake.params.settings),
            figures=dict(snakemake.params.figures),
            wanted=snakemake.params.show_point,
            title=snakemake.params.title or snakemake.wildcards.analysis,
        )
