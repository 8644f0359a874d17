"""Choose for each point the results of the part with the smallest expected CLs."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from fitscan.columns import CHOSEN
from fitscan.files import write_csv
from fitscan.script_log import step
from fitscan.tables.best_expected import best_expected
from fitscan.tables.checksums import write_checksums
from fitscan.tables.outdated import mark_reports
from fitscan.tables.results import read_table

log = logging.getLogger(__name__)


def main(
    *,
    parts: Sequence[str],
    paths_to_results: Sequence[str],
    path_to_csv: str,
    match: Mapping[str, Sequence[str]],
) -> None:
    """Write the best expected results, and their checksum.

    Args:
        parts: Names of the parts.
        paths_to_results: The results of each.
        path_to_csv: The table to write.
        match: Labels of parts with other names than those of the first.
    """
    tables = {p: read_table(path) for p, path in zip(parts, paths_to_results, strict=True)}
    best = best_expected(tables, match=match)
    write_csv(path_to_csv, best)
    write_checksums(Path(path_to_csv).parent, [path_to_csv])
    for report in mark_reports(Path(path_to_csv)):
        log.info("%s says whether these are its results", report)
    counts = best[CHOSEN].value_counts()
    print(", ".join(f"{counts.get(part, 0)} points from {part}" for part in parts))


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            parts=snakemake.params.parts,
            paths_to_results=snakemake.input.results,
            path_to_csv=snakemake.output.csv,
            match=dict(snakemake.params.match),
        )
