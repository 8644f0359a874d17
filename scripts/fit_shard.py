"""Fit the points of one shard through an executor."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from fitscan.dispatch import Point, fit_points
from fitscan.dispatch.progress import Progress
from fitscan.errors import PlanError
from fitscan.executors import open_executor
from fitscan.likelihood import read_operations
from fitscan.likelihood.patching import Operation
from fitscan.plan.journal import Journal
from fitscan.plan.scan import Scan, check_versions, data_settings, read_scan, shard_keys
from fitscan.plan.shards import write_shard
from fitscan.script_log import step

Row = dict[str, Any]
Fit = Callable[..., list[Row]]
Expect = Callable[[Mapping[str, int]], object]


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
        path_to_patchset: All patches, of which those of the shard are read.
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
    operations = read_operations(Path(path_to_patchset), [wanted[key] for key in keys])
    answer, amounts, unit = _of_kind(scan, keys, operations)
    progress = Progress(Journal(folder), name=name, keys=amounts, unit=unit)
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
        # All processes of the scan are told, since whichever is due tells the progress.
        rows = answer(fit, lambda toys: journal.append({"key": "expected", "expected": toys}))
    # Snakemake removes the file before a job, so one that is there was written by a process that
    # outlived a killed run. Its numbers are the same, and whoever reads it already sees no change.
    if not shard.exists():
        write_shard(shard, rows)


def _of_kind(
    scan: Scan, keys: Sequence[str], operations: Sequence[list[Operation]]
) -> tuple[Callable[[Fit, Expect], list[Row]], dict[str, int], str]:
    """Return what a kind of scan makes of points.

    Args:
        scan: The scan.
        keys: The keys of points.
        operations: Their patches.

    Returns:
        What answers the points, given a way to fit, and to tell of toys that are asked for later;
        the keys of all rows that the scan puts into the journal, each with how much it is; and the
        unit of that.
    """
    # Imported here: what throws toys takes a while to load.
    if scan.settings["kind"] == "toys":
        from fitscan.kinds.toys.points import toy_points  # noqa: PLC0415
        from fitscan.kinds.toys.rounds import first_blocks, throw_points  # noqa: PLC0415
        from fitscan.kinds.toys.tally import Dispatch  # noqa: PLC0415

        def thrown(fit: Fit, expect: Expect) -> list[Row]:
            dispatch = Dispatch(scan.settings["toys"], fit, expect=expect)
            points = toy_points(scan, keys, operations)
            return throw_points(points, dispatch, settings=scan.settings)

        return thrown, first_blocks(scan), "toys"
    if scan.settings["kind"] == "coverage":
        from fitscan.kinds.coverage.points import (  # noqa: PLC0415
            cover_points,
            coverage_points,
            experiment_keys,
        )

        def covered(fit: Fit, _: Expect) -> list[Row]:
            points = coverage_points(scan, keys, operations)
            return cover_points(points, settings=scan.settings, fit=fit)

        return covered, experiment_keys(scan), "experiments"

    def fitted(fit: Fit, _: Expect) -> list[Row]:
        of_key = dict(zip(scan.keys, zip(scan.first_keys, scan.points, strict=True), strict=True))
        points = []
        for key, patch in zip(keys, operations, strict=True):
            first_key, planned = of_key[key]
            points.append(Point(key, first_key, planned.name, patch))
        return fit(points)

    return fitted, dict.fromkeys(scan.fitted_keys, 1), "points"


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
