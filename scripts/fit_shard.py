"""Fit the points of one shard through an executor."""

from pathlib import Path

from fitscan.dispatch.shard import fit_shard
from fitscan.executors import open_executor
from fitscan.plan.scan import read_scan, shard_keys
from fitscan.project_files import project_folder
from fitscan.script_log import step

if "snakemake" in globals():
    with step(snakemake.log[0]):
        fit_shard(
            read_scan(Path(snakemake.input.scan)),
            shard_keys(Path(snakemake.input.shard)),
            workspace=Path(snakemake.input.workspace),
            patchset=Path(snakemake.input.patchset),
            shard=Path(snakemake.output[0]),
            # Not through params: another executor gives the same numbers and must refit nothing.
            executor=open_executor(
                snakemake.config["executor"],
                folder=project_folder() / "config" / "executors",
            ),
            name=f"{snakemake.wildcards.analysis}, {snakemake.wildcards.scan}",
        )
