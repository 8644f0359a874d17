"""Write the plan of a scan: which shard holds what.

    plan/scan.json      every wanted point with its key, and how it is fitted
    plan/{shard}.json   the keys of one shard

Planning reads the list of points and the finished shards; it fits nothing and is done anew at every
start of Snakemake. A file is written only when its content changes, and a dry run changes none.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from fitscan import strictjson
from fitscan.errors import ShardError
from fitscan.files import write_bytes
from fitscan.plan.partition import Plan, plan_shards, shard_name
from fitscan.plan.scan import FORMAT, Scan
from fitscan.plan.shards import read_shard

__all__ = ["cut_scan", "finished_shards", "plan_scan"]

# Not the temporary files beside them.
_SHARDS = "[0-9a-f]" * 12 + ".json"

log = logging.getLogger(__name__)


def plan_scan(
    folder: Path, scan: Scan, *, size: int | None, cores: int, dry_run: bool = False
) -> list[str]:
    """Plan ``scan`` into ``folder``/plan and return the names of the shards that hold it.

    Args:
        folder: Folder of the scan's results; finished shards in its folder ``shards`` are kept.
        scan: The scan.
        size: Points in a shard, None for ``auto_size``.
        cores: Cores that Snakemake has, for ``auto_size``.
        dry_run: Leave alone what is there, since another run may read it.
    """
    finished = finished_shards(folder / "shards")
    plan = cut_scan(scan, finished, size=size, cores=cores)
    for name in plan.shards:
        content = {"format": FORMAT, "keys": plan.new.get(name) or finished[name]}
        _write_if_changed(folder / "plan" / f"{name}.json", content)
    path = folder / "plan" / "scan.json"
    if not (dry_run and path.exists()):
        _write_if_changed(path, {"format": FORMAT, **vars(scan)})
    if not dry_run:
        _remove_broken(folder / "shards", whole=finished)
    # In an order that stays when shards are finished, so that Snakemake sees the same inputs.
    return sorted(plan.shards)


def cut_scan(
    scan: Scan, finished: Mapping[str, Iterable[str]], *, size: int | None, cores: int
) -> Plan:
    """Cut a scan into shards; see ``fitscan.plan.partition.plan_shards``."""
    quick = (
        scan.settings["engine"] == "compiled"
        and scan.settings["minima"] != "exhaustive"
        and not scan.unkeyed_settings
    )
    lengths = [point.length for point in scan.fitted_points]
    return plan_shards(
        scan.fitted_keys,
        finished=finished,
        size=size,
        cores=cores,
        quick=quick,
        signal_bytes=sum(lengths) // max(1, len(lengths)),
    )


def finished_shards(folder: Path) -> dict[str, list[str]]:
    """Return the keys of each shard by its name, if it holds what its name says."""
    finished = {}
    for path in sorted(folder.glob(_SHARDS)):
        try:
            keys = [row["key"] for row in read_shard(path)]
        except ShardError:
            continue
        if shard_name(keys) == path.stem:
            finished[path.stem] = keys
    return finished


def _remove_broken(folder: Path, *, whole: Collection[str]) -> None:
    """Remove damaged shards, so that they are made again; their rows are in the journal."""
    for path in folder.glob(_SHARDS):
        if path.stem not in whole:
            log.warning("%s is damaged: it is written again", path)
            path.unlink()


def _write_if_changed(path: Path, document: dict[str, Any]) -> None:
    content = strictjson.in_lines(document)
    if not path.exists() or path.read_bytes() != content:
        write_bytes(path, content)
