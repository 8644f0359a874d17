"""Ask pyhf about a sample of the points of a scan."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from fitscan import strictjson
from fitscan.files import write_csv
from fitscan.likelihood import Point, Signal, read_signals
from fitscan.plan.scan import read_scan
from fitscan.script_log import step
from fitscan.tables.audit import flagged_table
from fitscan.tables.checksums import write_checksums
from fitscan.tables.results import read_table
from fitscan.tables.toys import with_asymptotic_CLs

log = logging.getLogger(__name__)


def main(
    *,
    path_to_workspace: str,
    path_to_patchset: str,
    path_to_scan: str,
    path_to_results: str,
    path_to_audit: str,
    path_to_flagged: str,
    audit: Mapping[str, int],
    pyhf: dict[str, str],
    test_size: float,
) -> None:
    """Write audit.csv and flagged.csv, and their checksums.

    Args:
        path_to_workspace: The background-only workspace.
        path_to_patchset: All patches; those of the sample are read.
        path_to_scan: The plan of the scan.
        path_to_results: Its results, which say where pyhf's own fits are needed most.
        path_to_audit: The table of comparisons.
        path_to_flagged: The table of points whose numbers are in doubt.
        audit: ``points`` in the sample, and of how many pyhf makes the ``refits``.
        pyhf: How pyhf fits.
        test_size: A point is excluded when its CLs is below this number.
    """
    # Imported here: a scan that has nothing to compare need not wait for the engine to load.
    from fitscan.audit import (  # noqa: PLC0415
        audit_scan,
        audit_table,
        choose_points,
        one_sided_points,
    )

    scan = read_scan(Path(path_to_scan))
    results = with_asymptotic_CLs(read_table(path_to_results))
    if scan.settings["engine"] == "compiled":
        workspace = strictjson.parse(Path(path_to_workspace).read_bytes(), where=path_to_workspace)

        def signals(points: Sequence[Point]) -> list[tuple[str, Signal]]:
            names = [point.name for point in points]
            return list(zip(names, read_signals(Path(path_to_patchset), points), strict=True))

        sample, refits = choose_points(
            scan.fitted_points,
            results,
            number=audit["points"],
            refits=audit["refits"],
            test_size=test_size,
            one_sided=lambda points: one_sided_points(
                workspace, signals(points), settings=scan.settings
            ),
        )
        log.info("pyhf fits %s", ", ".join(sorted(refits)) or "no point")
        table = audit_scan(
            workspace, signals(sample), refits=refits, settings=scan.settings, options=pyhf
        )
    else:
        log.info("the engine %s is pyhf: nothing to compare", scan.settings["engine"])
        table = audit_table([])
    write_csv(path_to_audit, table)
    flagged = flagged_table(table, results)
    if len(flagged):
        log.warning("numbers in doubt: %s", ", ".join(flagged["name"]))
    write_csv(path_to_flagged, flagged)
    write_checksums(Path(path_to_audit).parent, [path_to_audit, path_to_flagged])


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            path_to_workspace=snakemake.input.workspace,
            path_to_patchset=snakemake.input.patchset,
            path_to_scan=snakemake.input.scan,
            path_to_results=snakemake.input.results,
            path_to_audit=snakemake.output.audit,
            path_to_flagged=snakemake.output.flagged,
            audit=snakemake.params.audit,
            pyhf=snakemake.params.pyhf,
            test_size=snakemake.params.test_size,
        )
