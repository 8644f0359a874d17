"""Write the page that a person opens first."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fitscan.contour import SPACES
from fitscan.files import write_text
from fitscan.likelihood.region_tables import read_regions
from fitscan.machine import machine, versions
from fitscan.report import Made, ReportedScan, overall, render_page, summarise
from fitscan.script_log import step
from fitscan.tables.audit import read_audit
from fitscan.tables.results import read_table


def main(
    *,
    scans: Sequence[tuple[str, str]],
    methods: Sequence[Mapping[str, str]],
    analyses: Mapping[str, Mapping[str, Any]],
    combinations: Mapping[str, Mapping[str, Any]],
    paths: Sequence[str],
    folders: Mapping[str, Path],
    path_to_report: str,
    test_size: float,
    space: str,
    pictures: Sequence[str],
    command: str,
) -> None:
    """Write the report of all scans.

    Args:
        scans: Analysis and scan of each scan.
        methods: How the numbers of each were found, see ``Wanted.method_of``.
        analyses: The part of the checked configuration about the analyses.
        combinations: The same of all combinations.
        paths: All that the report may show. What is in a folder ``{analysis}/{scan}`` beside the
            report is of this scan, and it has results.csv, timings.csv and audit.csv; all else is
            of the whole run.
        folders: The folder of the likelihood of each analysis.
        path_to_report: The page.
        test_size: A point is excluded when its CLs is below this number.
        space: In which CLs is linear between the points, a key of ``fitscan.contour.SPACES``.
        pictures: The formats in which every figure is drawn.
        command: The command that the user gave.
    """
    folder = Path(path_to_report).parent
    reported = [
        ReportedScan(
            analysis=analysis,
            scan=scan,
            settings=analyses[analysis],
            results=read_table(folder / analysis / scan / "results.csv"),
            timings=read_table(folder / analysis / scan / "timings.csv"),
            audit=read_audit(folder / analysis / scan / "audit.csv"),
            method=method,
            files=_files(paths, folder / analysis / scan),
            regions=read_regions(folders[analysis]),
        )
        for (analysis, scan), method in zip(scans, methods, strict=True)
    ]
    of_scans = {f"{scan.analysis}/{scan.scan}/{path}" for scan in reported for path in scan.files}
    files = {path: text for path, text in _files(paths, folder).items() if path not in of_scans}
    made = Made(at=datetime.now(UTC), command=command, machine=machine(), versions=versions())
    print(overall([summarise(scan, test_size=test_size) for scan in reported])[0])
    write_text(
        path_to_report,
        render_page(
            reported,
            test_size=test_size,
            space=SPACES[space],
            made=made,
            files=files,
            combinations=combinations,
            pictures=pictures,
        ),
    )


def _files(paths: Sequence[str], folder: Path) -> dict[str, bytes]:
    """Read the files in a folder, by their path in it."""
    return {
        Path(path).relative_to(folder).as_posix(): Path(path).read_bytes()
        for path in paths
        if Path(path).is_relative_to(folder)
    }


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            scans=snakemake.params.scans,
            methods=snakemake.params.methods,
            analyses=snakemake.params.analyses,
            combinations=snakemake.params.combinations,
            paths=list(snakemake.input),
            folders={Path(path).parent.name: Path(path).parent for path in snakemake.input.regions},
            path_to_report=snakemake.output[0],
            test_size=snakemake.params.test_size,
            space=snakemake.params.space,
            pictures=snakemake.params.pictures,
            # Not through params: the same results asked for in other words need no new report.
            command=os.environ.get("FITSCAN_COMMAND", "snakemake"),
        )
