"""Measure scans of toys against their number: `make bench-toys` prints and writes a table.

    python bench/many_toys.py [NUMBER ...]    1000, 10,000, 100,000 and 1,000,000 if none is given

Each is all points of staus by `snakemake --cores 2`, from nothing but the likelihood; a million
toys take ten minutes of a core. It is written to results/benchmark_toys.csv. Needs FITSCAN_DATA.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from run import Measurement, data_folder, measure, project, snakemake, write_table

POINTS = 57
TARGET = "results/staus/toys/results.csv"


def write_config(folder: Path, toys: int) -> int:
    """Write the configuration of a scan with about so many toys; return how many it throws."""
    each = max(1, round(toys / (2 * POINTS)))
    config = {
        "audit": {"points": 0},
        "scans": {"toys": {"kind": "toys", "toys": {"signal": each, "background": each}}},
        "analyses": {
            "staus": {
                "archive": str(data_folder() / "pallets" / "staus.tar.gz"),
                "workspace": "Region-combined/BkgOnly.json",
                "patches": "Region-combined/patch.DS_{m_stau}_{m_lsp}_Staus.json",
            }
        },
    }
    (folder / "toys.json").write_text(json.dumps(config))
    return 2 * POINTS * each


def scan(folder: Path, toys: int) -> tuple[Measurement, float]:
    """Throw toys at all points; return what it took, and the CPU seconds of fits alone."""
    # Else it would take from the journal what was thrown before.
    shutil.rmtree(folder / "results", ignore_errors=True)
    thrown = write_config(folder, toys)
    # The largest process of all: what the system counts of one holds those that it waited for.
    cpu, wall, peak = measure(snakemake(TARGET, "--configfile", "toys.json"), folder)
    results = pd.read_csv(folder / TARGET)
    counted = int(results[["n_toys_signal", "n_toys_background"]].sum().sum())
    if counted != thrown or len(results) != POINTS:
        raise SystemExit(f"{counted} toys at {len(results)} points, not {thrown} at {POINTS}")
    fits = float(pd.read_csv(folder / TARGET.replace("results.csv", "timings.csv"))["cpu_s"].sum())
    return Measurement(f"{thrown:,} toys of staus", cpu, wall, peak, "500 MB"), fits


def exponent(toys: list[int], cost: list[float]) -> float:
    """Return the power of the number of toys with which a cost grows."""
    return float(np.polyfit(np.log(toys), np.log(cost), 1)[0])


def main(numbers: list[int]) -> None:
    """Measure scans of so many toys, from the smallest."""
    with project(points=1) as folder:
        scan(folder, 1)  # fetches the likelihood, and compiles what is not compiled yet
        scans = [scan(folder, toys) for toys in sorted(numbers)]
    toys, fits = sorted(numbers), [cpu for _, cpu in scans]
    rows = [(f"{m.what}: fits, CPU s", cpu, "") for m, cpu in scans]
    if len(toys) > 1:
        more = (fits[-1] - fits[-2]) / (toys[-1] - toys[-2])
        rows += [
            ("one toy more, ms", 1e3 * more, ""),
            ("exponent of the cost of fits", exponent(toys, fits), "1.05"),
            ("the same, last two numbers", exponent(toys[-2:], fits[-2:]), "1.05"),
        ]
    values = pd.DataFrame(rows, columns=["what", "value", "limit"])
    write_table(pd.concat([pd.DataFrame([m for m, _ in scans]), values]), "benchmark_toys.csv")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", nargs="*", type=int, help="how many toys")
    main(parser.parse_args().numbers or [1_000, 10_000, 100_000, 1_000_000])
