"""Draw the upper limits of a scan: maps over a plane, or the Brazil plot along one axis."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fitscan.columns import MU_UP
from fitscan.contour import limit_plane_table, limit_scan_table, limit_uncertainties
from fitscan.figures.inputs import drawn_scan
from fitscan.files import write_csv
from fitscan.plots import confidence, draw_limits_plane, draw_limits_scan, note_instead, save
from fitscan.script_log import step
from fitscan.tables.cross_section import read_cross_section
from fitscan.tables.minima import SHOWN_LIMITS, has_other_limits
from fitscan.tables.results import read_table


def main(
    *,
    path_to_results: str,
    path_to_figure: str,
    look: dict[str, Any],
    figures: dict[str, Any],
    name: str,
    test_size: float,
    cross_section: Mapping[str, str] | None,
) -> None:
    """Draw the figure of a scan and write the numbers that it shows.

    Args:
        path_to_results: The results of the scan, with upper limits.
        path_to_figure: What to write; its suffix is replaced by those of all formats.
        look: ``axes``, ``axis_titles``, ``slice`` and ``title`` of the analysis.
        figures: ``test_size``, style, colours and interpolation.
        name: Name of the analysis, its title if it has no other.
        test_size: CLs at the limits.
        cross_section: ``title``, ``path`` and ``unit`` of the signal's cross-section along one
            axis; None draws limits on the signal strength.
    """
    results = read_table(path_to_results)
    scan = drawn_scan(results, look=look, figures=figures, name=name)
    lowest = SHOWN_LIMITS if has_other_limits(scan.results) else ()
    limits = scan.numbers([*MU_UP, *(f"{column}_lowest" for column in lowest)])
    texts = {key: text for key, text in scan.look.items() if key != "test_size"}
    texts["lines"] = [f"Upper limits at {confidence(test_size)}"]
    if scan.is_plane:
        uncertain = limit_uncertainties(scan.x, scan.y, limits)
        figure = draw_limits_plane(scan.x, scan.y, limits, uncertainties=uncertain, **texts)
        table = limit_plane_table(scan.x, scan.y, limits, names=scan.axes, uncertainties=uncertain)
    else:
        options: dict[str, Any] = {}
        if cross_section is not None:
            options["cross_section"] = read_cross_section(cross_section["path"], scan.axes[0])
            options["unit"] = cross_section["unit"]
            texts["theory"] = cross_section["title"]
        figure = draw_limits_scan(scan.x, limits, **options, **texts)
        table = limit_scan_table(scan.x, limits, name=scan.axes[0], **options)
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
            test_size=snakemake.params.test_size,
            cross_section=snakemake.params.cross_section,
        )
