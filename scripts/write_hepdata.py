"""Write a scan as a HEPData submission: a folder, and an archive to upload."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from fitscan.files import replacing_folder
from fitscan.hepdata import About, contour_tables, point_tables, write_archive, write_submission
from fitscan.hepdata.submission import CHECKED_BY
from fitscan.script_log import step
from fitscan.tables.checksums import write_checksums
from fitscan.tables.method import described_CLs
from fitscan.tables.notes import note_of
from fitscan.tables.results import grid_labels, read_table


def main(
    *,
    path_to_results: str,
    path_to_exclusion: str,
    path_to_figure: str,
    path_to_submission: str,
    path_to_archive: str,
    settings: Mapping[str, Any],
    scan: Mapping[str, Any],
    test_size: float,
    name: str,
) -> None:
    """Write the submission of a scan, and the checksums of its files.

    Args:
        path_to_results: The results of the scan.
        path_to_exclusion: The lines of its exclusion figure.
        path_to_figure: That figure, as PNG.
        path_to_submission: submission.yaml; the folder that it is in is replaced.
        path_to_archive: The archive of the folder.
        settings: What it says beside the numbers, see ``Wanted.submission_settings``.
        scan: See ``fitscan.hepdata.points.point_tables``.
        test_size: A point is excluded when its CLs is below this number.
        name: Name of the analysis.
    """
    about = About(name, settings)
    results = read_table(path_to_results)
    points = point_tables(results, about, scan=scan, test_size=test_size)
    lines = []
    if not note_of(Path(path_to_exclusion).read_bytes()):
        exclusion = pd.read_csv(path_to_exclusion)
        axes = [label for label in exclusion if label in grid_labels(results)]
        lines = contour_tables(
            exclusion,
            about,
            axes=axes,
            test_size=test_size,
            method=described_CLs(results, scan),
            grid={axis: results[axis].unique().tolist() for axis in axes},
        )
    images = {table.name: Path(path_to_figure) for table in lines}
    submission = Path(path_to_submission).parent
    with replacing_folder(submission) as folder:
        write_submission(folder, [*points, *lines], about, images=images)
        write_archive(Path(path_to_archive), folder)
    write_checksums(submission.parent, [path_to_archive, *submission.iterdir()])
    print(f"{len(points) + len(lines)} tables, valid by {CHECKED_BY}")


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            path_to_results=snakemake.input.results,
            path_to_exclusion=snakemake.input.exclusion,
            path_to_figure=snakemake.input.figure,
            path_to_submission=snakemake.output.submission,
            path_to_archive=snakemake.output.archive,
            settings=dict(snakemake.params.settings),
            scan=dict(snakemake.params.scan),
            test_size=snakemake.params.test_size,
            name=snakemake.wildcards.analysis,
        )
