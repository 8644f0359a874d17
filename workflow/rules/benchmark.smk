"""Time whole runs, and pyhf; only where the configuration has `benchmark`.

Reads   results/{analysis}/{scan}/results.csv, timings.csv    of each scan of kind asymptotic
        resources/likelihoods/{analysis}/                     points for pyhf; runs fetch their own
Writes  results/benchmark/{analysis}/{scan}/workers_{workers}/trial_{trial}.json, pyhf.json
        results/benchmark.{csv,md,tex}, results/benchmark/    tables and figures
Steps   repeat each scan from the command to its contour, in a folder of its own, with nothing
        beside it on this machine; have pyhf fit a sample on one core; put it together
"""


wildcard_constraints:
    workers="[1-9][0-9]*",
    trial="[1-9][0-9]*",


# Nothing runs beside it: it takes all cores that Snakemake has, whatever the run in it takes. That
# finds the numbers again which the scan has; and what it needs of machine code is there by then.
rule time_trial:
    """Time {wildcards.analysis}, scan {wildcards.scan}, {wildcards.workers} workers: trial {wildcards.trial}."""
    input:
        results=ancient("results/{analysis}/{scan}/results.csv"),
        # Other fits are other shards. Params alone do not tell: Snakemake passes over those of a job
        # whose input is made again, and then over the job, since that input is ancient.
        shards=shards_of,
        scan=scan_of,
        after=round_before,
    output:
        "results/benchmark/{analysis}/{scan}/workers_{workers}/trial_{trial}.json",
    log:
        "logs/time_trial/{analysis}/{scan}/workers_{workers}/trial_{trial}.log",
    benchmark:
        "benchmarks/time_trial/{analysis}/{scan}/workers_{workers}/trial_{trial}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    threads: workflow.cores or 1
    params:
        # Other fits are timed anew; trials of them stay as they are, whatever else is edited.
        wanted=wanted_of,
        run=lambda wildcards: trial_config(
            config, wildcards.analysis, wildcards.scan, folder=Path()
        ),
    script:
        "../../scripts/time_trial.py"


rule end_round:
    """End round {wildcards.trial} of the trials."""
    input:
        lambda wildcards: trials([int(wildcards.trial)]),
    output:
        touch(f"results/benchmark/rounds/{HOW}/{{trial}}.txt"),
    log:
        "logs/end_round/{trial}.log",
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
    conda:
        "../../envs/fitscan.yaml"
    threads: workflow.cores or 1
    params:
        points=BENCHMARK and BENCHMARK["pyhf_points"],
        scan=lambda wildcards: config["scans"][wildcards.scan],
        interpolation=config["interpolation"],
        content=points_of,
    script:
        "../../scripts/time_pyhf.py"


rule draw_times:
    """Draw how long the points of {wildcards.analysis} took, scan {wildcards.scan}."""
    input:
        results="results/{analysis}/{scan}/results.csv",
        timings="results/{analysis}/{scan}/timings.csv",
    output:
        png=report(
            "results/benchmark/{analysis}/{scan}/times.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "time of each point"},
            caption="../report/times.rst",
        ),
        pdf="results/benchmark/{analysis}/{scan}/times.pdf",
        svg="results/benchmark/{analysis}/{scan}/times.svg",
        csv="results/benchmark/{analysis}/{scan}/times.csv",
    log:
        "logs/draw_times/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_times/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        look=look_of,
        code=code("draw_times"),
    script:
        "../../scripts/draw_times.py"


rule report_benchmark:
    """Put trials and the times of pyhf together."""
    input:
        trials=trials(range(1, BENCHMARK["trials"] + 1)) if BENCHMARK else [],
        pyhf=(
            of_all_scans(rules.time_pyhf, scans=TIMED)
            if BENCHMARK and BENCHMARK["pyhf_points"]
            else []
        ),
    output:
        csv="results/benchmark.csv",
        markdown="results/benchmark.md",
        tex="results/benchmark.tex",
        figures=report(
            expand("results/benchmark/{figure}.png", figure=FIGURES),
            category="benchmark",
            caption="../report/benchmark.rst",
        ),
        others=expand(
            "results/benchmark/{figure}.{suffix}",
            figure=FIGURES,
            suffix=("pdf", "svg", "csv"),
        ),
    log:
        "logs/report_benchmark.log",
    benchmark:
        "benchmarks/report_benchmark.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        code=code("report_benchmark"),
    script:
        "../../scripts/report_benchmark.py"
