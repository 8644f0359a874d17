"""Draw what a scan excludes: contours in a plane, or CLs along one parameter."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from fitscan.columns import CHOSEN, CLS, THEORY
from fitscan.contour import line_uncertainties, plane_table, scan_table
from fitscan.figures.inputs import drawn_scan
from fitscan.files import write_csv
from fitscan.plots import draw_exclusion_plane, draw_parameter_scan, note_instead, save
from fitscan.script_log import step
from fitscan.tables.overlays import overlay_rows, read_overlays
from fitscan.tables.results import read_table
from fitscan.tables.toys import drawn_CLs, method_of


def main(
    *,
    path_to_results: str,
    path_to_figure: str,
    look: dict[str, Any],
    figures: dict[str, Any],
    name: str,
    overlays: Sequence[Mapping[str, Any]],
) -> None:
    """Draw the figure of a scan and write the numbers that it shows.

    Args:
        path_to_results: The results of the scan.
        path_to_figure: What to write; its suffix is replaced by those of all formats.
        look: ``axes``, ``axis_titles``, ``slice`` and ``title`` of the analysis.
        figures: ``test_size``, style, colours and interpolation.
        name: Name of the analysis, its title if it has no other.
        overlays: ``title`` and ``path`` of other results to draw.
    """
    results = drawn_CLs(read_table(path_to_results))
    scan = drawn_scan(results, look=look, figures=figures, name=name)
    method = method_of(results)
    if CHOSEN in results.columns:
        method = f"Best expected of each point, no statistical combination; {method}"
    CLs = scan.numbers([column for column in (*CLS, *THEORY) if column in results])
    numbers: dict[str, Any] = {"test_size": scan.test_size, "space": scan.space}
    others = read_overlays(overlays, axes=scan.axes, **numbers)
    shown: dict[str, Any] = {
        **scan.look,
        "method": method,
        "space": scan.space,
        "overlays": {other.title: other.lines for other in others},
    }
    if scan.is_plane:
        uncertain = line_uncertainties(scan.x, scan.y, CLs, **numbers)
        shown |= {"uncertainties": uncertain, "band": scan.band}
        figure = draw_exclusion_plane(scan.x, scan.y, CLs, **shown)
        numbers |= {"uncertainties": uncertain, "band": scan.band}
        table = plane_table(scan.x, scan.y, CLs, names=scan.axes, **numbers)
    else:
        figure = draw_parameter_scan(scan.x, CLs, **shown)
        table = scan_table(scan.x, CLs, name=scan.axes[0], **numbers)
    if others:
        rows = overlay_rows(others, axes=scan.axes, test_size=scan.test_size)
        table = pd.concat([table, rows], ignore_index=True)
    stem = Path(path_to_figure).with_suffix("")
    save(figure, stem)
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
            path_to_figure=snakemake.output.png,
            look=dict(snakemake.params.look),
            figures=dict(snakemake.params.figures),
            name=snakemake.wildcards.analysis,
            overlays=snakemake.params.overlays,
        )
