"""Draw what a scan excludes: contours in a plane, or CLs along one parameter."""

from pathlib import Path
from typing import Any

from fitscan.columns import CHOSEN, CLS
from fitscan.contour import plane_table, scan_table
from fitscan.drawn import drawn_scan
from fitscan.files import write_csv
from fitscan.plots import draw_exclusion_plane, draw_parameter_scan, save
from fitscan.step import step
from fitscan.tables import read_table
from fitscan.thrown import drawn_CLs, method_of


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
    results = drawn_CLs(read_table(path_to_results))
    scan = drawn_scan(results, look=look, figures=figures, name=name)
    CLs, method = scan.numbers(CLS), method_of(results)
    if CHOSEN in results.columns:
        method = f"Best expected of each point, no statistical combination; {method}"
    if scan.is_plane:
        figure = draw_exclusion_plane(scan.x, scan.y, CLs, method=method, **scan.look)
        table = plane_table(scan.x, scan.y, CLs, names=scan.axes, test_size=scan.test_size)
    else:
        figure = draw_parameter_scan(scan.x, CLs, method=method, **scan.look)
        table = scan_table(scan.x, CLs, name=scan.axes[0], test_size=scan.test_size)
    stem = Path(path_to_figure).with_suffix("")
    save(figure, stem)
    write_csv(stem.with_suffix(".csv"), table)


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            path_to_results=snakemake.input.results,
            path_to_figure=snakemake.output.png,
            look=dict(snakemake.params.look),
            figures=dict(snakemake.params.figures),
            name=snakemake.wildcards.analysis,
        )
