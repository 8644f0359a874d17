"""Draw what a scan excludes: contours in a plane, or CLs along one parameter."""

from pathlib import Path
from typing import Any

from fitscan.columns import CLS
from fitscan.contour import plane_table, scan_table
from fitscan.files import replacing
from fitscan.plots import Colors, draw_exclusion_plane, draw_parameter_scan, save
from fitscan.step import step
from fitscan.tables import grid_axes, read_table

METHOD = "CLs, asymptotic formulae"


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
    results = read_table(path_to_results)
    axes = grid_axes(results, look["axes"])
    x, *rest = (results[axis] for axis in axes)
    x_title, *other_titles = (look["axis_titles"].get(axis, axis) for axis in axes)
    # A point that is not ok may have some of its numbers; none of them counts.
    CLs = {column: results[column].where(results["status"] == "ok") for column in CLS}
    title = look["title"] or name
    test_size = figures["test_size"]
    colors = Colors(**{part: color for part, color in figures.items() if part != "test_size"})
    if rest:
        figure = draw_exclusion_plane(
            x,
            rest[0],
            CLs,
            x_title=x_title,
            y_title=other_titles[0],
            title=title,
            method=METHOD,
            test_size=test_size,
            colors=colors,
        )
        table = plane_table(x, rest[0], CLs, names=(axes[0], axes[1]), test_size=test_size)
    else:
        figure = draw_parameter_scan(
            x,
            CLs,
            x_title=x_title,
            title=title,
            method=METHOD,
            test_size=test_size,
            colors=colors,
        )
        table = scan_table(x, CLs, name=axes[0], test_size=test_size)
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
