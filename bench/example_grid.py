"""The example with 10,000 points: what each step takes, `make bench-grid`.

All that a run makes is made: the search for lower minima, the cross-check with pyhf, figures,
submission, record and report. Prints CPU seconds and peak memory of each rule, and writes
results/benchmark_grid.csv, where the row of the whole run has the aims beside it.
"""

import sys
from pathlib import Path

import pandas as pd
from grids import write_example
from run import Measurement, measure, project, snakemake, write_table

POINTS = 10_000


def steps(folder: Path) -> pd.DataFrame:
    """Return what the jobs of each rule took, from Snakemake's benchmarks.

    Args:
        folder: Where the run was made.
    """
    benchmarks = folder / "benchmarks"
    jobs = pd.concat(
        pd.read_csv(path, sep="\t").assign(
            what=path.relative_to(benchmarks).with_suffix("").parts[0]
        )
        for path in benchmarks.rglob("*.tsv")
    )
    of_rule = jobs.groupby("what", sort=False)
    table = of_rule.agg(cpu_s=("cpu_time", "sum"), wall_s=("s", "sum"), peak_mb=("max_rss", "max"))
    return table.sort_values("cpu_s", ascending=False).reset_index()


def example_grid(points: int) -> pd.DataFrame:
    """Run the example with so many points, and return a row for the whole and one for each rule."""
    with project() as folder:
        write_example(folder, points=points)
        cpu, wall, peak = measure(snakemake("--configfile", "grid.yaml"), folder)
        report = (folder / "results/grid-report.html").stat().st_size / 1e6
        name = f"the example with {points:,} points"
        rows = [
            Measurement(f"{name}: everything", cpu, wall, peak, "60 s wall, 500 MB"),
            Measurement(f"{name}: report.html {report:.1f} MB", limit="3 MB"),
        ]
        return pd.concat([pd.DataFrame(rows), steps(folder)]).fillna({"limit": ""})


if __name__ == "__main__":
    table = example_grid(int(sys.argv[1]) if len(sys.argv) > 1 else POINTS)
    write_table(table, "benchmark_grid.csv")
