"""The plan of each scan: which points are wanted, and which shard holds them.

Reads   resources/likelihoods/{analysis}/points.json
Writes  results/{analysis}/{scan}/plan/
Steps   plan a scan as soon as its likelihood is there, in the process that asks for it
"""

from fitscan.rules import Others, Planner, check_folders

OTHERS = Others()
planner = Planner(
    wanted,
    has_workers=EXECUTOR.has_workers,
    cores=workflow.cores or 1,
    is_dry_run=lambda: workflow.dryrun,
    is_used=lambda folder: (
        getattr(workflow.execution_settings, "lock", True) and OTHERS.use(folder)
    ),
    is_main=workflow.is_main_process,
    place=PLACE,
)


def planned(analysis, scan):
    """Plan a scan; Snakemake comes back when its likelihood is there."""
    if workflow.is_main_process and workflow.execution_settings and not workflow.dryrun:
        showing_user_errors(check_folders)(PLACE.on_disk)
    if analysis in config["combinations"]:
        checkpoints.combine_likelihoods.get(combination=analysis)
    else:
        checkpoints.fetch_likelihood.get(analysis=analysis)
    return planner.plan(analysis, scan)


def shards_of(wildcards):
    """Name the shards of a scan."""
    return planned(wildcards.analysis, wildcards.scan)[0]


def scan_of(wildcards):
    """Name the plan of a scan, which is written as soon as its likelihood is there."""
    planned(wildcards.analysis, wildcards.scan)
    return ancient(f"results/{wildcards.analysis}/{wildcards.scan}/plan/scan.json")


def wanted_of(wildcards):
    """Digest what a scan wants: its tables are made again when that changes."""
    return planned(wildcards.analysis, wildcards.scan)[1]


def every_shard(wildcards):
    """Name the shards of all scans."""
    return [shard for pair in wanted.pairs for shard in planned(*pair)[0]]


def figure_inputs(wildcards, figures):
    """Name the files that figures of a scan are drawn from, by what figures call them."""
    files = wanted.figure_inputs(wildcards.analysis, wildcards.scan, figures)
    files |= {
        key: local(ancient(paths)) for key, paths in files.items() if key in USER_TABLES
    }
    if any("shards" in figure.needs for figure in figures):
        files |= {"shards": shards_of(wildcards), "plan": scan_of(wildcards)}
    return files
