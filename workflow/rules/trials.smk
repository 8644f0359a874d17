"""Which trials the benchmark wants, and what they stand on, for the rules of benchmark.smk.

Reads   the checked configuration
Writes  nothing
"""

import hashlib

from fitscan.benchmark.records import FIGURES
from fitscan.benchmark.measure.run import check_workers, trial_config

BENCHMARK = config["benchmark"]
# A combination has no archive that a run could begin with.
TIMED = [
    pair
    for pair in scans_of_kind("asymptotic")
    if BENCHMARK and pair[0] in config["analyses"]
]


if BENCHMARK and workflow.is_main_process:
    showing_user_errors(check_workers)(
        BENCHMARK["workers"],
        cores=workflow.cores or max(BENCHMARK["workers"]),
        executor=config["executor"],
        folder_of_executors=Path(workflow.basedir) / "config" / "executors",
    )


def trials(numbers):
    """Name the trials with these numbers, of all scans and numbers of workers."""
    return [
        f"results/benchmark/{analysis}/{scan}/workers_{workers}/trial_{trial}.json"
        for trial in numbers
        for analysis, scan in TIMED
        for workers in BENCHMARK["workers"]
    ]


# How trials run, as far as no key of a point tells: other ways have rounds of their own.
HOW = hashlib.sha256(repr([config["executor"], config["shards"]]).encode()).hexdigest()[
    :12
]


def round_before(wildcards):
    """Name the end of the round before a trial: load that comes and goes meets all scans alike."""
    before = int(wildcards.trial) - 1
    return ancient(f"results/benchmark/rounds/{HOW}/{before}.txt") if before else []


def points_of(wildcards):
    """Digest the points of a likelihood, and so its workspace and patches."""
    planned(wildcards)
    return file_sha256(Path(f"resources/likelihoods/{wildcards.analysis}/points.json"))


def benchmarked(suffix=""):
    """Name what the benchmark makes, if there is one."""
    if not BENCHMARK:
        return []
    made = of_all_scans(rules.draw_times, scans=TIMED)
    return [f for f in [*rules.report_benchmark.output, *made] if f.endswith(suffix)]
