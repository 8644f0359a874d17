"""Ask pyhf about a sample of the points of a scan."""

import logging
from collections.abc import Mapping
from pathlib import Path

from fitscan.files import write_csv
from fitscan.likelihood import read_operations, strictjson
from fitscan.scan import read_scan
from fitscan.step import step

log = logging.getLogger(__name__)


def main(
    *,
    path_to_workspace: str,
    path_to_patchset: str,
    path_to_scan: str,
    path_to_audit: str,
    audit: Mapping[str, int],
    pyhf: dict[str, str],
) -> None:
    """Write audit.csv.

    Args:
        path_to_workspace: The background-only workspace.
        path_to_patchset: All patches, of which those of the sample are read.
        path_to_scan: The plan of the scan.
        path_to_audit: The table.
        audit: ``points`` in the sample, and of how many pyhf makes the ``refits``.
        pyhf: How pyhf fits.
    """
    # Imported here: a scan that has nothing to compare need not wait for the engine to load.
    from fitscan.audit import audit_sample, audit_scan, audit_table  # noqa: PLC0415

    scan = read_scan(Path(path_to_scan))
    if scan.settings["engine"] == "compiled":
        sample = audit_sample(scan.fitted_points, audit["points"])
        operations = read_operations(Path(path_to_patchset), sample)
        table = audit_scan(
            strictjson.parse(Path(path_to_workspace).read_bytes(), where=path_to_workspace),
            [(point.name, patch) for point, patch in zip(sample, operations, strict=True)],
            refits={point.name for point in audit_sample(sample, audit["refits"])},
            settings=scan.settings,
            options=pyhf,
        )
    else:
        log.info("the engine %s is pyhf: nothing to compare", scan.settings["engine"])
        table = audit_table([])
    write_csv(path_to_audit, table)


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            path_to_workspace=snakemake.input.workspace,
            path_to_patchset=snakemake.input.patchset,
            path_to_scan=snakemake.input.scan,
            path_to_audit=snakemake.output[0],
            audit=snakemake.params.audit,
            pyhf=snakemake.params.pyhf,
        )
