"""Fit the points of one shard through an executor."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from fitscan.dispatch import fit_points
from fitscan.dispatch.progress import Progress
from fitscan.errors import PlanError
from fitscan.executors import open_executor
from fitscan.kinds.registry import check_versions, kind_of
from fitscan.likelihood import read_signals
from fitscan.plan.journal import Journal
from fitscan.plan.keys import data_settings
from fitscan.plan.scan import read_scan, shard_keys
from fitscan.plan.shards import write_shard
from fitscan.script_log import step


def main(
    *,
    path_to_workspace: str,
    path_to_patchset: str,
    path_to_scan: str,
    path_to_keys: str,
    path_to_shard: str,
    executor: str,
    folder_of_executors: Path,
    name: str,
) -> None:
    """Fit what the journal does not hold and write the shard.

    Args:
        path_to_workspace: The background-only workspace.
        path_to_patchset: All patches; those of the shard are read.
        path_to_scan: The plan of the scan.
        path_to_keys: The keys of the shard.
        path_to_shard: What to write. The journal is a folder beside the one of shards.
        executor: Name of the executor in the configuration.
        folder_of_executors: Where the settings of executors are.
        name: What messages call the scan.
    """
    scan = read_scan(Path(path_to_scan))
    check_versions(scan)
    wanted = dict(zip(scan.keys, scan.points, strict=True))
    # A shard that is made again after points were removed holds only what is still wanted.
    keys = [key for key in shard_keys(Path(path_to_keys)) if key in wanted]
    if not keys:
        raise PlanError(
            "the plan changed while this shard waited", value=path_to_keys, hint="start again"
        )
    shard = Path(path_to_shard)
    folder = shard.parents[1] / "journal"
    signals = read_signals(Path(path_to_patchset), [wanted[key] for key in keys])
    kind = kind_of(scan)
    progress = Progress(Journal(folder), name=name, keys=kind.initial_amounts(scan), unit=kind.unit)
    place = open_executor(executor, folder=folder_of_executors)
    submitted = Journal(folder / "submitted", label=shard.stem)
    with Journal(folder, label=shard.stem) as journal, submitted, place as running:
        fit = partial(
            fit_points,
            settings=data_settings(scan),
            workspace=Path(path_to_workspace),
            workspace_digest=scan.workspace,
            engine=scan.engine,
            executor=running,
            journal=journal,
            submitted=submitted,
            progress=progress,
        )

        def expect(amounts: Mapping[str, int]) -> None:
            # For all processes of the scan: any of them may print the progress.
            journal.append({"key": "expected", "expected": amounts})

        rows = kind.rows(scan, keys, signals, fit, expect)
    # Snakemake removes the file before a job, so one that is there was written by a process that
    # outlived a killed run. Its numbers are the same, and whoever reads it already sees no change.
    if not shard.exists():
        write_shard(shard, rows)


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            path_to_workspace=snakemake.input.workspace,
            path_to_patchset=snakemake.input.patchset,
            path_to_scan=snakemake.input.scan,
            path_to_keys=snakemake.input.shard,
            path_to_shard=snakemake.output[0],
            # Not through params: another executor gives the same numbers and must refit nothing.
            executor=snakemake.config["executor"],
            folder_of_executors=Path(snakemake.scriptdir).parent / "config" / "executors",
            name=f"{snakemake.wildcards.analysis}, {snakemake.wildcards.scan}",
        )
