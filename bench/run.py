"""Measure what is not fits: `make bench` prints a table and writes results/performance.csv.

CPU seconds are of all processes together, which on a busy machine say more than wall time. Every
measurement has a process of its own, with one thread for numerical libraries.
"""

import csv
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml
from grids import write_finished_scan, write_likelihood

PROJECT = Path(__file__).parent.parent
RESULTS = PROJECT / "results"

# Each is laid over those before it.
PUBLISHED = ("published.yaml", "published_local.yaml")


@dataclass(frozen=True)
class Measurement:
    """What a process and its children took, and the most it may take.

    Attributes:
        what: What was measured.
        cpu_s: CPU time in seconds, NaN where it was not measured.
        wall_s: Wall time in seconds, NaN where it was not measured.
        peak_mb: Largest memory of a single process in MB (1e6 bytes).
        limit: The aim, in words.
    """

    what: str
    cpu_s: float = math.nan
    wall_s: float = math.nan
    peak_mb: float = math.nan
    limit: str = ""


def measure(command: list[str], folder: Path, **variables: str) -> tuple[float, float, float]:
    """Run a command and return its CPU seconds, wall seconds and peak memory in MB."""
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "src"), **variables}
    environment |= {"FITSCAN_DATA": str(data_folder()), "OMP_NUM_THREADS": "1"}
    with (folder / "output.txt").open("w") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{(folder / 'output.txt').read_text()}")
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kiB elsewhere
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit / 1e6


def snakemake(*arguments: str) -> list[str]:
    """Return the command that runs the workflow on two cores."""
    return [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]


@contextmanager
def project(points: int = 0) -> Iterator[Path]:
    """Yield a project folder, with a small likelihood of so many points if there are any."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in (
            *("CITATION.cff", "Snakefile", "workflow", "profiles", "scripts", "src", "envs"),
            "config",
            "resources/example",
        ):
            (folder / part).parent.mkdir(exist_ok=True)
            (folder / part).symlink_to(PROJECT / part)
        if points:
            write_likelihood(folder, points=points)
        yield folder


def overhead() -> list[Measurement]:
    """Run a complete scan of 125 points and take off what the fits took."""
    with project(points=125) as folder:
        cpu, wall, peak = measure(snakemake("--configfile", "grid.yaml"), folder)
        timings = pd.read_csv(folder / "results/grid/hypotest/timings.csv")
        shards = len(list((folder / "results/grid/hypotest/shards").glob("*.json")))
    start, _, _ = measure([sys.executable, "-c", "import pyhf"], Path(tempfile.gettempdir()))
    fits = float(timings["cpu_s"].sum())
    return [
        Measurement("125 points: everything", cpu, wall, peak),
        Measurement("125 points: fits (model building included)", fits),
        Measurement(f"125 points: start of the engine in {shards} shards", shards * start),
        Measurement(
            "125 points: overhead of the workflow", cpu - fits - shards * start, limit="12 CPU s"
        ),
    ]


def published() -> list[Measurement]:
    """Run published likelihoods, figures, submission and report included, without fits by pyhf."""
    if not (data_folder() / "pallets").is_dir():
        return []
    aims = {"1Lbb": "10 s wall, 15 CPU s", "staus": "8 s wall"}
    return [whole_run(name, limit) for name, limit in aims.items()]


def whole_run(name: str, limit: str) -> Measurement:
    """Run all that config/published.yaml wants of an analysis; machine code is there."""
    layers = (yaml.safe_load((PROJECT / "config" / file).read_text()) for file in PUBLISHED)
    described = {key: value for layer in layers for key, value in layer["analyses"][name].items()}
    config = {"analyses": {name: described}, "audit": {"points": 10, "refits": 0}}
    with project(points=1) as folder:
        (folder / "published.json").write_text(json.dumps(config))
        cpu, wall, peak = measure(snakemake("--configfile", "published.json"), folder)
    return Measurement(f"{name} by `snakemake --cores 2`: everything", cpu, wall, peak, limit)


def example() -> list[Measurement]:
    """Run the default scan twice: on a machine without machine code, and again."""
    rows = []
    with tempfile.TemporaryDirectory() as cache:
        for what, limit in (("compiled first", "45 s wall"), ("again", "12 s wall")):
            with project(points=1) as folder:
                taken = measure(snakemake(), folder, FITSCAN_CACHE=cache)
            rows.append(Measurement(f"the example, {what}", *taken, limit))
    return rows


def data_folder() -> Path:
    """Return the folder of the published likelihoods."""
    return Path(os.environ.get("FITSCAN_DATA", PROJECT.parent / "shared" / "data")).absolute()


def planning() -> list[Measurement]:
    """Plan 10,000 points of a likelihood that has been fetched, alone and in a dry run."""
    with project(points=10_000) as folder:
        measure(
            snakemake("resources/likelihoods/grid/points.json", "--configfile", "grid.yaml"), folder
        )
        empty = measure([sys.executable, "-m", "snakemake", "--version"], folder)
        cpu, wall, peak = measure(
            [sys.executable, str(Path(__file__).parent / "plan_only.py")], folder
        )
        dry = measure(snakemake("--dry-run", "--quiet", "--configfile", "grid.yaml"), folder)
    return [
        Measurement("10,000 points: plan", cpu, wall, peak, "3 s, 500 MB"),
        Measurement("10,000 points: dry run of the workflow", *dry),
        Measurement("Snakemake's own start (--version)", *empty),
    ]


def collecting() -> list[Measurement]:
    """Collect, draw and report 10,000 points whose shards are finished."""
    with project(points=10_000) as folder:
        measure(
            snakemake("resources/likelihoods/grid/points.json", "--configfile", "grid.yaml"), folder
        )
        measure([sys.executable, str(Path(__file__).parent / "plan_only.py")], folder)
        write_finished_scan(folder)
        cpu, wall, peak = measure(snakemake("--configfile", "grid.yaml"), folder)
    return [Measurement("10,000 points: collect, draw, report", cpu, wall, peak, "20 s")]


def rows_of(module: str, function: str) -> pd.DataFrame:
    """Measure what another benchmark does, with one thread; it needs the likelihoods."""
    data = data_folder()
    if not (data / "pallets").is_dir():
        print(f"no published likelihoods in {data}: bench/{module}.py is left out")
        return pd.DataFrame()
    code = (
        f"import csv, sys; from {module} import {function};"
        f"csv.writer(sys.stdout).writerows({function}())"
    )
    environment = os.environ | {"FITSCAN_DATA": str(data), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=Path(__file__).parent,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    rows = csv.reader(done.stdout.splitlines())
    return pd.DataFrame(rows, columns=["what", "value", "limit"]).astype({"value": float})


def write_table(table: pd.DataFrame, name: str) -> None:
    """Print a table and write it into the folder of results, with the machine."""
    print(table.round(3).to_string(index=False))
    RESULTS.mkdir(exist_ok=True)
    table["machine"] = f"{os.cpu_count()} cores, Python {sys.version.split()[0]}"
    table.round(3).to_csv(RESULTS / name, index=False)
    print(f"\nwritten to results/{name}")


def main() -> None:
    """Measure everything, print the table and write it."""
    steps: list[Callable[[], list[Measurement]]] = [
        overhead,
        example,
        published,
        planning,
        collecting,
    ]
    fitted = [rows_of("engine", "engine_rows"), rows_of("toys", "toy_rows")]
    write_table(
        pd.concat([*fitted, pd.DataFrame([row for step in steps for row in step()])]),
        "performance.csv",
    )


if __name__ == "__main__":
    main()
