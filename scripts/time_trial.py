"""Time one whole run of one scan."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fitscan.benchmark.measure.run import run_trial
from fitscan.project_files import project_folder
from fitscan.script_log import step


def main(
    *,
    config: Mapping[str, Any],
    analysis: str,
    scan: str,
    workers: int,
    trial: int,
    project: Path,
    path_to_results: str,
    path_to_record: str,
) -> None:
    """Write the record of a trial.

    Args:
        config: The checked configuration.
        analysis: The analysis.
        scan: The scan.
        workers: Workers, with a core each.
        trial: Number of the trial.
        project: The folder of the Snakefile.
        path_to_results: The results of the scan, which the trial has to repeat.
        path_to_record: What to write.
    """
    record = run_trial(
        config,
        analysis=analysis,
        scan=scan,
        workers=workers,
        trial=trial,
        project=project,
        path_to_results=Path(path_to_results),
    )
    print(f"{analysis}, {scan}, {workers} workers, trial {trial}: {record.wall_s:.1f} s")
    record.write(path_to_record)


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            config=snakemake.config,
            analysis=snakemake.wildcards.analysis,
            scan=snakemake.wildcards.scan,
            workers=int(snakemake.wildcards.workers),
            trial=int(snakemake.wildcards.trial),
            project=project_folder(),
            path_to_results=snakemake.input.results,
            path_to_record=snakemake.output[0],
        )
