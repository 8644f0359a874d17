"""What all rules share: the checked configuration, the plan of each scan, and code digests.

Reads   the configuration that Snakemake was given
Writes  results/{analysis}/{scan}/plan/   which points are wanted and which shard holds them
Steps   check the configuration; plan a scan as soon as its likelihood is there
"""

import functools
import os
import re
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

from fitscan.config import analysis_scans, check_config
from fitscan.errors import FitscanError
from fitscan.executors import open_executor
from fitscan.grid import drawn_axes
from fitscan.likelihood import read_index
from fitscan.likelihood.download import file_sha256
from fitscan.likelihood.fetch import local_files
from fitscan.provenance import code_digest
from fitscan.scan import make_scan, plan_scan
from fitscan.shown import check_point_name

# Scripts run in processes of their own, also in conda environments: they find the package here.
os.environ.update(
    PYTHONPATH=os.pathsep.join(
        filter(None, [str(Path(workflow.basedir) / "src"), os.getenv("PYTHONPATH")])
    )
)


def showing_user_errors(function):
    """Show a user's error as its message, without the way to it through this workflow."""

    @functools.wraps(function)
    def shown(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except FitscanError as error:
            raise WorkflowError(f"{type(error).__name__}: {error}") from None

    return shown


def code(script, *modules):
    """Digest a script and the modules of the package that it runs; an edit reruns its rule."""
    path = Path(workflow.basedir) / "scripts" / f"{script}.py"
    return code_digest(*modules, script=path)


config.update(showing_user_errors(check_config)(config))
# What the executor can do; jobs enter one of their own.
EXECUTOR = showing_user_errors(open_executor)(
    config["executor"], folder=Path(workflow.basedir) / "config" / "executors"
).capabilities
SCANS = analysis_scans(config)
# Whether points are fitted by the compiled engine, which tells more of a fit.
COMPILED = config["engine"] == "compiled"


def scans_of_kind(*kinds):
    """Choose scans by what they compute."""
    return [pair for pair in SCANS if config["scans"][pair[1]]["kind"] in kinds]


THROWN, COVERED = scans_of_kind("toys"), scans_of_kind("coverage")
# Those that keep the values of their toys.
KEPT = [pair for pair in THROWN if config["scans"][pair[1]]["toys"]["keep"] == "values"]
# Those whose rows have a second answer, from the lowest minima.
SEARCHED = (
    scans_of_kind("asymptotic", "limits")
    if COMPILED and config["minima"] != "start"
    else []
)


wildcard_constraints:
    analysis="|".join(map(re.escape, config["analyses"])),
    scan="|".join(map(re.escape, config["scans"])),
    shard="[0-9a-f]{12}",


def shard_size():
    """Return the number of points in a shard as the user wants it; None leaves it to the plan."""
    if config["shards"] != "auto":
        return config["shards"]["size"]
    # Workers that live as long as the job are started once for all points.
    return sys.maxsize if EXECUTOR.own_workers else None


@functools.cache
@showing_user_errors
def plan(analysis, scan):
    """Plan a scan, once per start of Snakemake, so that shards keep their names during a run.

    Returns the names of its shards, and a digest of the points that are wanted.
    """
    index = read_index(Path(f"resources/likelihoods/{analysis}/points.json"))
    drawn_axes(
        index.labels,
        {point.name: point.values for point in index.points},
        config["analyses"][analysis]["axes"],
    )
    names = [point.name for point in index.points]
    check_point_name(
        names, config["analyses"][analysis]["show_point"], key="show_point"
    )
    limits = config["scans"][scan]["toys"]["limits"] or {}
    for name in limits.get("points") or []:
        check_point_name(names, name, key=f"scans.{scan}.toys.limits.points")
    for name in config["scans"][scan]["coverage"]["points"] or []:
        check_point_name(names, name, key=f"scans.{scan}.coverage.points")
    wanted = make_scan(index, config, scan)
    shards = plan_scan(
        Path(f"results/{analysis}/{scan}"),
        wanted,
        size=shard_size(),
        cores=workflow.cores or 1,
        dry_run=workflow.dryrun,
    )
    return shards, wanted.digest


def planned(wildcards):
    """Plan a scan; before its likelihood is fetched that cannot be done."""
    checkpoints.fetch_likelihood.get(analysis=wildcards.analysis)
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


def look_of(wildcards):
    """Choose what the figures of a scan look like."""
    settings = config["analyses"][wildcards.analysis]
    return {key: settings[key] for key in ("axes", "axis_titles", "title")}


def of_all_scans(*rules, suffix="", scans=SCANS):
    """Name the files that rules make for all scans, or for those given.

    ``suffix`` may also be a tuple of several.
    """
    return [
        str(file).format(analysis=analysis, scan=scan)
        for analysis, scan in scans
        for rule in rules
        for file in rule.output
        if file.endswith(suffix)
    ]


def drawn(suffix=""):
    """Name the figures of all scans."""
    return [
        *of_all_scans(rules.draw_exclusion, suffix=suffix),
        *of_all_scans(rules.draw_minima, suffix=suffix, scans=SEARCHED),
        *of_all_scans(
            rules.draw_fit_results, suffix=suffix, scans=SCANS if COMPILED else []
        ),
        *of_all_scans(
            rules.draw_toys, rules.draw_toys_spent, suffix=suffix, scans=THROWN
        ),
        *of_all_scans(rules.draw_coverage, suffix=suffix, scans=COVERED),
    ]


def every_shard(wildcards):
    """Name the shards of all scans."""
    for analysis, _ in SCANS:
        checkpoints.fetch_likelihood.get(analysis=analysis)
    return [
        f"results/{analysis}/{scan}/shards/{shard}.json"
        for analysis, scan in SCANS
        for shard in plan(analysis, scan)[0]
    ]
