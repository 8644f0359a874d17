"""Collect all toys of a scan that kept their values."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fitscan.files import replacing
from fitscan.kinds.toys.table import toy_tables
from fitscan.plan.rows import scan_rows
from fitscan.plan.scan import read_scan
from fitscan.script_log import step
from fitscan.tables.checksums import write_checksums

COLUMNS = pa.schema(
    {
        "name": pa.string(),
        "hypothesis": pa.string(),
        "toy": pa.int64(),
        "q": pa.float64(),
        "mu_hat": pa.float64(),
    }
)


def main(*, paths_to_shards: Iterable[str], path_to_scan: str, path_to_toys: str) -> None:
    """Write toys.parquet and its checksum, the toys of one point and hypothesis after another.

    Args:
        paths_to_shards: The finished shards.
        path_to_scan: The plan of the scan.
        path_to_toys: The table. The journal is a folder beside it.
    """
    scan = read_scan(Path(path_to_scan))
    rows = scan_rows(scan, map(Path, paths_to_shards))
    journal = Path(path_to_toys).parent / "journal"
    with replacing(path_to_toys) as temporary, pq.ParquetWriter(temporary, COLUMNS) as writer:
        for table in toy_tables(scan, rows, journal):
            writer.write_table(pa.Table.from_pandas(table, COLUMNS, preserve_index=False))
    write_checksums(Path(path_to_toys).parent, [path_to_toys])


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            paths_to_shards=snakemake.input.shards,
            path_to_scan=snakemake.input.scan,
            path_to_toys=snakemake.output[0],
        )
