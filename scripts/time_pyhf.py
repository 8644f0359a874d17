"""Time pyhf alone on a sample of the points of a scan."""

import os
from pathlib import Path

from fitscan.audit.choice import spread
from fitscan.benchmark.measure.conditions import conditions, pinned_environment
from fitscan.benchmark.measure.pyhf_time import time_pyhf
from fitscan.benchmark.records import Pyhf
from fitscan.plan.scan import read_scan
from fitscan.script_log import step


def main(
    *,
    path_to_workspace: str,
    path_to_patchset: str,
    path_to_scan: str,
    path_to_record: str,
    points: int,
    analysis: str,
    scan: str,
) -> None:
    """Write the record of what pyhf takes.

    Args:
        path_to_workspace: The background-only workspace.
        path_to_patchset: All patches; those of the sample are read.
        path_to_scan: The plan of the scan.
        path_to_record: What to write.
        points: Points in the sample.
        analysis: The analysis.
        scan: The scan.
    """
    planned = read_scan(Path(path_to_scan))
    before = conditions()
    answer = time_pyhf(
        Path(path_to_workspace),
        Path(path_to_patchset),
        spread(planned.fitted_points, points),
        settings=planned.settings,
        environment=pinned_environment(os.environ),
    )
    record = Pyhf(
        analysis=analysis,
        scan=scan,
        patches=len(planned.fitted_points),
        conditions=before,
        **answer,
    )
    record.write(path_to_record)


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            path_to_workspace=snakemake.input.workspace,
            path_to_patchset=snakemake.input.patchset,
            path_to_scan=snakemake.input.scan,
            path_to_record=snakemake.output[0],
            points=snakemake.params.points,
            analysis=snakemake.wildcards.analysis,
            scan=snakemake.wildcards.scan,
        )
