"""Draw how many toys each point of a scan got: a map of the plane, or along one parameter."""

from pathlib import Path
from typing import Any

from fitscan.figures.inputs import drawn_scan
from fitscan.files import write_csv
from fitscan.plots import draw_spent_plane, draw_spent_scan, note_instead, save
from fitscan.plots.style import grouped
from fitscan.script_log import step
from fitscan.tables.results import grid_labels, read_table
from fitscan.tables.toys import THROWN, drawn_CLs, summarise_toys, toys_of_points


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
        path_to_results: The results of a scan with toys.
        path_to_figure: What to write; its suffix is replaced by those of all formats.
        look: ``axes``, ``axis_titles``, ``slice`` and ``title`` of the analysis.
        figures: ``test_size``, style, colours and interpolation.
        name: Name of the analysis, its title if it has no other.
    """
    results = drawn_CLs(read_table(path_to_results))
    scan = drawn_scan(results, look=look, figures=figures, name=name)
    results = scan.results
    toys, CLs = toys_of_points(results), scan.numbers(["CLs_obs"])["CLs_obs"]
    summary = summarise_toys(results)
    lines = [f"Toys: {grouped(summary.thrown)}"]
    if summary.saved > 0.0:
        lines.append(f"Saved: {summary.saved:.0%} of {grouped(summary.uniform)}")
    if scan.is_plane:
        figure = draw_spent_plane(
            scan.x, scan.y, toys, CLs, lines=lines, space=scan.space, **scan.look
        )
    else:
        figure = draw_spent_scan(scan.x, toys, CLs, lines=lines, space=scan.space, **scan.look)
    stem = Path(path_to_figure).with_suffix("")
    save(figure, stem)
    write_csv(stem.with_suffix(".csv"), results[["name", *grid_labels(results), *THROWN]])


if "snakemake" in globals():
    with (
        step(snakemake.log[0]),
        note_instead(
            snakemake.output.png,
            title=snakemake.params.look["title"] or snakemake.wildcards.analysis,
        ),
    ):
        main(
            path_to_results=snakemake.input.results,
            path_to_figure=snakemake.output.png,
            look=dict(snakemake.params.look),
            figures=dict(snakemake.params.figures),
            name=snakemake.wildcards.analysis,
        )
