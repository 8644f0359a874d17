"""Draw maps of a scan: CLs, and how the fits of each point ended; along one axis as profiles."""

from pathlib import Path
from typing import Any

import numpy as np

from fitscan.columns import CLS
from fitscan.contour import plane_method, scan_method
from fitscan.figures.inputs import drawn_scan
from fitscan.files import write_csv
from fitscan.plots import draw_CLs_map, draw_status_map, note_instead, save
from fitscan.script_log import step
from fitscan.tables.audit import read_flagged
from fitscan.tables.minima import has_lowest
from fitscan.tables.results import grid_labels, read_table
from fitscan.tables.toys import drawn_CLs, method_of


def main(
    *,
    path_to_results: str,
    path_to_flagged: str,
    path_to_CLs_map: str,
    path_to_status_map: str,
    look: dict[str, Any],
    figures: dict[str, Any],
    name: str,
) -> None:
    """Draw the maps of a scan and write the numbers that they show.

    Args:
        path_to_results: The results of the scan.
        path_to_flagged: The points of which the audit says that their numbers are in doubt.
        path_to_CLs_map: What to write; its suffix is replaced by those of all formats.
        path_to_status_map: The same.
        look: ``axes``, ``axis_titles``, ``slice`` and ``title`` of the analysis.
        figures: ``test_size``, style, colours and interpolation.
        name: Name of the analysis, its title if it has no other.
    """
    results = drawn_CLs(read_table(path_to_results))
    scan = drawn_scan(results, look=look, figures=figures, name=name)
    y = scan.y if scan.is_plane else None
    method = plane_method(scan.space) if scan.is_plane else scan_method(scan.space)
    shared: dict[str, Any] = {"space": scan.space, **scan.look}
    found = ["mu_hat", *(["nll_gap", "minima"] if has_lowest(results) else [])]
    CLs = scan.numbers(CLS)
    flagged = read_flagged(path_to_flagged)
    doubts = np.array([flagged.get(name, "") for name in scan.results["name"]])
    CLs_map = draw_CLs_map(scan.x, y, CLs, method=method_of(scan.results), **shared)
    status_map = draw_status_map(
        scan.x,
        y,
        scan.results["status"].tolist(),
        {"CLs_obs": CLs["CLs_obs"], **scan.numbers(found)},
        flagged=doubts != "",
        **shared,
    )
    drawn = {
        path_to_CLs_map: (CLs_map, ["CLs_obs", "CLs_exp_0"]),
        path_to_status_map: (status_map, ["status", "audit", *found]),
    }
    for path, (figure, columns) in drawn.items():
        stem = Path(path).with_suffix("")
        save(figure, stem)
        table = scan.results.assign(audit=doubts)
        table = table[["name", *grid_labels(scan.results), *columns]]
        write_csv(stem.with_suffix(".csv"), table.assign(method=method))


if "snakemake" in globals():
    with (
        step(snakemake.log[0]),
        note_instead(
            snakemake.output.CLs_map,
            snakemake.output.status_map,
            title=snakemake.params.look["title"] or snakemake.wildcards.analysis,
        ),
    ):
        main(
            path_to_results=snakemake.input.results,
            path_to_flagged=snakemake.input.flagged,
            path_to_CLs_map=snakemake.output.CLs_map,
            path_to_status_map=snakemake.output.status_map,
            look=dict(snakemake.params.look),
            figures=dict(snakemake.params.figures),
            name=snakemake.wildcards.analysis,
        )
