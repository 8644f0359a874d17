"""Collect the shards of a scan into its tables."""

import logging
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from fitscan.files import replacing, write_csv
from fitscan.plan.rows import scan_rows
from fitscan.plan.scan import read_scan
from fitscan.script_log import step
from fitscan.tables.checksums import write_checksums
from fitscan.tables.outdated import mark_reports
from fitscan.tables.results import results_table, status_table, timings_table

log = logging.getLogger(__name__)


def main(
    *,
    paths_to_shards: Iterable[str],
    path_to_scan: str,
    path_to_csv: str,
    path_to_parquet: str,
    path_to_timings: str,
    path_to_status: str,
    test_size: float,
) -> None:
    """Write the tables of a scan, and their checksums; reports say whether they show them.

    Args:
        paths_to_shards: The finished shards.
        path_to_scan: The plan of the scan, which says what is wanted.
        path_to_csv: The results.
        path_to_parquet: The same as Parquet.
        path_to_timings: Time of each point.
        path_to_status: How many points ended how.
        test_size: A point is excluded when its CLs is below this number.
    """
    scan = read_scan(Path(path_to_scan))
    rows = scan_rows(scan, map(Path, paths_to_shards))
    points = [asdict(point) for point in scan.points]
    results = results_table(points, rows, labels=scan.labels, columns=scan.columns)
    with replacing(path_to_parquet) as temporary:
        results.to_parquet(temporary, index=False)
    write_csv(path_to_timings, timings_table(points, rows))
    write_csv(path_to_status, status_table(results, test_size=test_size))
    write_csv(path_to_csv, results)
    tables = (path_to_csv, path_to_parquet, path_to_timings, path_to_status)
    write_checksums(Path(path_to_csv).parent, tables)
    for report in mark_reports(Path(path_to_csv)):
        log.info("%s says whether these are its results", report)


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            paths_to_shards=snakemake.input.shards,
            path_to_scan=snakemake.input.scan,
            path_to_csv=snakemake.output.csv,
            path_to_parquet=snakemake.output.parquet,
            path_to_timings=snakemake.output.timings,
            path_to_status=snakemake.output.status,
            test_size=snakemake.params.test_size,
        )
