"""Draw what a scan excludes: contours in a plane, or CLs along one parameter."""

from pathlib import Path
from typing import Any

import pandas as pd

from fitscan.columns import CLS
from fitscan.contour import plane_table, scan_table
from fitscan.files import replacing
from fitscan.plots import Colors, draw_exclusion_plane, draw_parameter_scan, save
from fitscan.step import step
from fitscan.tables import grid_axes


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
        path_to_results: The results of the scan.
        path_to_figure: What to write; its suffix is replaced by those of all formats.
        look: ``axes``, ``axis_titles`` and ``title`` of the analysis.
        figures: ``test_size`` and colours.
        name: Name of the analysis, its title if it has no other.
    """
    results = pd.read_csv(path_to_results)
    axes = grid_axes(results, look["axes"])
    titles = [look["axis_titles"].get(axis, axis) for axis in axes]
    colors = dict(figures)
    test_size = colors.pop("test_size")
    common = {
        "title": look["title"] or name,
        "method": "CLs, asymptotic formulae",
        "test_size": test_size,
        "colors": Colors(**colors),
    }
    CLs = {column: results[column] for column in CLS}
    columns = [results[axis] for axis in axes]
    if len(axes) == 2:
        figure = draw_exclusion_plane(*columns, CLs, x_title=titles[0], y_title=titles[1], **common)
        table = plane_table(*columns, CLs, names=(axes[0], axes[1]), test_size=test_size)
    else:
        figure = draw_parameter_scan(*columns, CLs, x_title=titles[0], **common)
        table = scan_table(*columns, CLs, name=axes[0], test_size=test_size)
    stem = Path(path_to_figure).with_suffix("")
    save(figure, stem)
    with replacing(stem.with_suffix(".csv")) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n")


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            path_to_results=snakemake.input.results,
            path_to_figure=snakemake.output.png,
            look=dict(snakemake.params.look),
            figures=dict(snakemake.params.figures),
            name=snakemake.wildcards.analysis,
        )
