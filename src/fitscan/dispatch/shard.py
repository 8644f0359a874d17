"""From the keys of a shard to its file: what the journal does not hold is fitted."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from fitscan.dispatch.points import fit_points
from fitscan.dispatch.progress import Progress
from fitscan.engines.registry import engine_of
from fitscan.errors import PlanError
from fitscan.executors import Executor
from fitscan.kinds.registry import check_versions, kind_of
from fitscan.likelihood import read_signals
from fitscan.plan.journal import Journal
from fitscan.plan.keys import data_settings, point_key
from fitscan.plan.scan import Scan
from fitscan.plan.shards import write_shard

__all__ = ["fit_shard"]


def fit_shard(
    scan: Scan,
    keys: Sequence[str],
    *,
    workspace: Path,
    patchset: Path,
    shard: Path,
    executor: Executor,
    name: str,
) -> None:
    """Fit the points of a shard that the journal does not hold, and write all of them.

    Args:
        scan: The plan of the scan.
        keys: The keys of the shard.
        workspace: The background-only workspace.
        patchset: All patches; those of the shard are read.
        shard: What to write. The journal is a folder beside the one of shards.
        executor: Where the fits run; it is entered here.
        name: What messages call the scan.

    Raises:
        PlanError: None of the keys is wanted any more.
    """
    check_versions(scan)
    wanted = dict(zip(scan.keys, scan.points, strict=True))
    # A shard that is made again after points were removed holds only what is still wanted.
    keys = [key for key in keys if key in wanted]
    if not keys:
        raise PlanError(
            "the plan changed while this shard waited", value=str(shard), hint="start again"
        )
    folder = shard.parents[1] / "journal"
    signals = read_signals(patchset, [wanted[key] for key in keys])
    kind = kind_of(scan)
    # A journal outlives changes of settings, and what was expected with others is not to come.
    expected = point_key(
        workspace=scan.workspace, patch="expected", settings=scan.settings, engine=scan.engine
    )
    progress = Progress(
        Journal(folder),
        name=name,
        amounts=kind.initial_amounts(scan),
        expected=expected,
        unit=kind.unit,
        preparing=engine_of(scan.settings).preparing,
    )
    submitted = Journal(folder / "submitted", label=shard.stem)
    with Journal(folder, label=shard.stem) as journal, submitted, executor as running:
        fit = partial(
            fit_points,
            settings=data_settings(scan),
            workspace=workspace,
            workspace_digest=scan.workspace,
            engine=scan.engine,
            executor=running,
            journal=journal,
            submitted=submitted,
            progress=progress,
        )

        def expect(amounts: Mapping[str, int]) -> None:
            # For all processes of the scan: any of them may print the progress.
            journal.append({"key": expected, "expected": amounts})

        rows = kind.rows(scan, keys, signals, fit, expect)
    # Snakemake removes the file before a job, so one that is there was written by a process that
    # outlived a killed run. Its numbers are the same, and whoever reads it already sees no change.
    if not shard.exists():
        write_shard(shard, rows)
