"""Write the page that a person opens first."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fitscan.files import write_text
from fitscan.provenance import machine, versions
from fitscan.report import Made, ReportedScan, overall, render_page, summarise
from fitscan.report.audit import read_audit
from fitscan.step import step
from fitscan.tables import read_table


def main(
    *,
    scans: Sequence[tuple[str, str]],
    analyses: Mapping[str, Mapping[str, Any]],
    paths_to_results: Sequence[str],
    paths_to_timings: Sequence[str],
    paths_to_figures: Sequence[str],
    paths_to_minima: Sequence[str],
    paths_to_audits: Sequence[str],
    paths_to_fits: Sequence[str],
    paths_to_toys: Sequence[str],
    paths_to_coverage: Sequence[str],
    path_to_report: str,
    test_size: float,
    command: str,
) -> None:
    """Write the report of all scans.

    Args:
        scans: Analysis and scan of each scan.
        analyses: The part of the checked configuration about the analyses.
        paths_to_results: results.csv of each scan.
        paths_to_timings: timings.csv of each scan.
        paths_to_figures: The exclusion figure of each scan, as SVG.
        paths_to_minima: The figure of the minima of each scan where they were searched, as SVG.
        paths_to_audits: audit.csv of each scan.
        paths_to_fits: Figures of the fits of one point of each scan, as SVG; none or all.
        paths_to_toys: Figures of the toys of each scan that throws any, as SVG.
        paths_to_coverage: The figure of coverage of each scan that makes experiments, as SVG.
        path_to_report: The page.
        test_size: A point is excluded when its CLs is below this number.
        command: The command that the user gave.
    """
    reported = [
        ReportedScan(
            analysis=analysis,
            scan=scan,
            settings=analyses[analysis],
            results=read_table(results),
            timings=read_table(timings),
            audit=read_audit(audit),
            figure=Path(figure).read_bytes(),
            minima_figure=_figures(paths_to_minima, results).get("minima"),
            fit_figures=_figures(paths_to_fits, results),
            toys_figures=_figures(paths_to_toys, results),
            coverage_figure=_figures(paths_to_coverage, results).get("coverage"),
        )
        for (analysis, scan), results, timings, figure, audit in zip(
            scans,
            paths_to_results,
            paths_to_timings,
            paths_to_figures,
            paths_to_audits,
            strict=True,
        )
    ]
    made = Made(at=datetime.now(UTC), command=command, machine=machine(), versions=versions())
    print(overall([summarise(scan, test_size=test_size) for scan in reported])[0])
    write_text(path_to_report, render_page(reported, test_size=test_size, made=made))


def _figures(paths: Sequence[str], path_to_results: str) -> dict[str, bytes]:
    """Return the figures of the scan with these results, by name."""
    folder = Path(path_to_results).parent
    return {Path(p).stem: Path(p).read_bytes() for p in paths if Path(p).parents[1] == folder}


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            scans=snakemake.params.scans,
            analyses=snakemake.params.analyses,
            paths_to_results=snakemake.input.results,
            paths_to_timings=snakemake.input.timings,
            paths_to_figures=snakemake.input.figures,
            paths_to_minima=snakemake.input.minima,
            paths_to_audits=snakemake.input.audits,
            paths_to_fits=snakemake.input.fits,
            paths_to_toys=snakemake.input.toys,
            paths_to_coverage=snakemake.input.coverage,
            path_to_report=snakemake.output[0],
            test_size=snakemake.params.test_size,
            # Not through params: the same results asked for in other words need no new report.
            command=os.environ.get("FITSCAN_COMMAND", "snakemake"),
        )
