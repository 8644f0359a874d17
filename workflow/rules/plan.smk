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
        showing_user_errors(check_folders)(tuple(wanted.likelihoods()), PLACE.on_disk)
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


def fitted_for(wildcards):
    """Name the scans that a job is about: one, those that a best expected is of, or all."""
    if not len(wildcards):
        return wanted.pairs
    pair = (wildcards.get("analysis") or wildcards.combination, wildcards.scan)
    parts = [(part, wildcards.scan) for part in wanted.scanned_parts(*pair)]
    return [pair] if pair in wanted.pairs else parts


def likelihoods_of(wildcards):
    """Name the workspaces of the scans that a job is about, without which they are not planned."""
    return ancient(
        [f"resources/likelihoods/{a}/workspace.json" for a, _ in fitted_for(wildcards)]
    )


def plans_of(wildcards):
    """Name the plans of the scans that a job is about, which are written at once."""
    for pair in fitted_for(wildcards):
        planned(*pair)
    return ancient(
        [f"results/{a}/{s}/plan/scan.json" for a, s in fitted_for(wildcards)]
    )


# Times of files do not tell all: a clock may have gone back between two runs.
def wanted_of(wildcards):
    """Digest what a job's scans want: its files are made again when that changes."""
    return "-".join(planned(*pair)[1] for pair in fitted_for(wildcards))


def kept_of(wildcards, *tables):
    """Name the copies of tables of a scan that somebody has changed, which are written again."""
    analysis = wildcards.get("analysis") or wildcards.combination
    return planner.kept_tables(analysis, wildcards.scan, *tables)


def every_shard(wildcards):
    """Name the shards of all scans."""
    return [shard for pair in wanted.pairs for shard in planned(*pair)[0]]


def figure_inputs(wildcards, figures):
    """Name the files that figures of a scan are drawn from, by what figures call them."""
    files = wanted.figure_inputs(wildcards.analysis, wildcards.scan, figures)
    files |= {
        key: local(ancient(paths)) for key, paths in files.items() if key in USER_TABLES
    }
    files |= {"plans": plans_of(wildcards)}
    if any("shards" in figure.needs for figure in figures):
        files |= {"shards": shards_of(wildcards), "plan": scan_of(wildcards)}
    return files
