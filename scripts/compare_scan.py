"""Compare a scan with a reference, point by point."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fitscan.errors import NotDrawable
from fitscan.figures.inputs import drawn_scan
from fitscan.files import write_csv
from fitscan.likelihood import read_index
from fitscan.script_log import step
from fitscan.tables.checksums import write_checksums
from fitscan.tables.comparison import compare, left_out, read_reference, summarise_comparison
from fitscan.tables.results import grid_labels, read_table


def main(
    *,
    path_to_results: str,
    path_to_points: str,
    path_to_reference: str,
    path_to_comparison: str,
    path_to_summary: str,
    look: dict[str, Any],
    figures: Mapping[str, Any],
) -> None:
    """Write the comparison, and what it comes to.

    Args:
        path_to_results: The results of the scan.
        path_to_points: The points of the likelihood, points.json.
        path_to_reference: The reference.
        path_to_comparison: What to write about every point.
        path_to_summary: What to write about all of them together.
        look: ``axes``, ``axis_titles``, ``slice`` and ``title`` of the analysis.
        figures: ``test_size`` and ``interpolation``.
    """
    results, test_size = read_table(path_to_results), figures["test_size"]
    labels = grid_labels(results)
    index = read_index(Path(path_to_points))
    reference = read_reference(path_to_reference, index)
    skipped = left_out(reference, results, index)
    table = compare(results, reference[~skipped], labels=labels, test_size=test_size)
    options: dict[str, Any] = {"axes": []}
    try:
        scan = drawn_scan(results, look=look, figures=figures, name="")
        options = {"axes": scan.axes, "drawn": scan.results["name"].tolist(), "space": scan.space}
    except NotDrawable as error:  # without axes there are no lines, and no distances between them
        print(f"no lines to compare: {error.what}")
    number = int(skipped.sum())
    summary = summarise_comparison(table, test_size=test_size, left_out=number, **options)
    write_csv(path_to_comparison, table)
    write_csv(path_to_summary, summary)
    write_checksums(Path(path_to_summary).parent, [path_to_comparison, path_to_summary])


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            path_to_results=snakemake.input.results,
            path_to_points=snakemake.input.points,
            path_to_reference=snakemake.input.reference[0],
            path_to_comparison=snakemake.output.comparison,
            path_to_summary=snakemake.output.summary,
            look=dict(snakemake.params.look),
            figures=dict(snakemake.params.figures),
        )
