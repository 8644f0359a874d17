"""Draw what changes when the lowest minima are taken: both contours, or both curves of CLs."""

from pathlib import Path
from typing import Any

from fitscan.columns import CLS, LOWEST
from fitscan.files import replacing
from fitscan.plots import Colors, draw_minima_plane, draw_minima_scan, save
from fitscan.step import step
from fitscan.tables import grid_axes, grid_labels, read_table


def main(
    *,
    path_to_results: str,
    path_to_figure: str,
    look: dict[str, Any],
    figures: dict[str, Any],
    name: str,
) -> None:
    """Draw the figure of a scan and write the numbers that it shows.

    Args:
        path_to_results: The results of the scan, with the columns of the lowest minima.
        path_to_figure: What to write; its suffix is replaced by those of all formats.
        look: ``axes``, ``axis_titles`` and ``title`` of the analysis.
        figures: ``test_size`` and colours.
        name: Name of the analysis, its title if it has no other.
    """
    results = read_table(path_to_results)
    axes = grid_axes(results, look["axes"])
    x, *rest = (results[axis] for axis in axes)
    x_title, *other_titles = (look["axis_titles"].get(axis, axis) for axis in axes)
    ok = results["status"] == "ok"
    start = {column: results[column].where(ok) for column in CLS}
    lowest = {column: results[f"{column}_lowest"].where(ok) for column in CLS}
    options: dict[str, Any] = {
        "x_title": x_title,
        "title": look["title"] or name,
        "test_size": figures["test_size"],
        "colors": Colors(**{part: c for part, c in figures.items() if part != "test_size"}),
    }
    if rest:
        figure = draw_minima_plane(x, rest[0], start, lowest, y_title=other_titles[0], **options)
    else:
        figure = draw_minima_scan(x, start, lowest, **options)
    stem = Path(path_to_figure).with_suffix("")
    save(figure, stem)
    columns = ["name", *grid_labels(results), *CLS, *LOWEST]
    with replacing(stem.with_suffix(".csv")) as temporary:
        results[columns].to_csv(temporary, index=False, lineterminator="\n")


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            path_to_results=snakemake.input.results,
            path_to_figure=snakemake.output.png,
            look=dict(snakemake.params.look),
            figures=dict(snakemake.params.figures),
            name=snakemake.wildcards.analysis,
        )
