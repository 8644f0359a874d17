"""Time whole runs, and pyhf; only where the configuration has `benchmark`.

Reads   results/{analysis}/{scan}/results.csv, timings.csv    of each scan of kind asymptotic
        resources/likelihoods/{analysis}/                     points for pyhf; runs fetch their own
Writes  results/benchmark/{analysis}/{scan}/workers_{workers}/trial_{trial}.json, pyhf.json
        results/benchmark.{csv,md,tex}, results/benchmark/    tables and figures
Steps   repeat each scan from the command to its contour, in a folder of its own, with nothing
        beside it on this machine; have pyhf fit a sample on one core; write the tables
"""

from fitscan.benchmark.measure.trial_config import check_workers, trial_config

if wanted.benchmark.timed and workflow.is_main_process:
    showing_user_errors(check_workers)(
        config["benchmark"]["workers"],
        cores=workflow.cores or max(config["benchmark"]["workers"]),
        executor=config["executor"],
        folder_of_executors=PROJECT / "config" / "executors",
    )


wildcard_constraints:
    workers="[1-9][0-9]*",
    trial="[1-9][0-9]*",


# Nothing runs beside it: it takes all cores that Snakemake has, however many the timed run uses. It
# starts after the scan, so it computes the same numbers again with machine code that is there.
rule time_trial:
    """Time {wildcards.analysis}, scan {wildcards.scan}, {wildcards.workers} workers: trial {wildcards.trial}."""
    input:
        results=ancient("results/{analysis}/{scan}/results.csv"),
        # Other fits are other shards. Params alone do not tell: Snakemake passes over those of a job
        # whose input is made again, and then over the job, since that input is ancient.
        shards=shards_of,
        scan=scan_of,
        after=lambda of: ancient(wanted.benchmark.round_before(int(of.trial))),
    output:
        "results/benchmark/{analysis}/{scan}/workers_{workers}/trial_{trial}.json",
    log:
        "logs/time_trial/{analysis}/{scan}/workers_{workers}/trial_{trial}.log",
    benchmark:
        "benchmarks/time_trial/{analysis}/{scan}/workers_{workers}/trial_{trial}.tsv"
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    threads: workflow.cores or 1
    params:
        # Other fits are timed anew; trials of them stay as they are, whatever else is edited.
        wanted=wanted_of,
        run=lambda of: trial_config(config, of.analysis, of.scan, folder=Path()),
    script:
        "../../scripts/time_trial.py"


rule end_round:
    """End round {wildcards.trial} of the trials."""
    input:
        lambda of: wanted.benchmark.trials([int(of.trial)]),
    output:
        touch(f"{wanted.benchmark.rounds()}/{{trial}}.txt"),
    log:
        "logs/end_round/{trial}.log",
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    shell:
        "true > {log:q}"


rule time_pyhf:
    """Time pyhf on points of {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        workspace=ancient("resources/likelihoods/{analysis}/workspace.json"),
        patchset=ancient("resources/likelihoods/{analysis}/patchset.json"),
        scan=scan_of,
    output:
        "results/benchmark/{analysis}/{scan}/pyhf.json",
    log:
        "logs/time_pyhf/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/time_pyhf/{analysis}/{scan}.tsv"
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    threads: workflow.cores or 1
    params:
        points=config["benchmark"] and config["benchmark"]["pyhf_points"],
        scan=lambda of: config["scans"][of.scan],
        interpolation=config["interpolation"],
        content=lambda of: contents(
            [PLACE.on_disk(f"resources/likelihoods/{of.analysis}/points.json")]
        ),
    script:
        "../../scripts/time_pyhf.py"


rule report_benchmark:
    """Tabulate and draw the trials and the times of pyhf."""
    input:
        tables=wanted.benchmark.tables(),
        trials=wanted.benchmark.trials(),
        pyhf=wanted.benchmark.times_of_pyhf(),
    output:
        csv="results/benchmark.csv",
        markdown="results/benchmark.md",
        tex="results/benchmark.tex",
        pictures=report(
            wanted.benchmark.figures("png"),
            category="benchmark",
            caption="../report/benchmark.rst",
        ),
        others=[f for f in wanted.benchmark.figures() if not f.endswith(".png")],
    log:
        "logs/report_benchmark.log",
    benchmark:
        "benchmarks/report_benchmark.tsv"
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        looks=[
            (scan.analysis, scan.scan, wanted.look_of(scan.analysis))
            for scan in wanted.benchmark.timed
        ],
        code=code("report_benchmark"),
    script:
        "../../scripts/report_benchmark.py"
