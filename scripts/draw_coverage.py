"""Draw how often intervals cover the signal strength of the experiments of each point."""

from pathlib import Path
from typing import Any

from fitscan.columns import COVERAGE
from fitscan.figures.inputs import drawn_scan
from fitscan.files import write_csv
from fitscan.plots import draw_coverage, note_instead, save
from fitscan.script_log import step
from fitscan.tables.coverage import summarise_coverage
from fitscan.tables.results import grid_labels, read_table


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
        path_to_results: The results of the scan, with the columns of coverage.
        path_to_figure: What to write; its suffix is replaced by those of all formats.
        look: ``axes``, ``axis_titles``, ``slice`` and ``title`` of the analysis.
        figures: ``test_size``, style, colours and interpolation.
        name: Name of the analysis, its title if it has no other.
    """
    scan = drawn_scan(read_table(path_to_results), look=look, figures=figures, name=name)
    made = summarise_coverage(scan.results)
    points = made.points
    said = rf"{made.experiments} experiments a point at $\mu$ = {made.mu_test:g}"
    if made.toys:
        said += f", {made.toys} toys of each hypothesis with each"
    figure = draw_coverage(
        {column: points[column].to_numpy() for column in COVERAGE},
        level=made.level,
        names=points["name"].tolist(),
        x=None if scan.is_plane else points[scan.axes[0]].to_numpy(),
        x_title="" if scan.is_plane else scan.look["x_title"],
        title=scan.look["title"],
        lines=[said if len(points) else "No point has experiments"],
        colors=scan.look["colors"],
    )
    stem = Path(path_to_figure).with_suffix("")
    save(figure, stem)
    write_csv(stem.with_suffix(".csv"), points[["name", *grid_labels(scan.results), *COVERAGE]])


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
