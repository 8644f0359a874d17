"""The plan of each scan: which points are wanted, and which shard holds them.

Reads   resources/likelihoods/{analysis}/points.json
Writes  results/{analysis}/{scan}/plan/
Steps   a scan is planned as soon as its likelihood is there, in the process that asks for it
"""

import sys

from snakemake.logging import logger

from fitscan.errors import NotDrawable
from fitscan.config.axes import drawn_axes
from fitscan.likelihood import read_index
from fitscan.kinds.registry import planned_scan
from fitscan.plan.write import plan_scan
from fitscan.config.points import check_point_name


def shard_size():
    """Return the number of points in a shard as the user wants it; None leaves it to the plan."""
    if config["shards"] != "auto":
        return config["shards"]["size"]
    # Workers that live as long as the job are started once for all points.
    return sys.maxsize if EXECUTOR.own_workers else None


@functools.cache
def index_of(analysis):
    """Read which points an analysis has."""
    return read_index(Path(f"resources/likelihoods/{analysis}/points.json"))


@functools.cache
def axes_of(analysis):
    """Choose the axes of figures; where there are none, notes take the place of figures."""
    index = index_of(analysis)
    try:
        return drawn_axes(
            index.labels,
            {point.name: point.values for point in index.points},
            SETTINGS[analysis]["axes"],
            SETTINGS[analysis]["slice"],
        )
    except NotDrawable as error:
        if workflow.is_main_process:
            logger.warning(f"{analysis} has notes in the place of figures: {error}")
        return []


@functools.cache
@showing_user_errors
def plan(analysis, scan):
    """Plan a scan, once per start of Snakemake, so that shards keep their names during a run.

    Returns the names of its shards, and a digest of the points that are wanted.
    """
    index, axes = index_of(analysis), axes_of(analysis)
    if workflow.is_main_process and any(map(SETTINGS[analysis].get, GIVEN)):
        from fitscan.tables.check import (
            check_tables,
        )  # pandas and SciPy, else not needed here

        size = config["figures"]["test_size"]
        check_tables(SETTINGS[analysis], axes=axes, test_size=size)
    names = [point.name for point in index.points]
    check_point_name(names, SETTINGS[analysis]["show_point"], key="show_point")
    limits = config["scans"][scan]["toys"]["limits"] or {}
    for name in limits.get("points") or []:
        check_point_name(names, name, key=f"scans.{scan}.toys.limits.points")
    for name in config["scans"][scan]["coverage"]["points"] or []:
        check_point_name(names, name, key=f"scans.{scan}.coverage.points")
    theory = SETTINGS[analysis]["theory"]
    wanted = planned_scan(index, config, scan, theory=theory)
    shards = plan_scan(
        Path(f"results/{analysis}/{scan}"),
        wanted,
        size=shard_size(),
        cores=workflow.cores or 1,
        dry_run=workflow.dryrun,
    )
    return shards, wanted.digest


def made(analysis):
    """Wait for a likelihood: before it is fetched or combined, its points are not known."""
    if analysis in config["combinations"]:
        checkpoints.combine_likelihoods.get(combination=analysis)
    else:
        checkpoints.fetch_likelihood.get(analysis=analysis)


def planned(wildcards):
    """Plan a scan; before its likelihood is there that cannot be done."""
    made(wildcards.analysis)
    return plan(wildcards.analysis, wildcards.scan)


def shards_of(wildcards):
    """Name the shards of a scan."""
    shards, _ = planned(wildcards)
    return [
        f"results/{wildcards.analysis}/{wildcards.scan}/shards/{shard}.json"
        for shard in shards
    ]


def scan_of(wildcards):
    """Name the plan of a scan, which is written as soon as its likelihood is there."""
    planned(wildcards)
    return ancient(f"results/{wildcards.analysis}/{wildcards.scan}/plan/scan.json")


def wanted_of(wildcards):
    """Digest what a scan wants: its tables are made again when that changes."""
    _, digest = planned(wildcards)
    return digest


def every_shard(wildcards):
    """Name the shards of all scans."""
    for analysis, _ in SCANS:
        made(analysis)
    return [
        f"results/{analysis}/{scan}/shards/{shard}.json"
        for analysis, scan in SCANS
        for shard in plan(analysis, scan)[0]
    ]
