"""Compare a scan with a reference, point by point, and draw both."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from fitscan.columns import CLS
from fitscan.figures.inputs import DrawnScan, drawn_scan
from fitscan.files import write_csv
from fitscan.plots import draw_comparison, note_instead, save
from fitscan.script_log import step
from fitscan.tables.comparison import common_points, compare, read_reference, summarise_comparison
from fitscan.tables.results import grid_labels, read_table


def main(
    *,
    path_to_results: str,
    path_to_comparison: str,
    path_to_summary: str,
    path_to_figure: str,
    look: dict[str, Any],
    figures: dict[str, Any],
    name: str,
    reference: Mapping[str, str],
) -> None:
    """Write the comparison and draw it.

    Args:
        path_to_results: The results of the scan.
        path_to_comparison: What to write about every point.
        path_to_summary: What to write about all of them together.
        path_to_figure: What to draw; its suffix is replaced by those of all formats.
        look: ``axes``, ``axis_titles`` and ``title`` of the analysis.
        figures: ``test_size`` and colours.
        name: Name of the analysis, its title if it has no other.
        reference: ``title`` and ``path`` of the reference.
    """
    results, theirs = read_table(path_to_results), read_reference(reference["path"])
    test_size = figures["test_size"]
    table = compare(results, theirs, labels=grid_labels(results), test_size=test_size)
    write_csv(path_to_comparison, table)
    summary = partial(summarise_comparison, table, test_size=test_size)
    # Without axes there are no lines, and so no distances between lines.
    write_csv(path_to_summary, summary(axes=[]))
    with note_instead(path_to_figure, title=look["title"] or name):
        scan = drawn_scan(results, look=look, figures=figures, name=name)
        _draw(table, scan, path_to_figure, reference=reference["title"])
        write_csv(path_to_summary, summary(axes=scan.axes, space=scan.space))


def _draw(table: pd.DataFrame, scan: DrawnScan, path_to_figure: str, *, reference: str) -> None:
    """Draw the comparison and write the numbers that the figure shows."""
    points = common_points(table, scan.axes)
    figure = draw_comparison(
        points[scan.axes[0]],
        points[scan.axes[1]] if scan.is_plane else None,
        {column: points[f"{column}_ours"] for column in CLS if f"{column}_ours" in points},
        {column: points[f"{column}_theirs"] for column in CLS if f"{column}_ours" in points},
        names=points["name"].tolist(),
        differs=points["differs"],
        reference=reference,
        lines=[f"The {len(points)} points of which both have an observed CLs"],
        space=scan.space,
        **scan.look,
    )
    stem = Path(path_to_figure).with_suffix("")
    save(figure, stem)
    write_csv(stem.with_suffix(".csv"), points)


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            path_to_results=snakemake.input.results,
            path_to_comparison=snakemake.output.comparison,
            path_to_summary=snakemake.output.summary,
            path_to_figure=snakemake.output.png,
            look=dict(snakemake.params.look),
            figures=dict(snakemake.params.figures),
            name=snakemake.wildcards.analysis,
            reference=dict(snakemake.params.reference),
        )
