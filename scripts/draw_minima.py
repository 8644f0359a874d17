"""Draw what changes when the lowest minima are taken: both contours, or both curves of CLs."""

from pathlib import Path
from typing import Any

from fitscan.columns import CLS, LIMITS, LIMITS_LOWEST, LOWEST
from fitscan.contour import plane_method, scan_method
from fitscan.figures.inputs import drawn_scan
from fitscan.files import write_csv
from fitscan.plots import draw_minima_plane, draw_minima_scan, note_instead, save
from fitscan.script_log import step
from fitscan.tables.minima import exclusion_changes
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
        path_to_results: The results of the scan, with the columns of the lowest minima.
        path_to_figure: What to write; its suffix is replaced by those of all formats.
        look: ``axes``, ``axis_titles``, ``slice`` and ``title`` of the analysis.
        figures: ``test_size``, style, colours and interpolation.
        name: Name of the analysis, its title if it has no other.
    """
    scan = drawn_scan(read_table(path_to_results), look=look, figures=figures, name=name)
    default, lowest = scan.numbers(CLS), scan.numbers(CLS, "_lowest")
    changed = exclusion_changes(scan.results, test_size=scan.test_size)
    if scan.is_plane:
        figure = draw_minima_plane(
            scan.x, scan.y, default, lowest, changed, space=scan.space, **scan.look
        )
    else:
        figure = draw_minima_scan(scan.x, default, lowest, changed, space=scan.space, **scan.look)
    stem = Path(path_to_figure).with_suffix("")
    save(figure, stem)
    columns = ["name", *grid_labels(scan.results), *CLS, *LOWEST]
    columns += [column for column in (*LIMITS, *LIMITS_LOWEST) if column in scan.results]
    method = plane_method(scan.space) if scan.is_plane else scan_method(scan.space)
    write_csv(stem.with_suffix(".csv"), scan.results[columns].assign(method=method))


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
