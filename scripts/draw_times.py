"""Draw how long each point of a scan took: a map of the plane, or along one parameter."""

from pathlib import Path
from typing import Any

from fitscan.figures.inputs import drawn_scan
from fitscan.files import write_csv
from fitscan.plots import note_instead, save
from fitscan.plots.times import draw_times_plane, draw_times_scan
from fitscan.script_log import step
from fitscan.tables.results import grid_labels, read_table


def main(
    *,
    path_to_results: str,
    path_to_timings: str,
    path_to_figure: str,
    look: dict[str, Any],
    figures: dict[str, Any],
    name: str,
) -> None:
    """Draw the figure of a scan and write the numbers that it shows.

    Args:
        path_to_results: The results of the scan.
        path_to_timings: How long each point took.
        path_to_figure: What to write; its suffix is replaced by those of all formats.
        look: ``axes``, ``axis_titles`` and ``title`` of the analysis.
        figures: How figures look.
        name: Name of the analysis, its title if it has no other.
    """
    results, timings = read_table(path_to_results), read_table(path_to_timings)
    scan = drawn_scan(results, look=look, figures=figures, name=name)
    titles = {key: value for key, value in scan.look.items() if key != "test_size"}
    milliseconds = 1e3 * timings["wall_s"]
    lines = [
        f"Median {milliseconds.median():.2g} ms, sum {timings['wall_s'].sum():.2g} s",
        "The first of each job loads the engine",
    ]
    if scan.is_plane:
        figure = draw_times_plane(scan.x, scan.y, timings["wall_s"], lines=lines, **titles)
    else:
        figure = draw_times_scan(scan.x, timings["wall_s"], lines=lines, **titles)
    stem = Path(path_to_figure).with_suffix("")
    save(figure, stem)
    table = results[["name", *grid_labels(results)]].assign(
        wall_s=timings["wall_s"], cpu_s=timings["cpu_s"]
    )
    write_csv(stem.with_suffix(".csv"), table)


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
            path_to_timings=snakemake.input.timings,
            path_to_figure=snakemake.output.png,
            look=dict(snakemake.params.look),
            figures=dict(snakemake.params.figures),
            name=snakemake.wildcards.analysis,
        )
