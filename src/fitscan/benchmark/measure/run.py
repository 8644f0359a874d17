"""One trial: a whole run of one scan in a folder of its own, measured from the outside.

Takes the checked configuration and what to time; gives a record. The run is what a user would
start: Snakemake, the fetch from the archive (which has been downloaded), the check of all patches,
the plan, the fits, the tables and the contour. Of earlier runs it has only the machine code of the
kernels and downloads. There is no audit, since the published numbers hold none.
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from fitscan.benchmark.measure.conditions import conditions, pinned_environment
from fitscan.benchmark.measure.phases import fit_span, run_phases
from fitscan.benchmark.measure.trial_config import trial_config
from fitscan.benchmark.records import Trial
from fitscan.errors import FitscanError
from fitscan.executors.opening import read_settings
from fitscan.tables.results import read_table

__all__ = ["run_trial"]

Config = Mapping[str, Any]

DOWNLOADS = Path("resources/archives")


def run_trial(
    config: Config,
    *,
    analysis: str,
    scan: str,
    workers: int,
    trial: int,
    project: Path,
    path_to_results: Path,
) -> Trial:
    """Time a run of one scan, from the command to the end of its process.

    Args:
        config: The checked configuration.
        analysis: The analysis.
        scan: The scan.
        workers: Workers, with a core each.
        trial: Number of the trial.
        project: The folder of the Snakefile.
        path_to_results: The results that the scan is known to have.

    Raises:
        FitscanError: The run failed, or gave other results.
    """
    with tempfile.TemporaryDirectory(prefix="fitscan-trial-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        made = trial_config(config, analysis, scan, folder=Path.cwd())
        made["executor"] = _executor(config["executor"], workers, project=project, folder=folder)
        (folder / "trial.json").write_text(json.dumps(made))
        if DOWNLOADS.is_dir():
            (folder / "resources").mkdir()
            (folder / DOWNLOADS).symlink_to(DOWNLOADS.absolute())
        scan_folder = folder / "results" / analysis / scan
        command = _command(workers, project=project, folder=folder, scan=f"{analysis}/{scan}")
        before = conditions()
        began = time.time()
        wall_s, cpu_s = _run(command, folder)
        content = (scan_folder / "results.csv").read_bytes()
        if content != path_to_results.read_bytes():
            raise FitscanError(
                "the results of a trial differ from the scan that it repeats",
                value=hashlib.sha256(content).hexdigest()[:12],
                hint=f"was {path_to_results} made on another machine? run the scan here first",
            )
        fits = fit_span(scan_folder / "journal")
        table = read_table(scan_folder / "results.csv")
        return Trial(
            analysis=analysis,
            scan=scan,
            trial=trial,
            workers=workers,
            executor=config["executor"],
            engine=", ".join(sorted(set(table["engine"]))),
            minima=config["minima"],
            patches=len(table),
            wall_s=round(wall_s, 3),
            cpu_s=round(cpu_s, 3),
            fit_s=round(fits[1] - fits[0], 3),
            phases=run_phases(folder, began=began, ended=began + wall_s, fits=fits),
            command=_readable(command, project, folder),
            conditions=before,
        )


def _command(workers: int, *, project: Path, folder: Path, scan: str) -> list[str]:
    """Return the command of a run: what the README has, with its folder and its targets."""
    return [
        *(sys.executable, "-m", "snakemake", "--cores", str(workers)),
        *("--snakefile", str(project / "Snakefile")),
        *("--directory", str(folder)),
        *("--profile", "none", "--workflow-profile", str(project / "profiles" / "default")),
        *("--configfile", str(folder / "trial.json")),
        *("--", f"results/{scan}/results.csv", f"results/{scan}/figures/exclusion.pdf"),
    ]


def _readable(command: Sequence[str], project: Path, folder: Path) -> str:
    """Return a command without the places of folders, which say nothing to others."""
    text = shlex.join(["snakemake", *command[3:]])
    return text.replace(str(folder), "TRIAL").replace(str(project), "PROJECT")


def _executor(name: str, workers: int, *, project: Path, folder: Path) -> str:
    """Return the executor with so many workers; one without a number has what Snakemake gives."""
    settings = read_settings(name, folder=project / "config" / "executors")
    if "workers" in settings:
        settings["workers"] = workers
    path = folder / "executor.yaml"
    path.write_text(yaml.safe_dump(settings))
    return str(path)


def _run(command: list[str], folder: Path) -> tuple[float, float]:
    """Run a command and return its wall time and the CPU time of all its processes, in seconds."""
    output = folder / "output.txt"
    with output.open("w") as file:
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603  (this project's own workflow)
            command,
            cwd=folder,
            env=pinned_environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
            wall_s = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            if process.returncode is None:
                process.terminate()
                process.wait()
    if process.returncode != 0:
        raise FitscanError(
            "a trial failed",
            value=process.returncode,
            hint="its last lines: " + output.read_text()[-2000:],
        )
    return wall_s, usage.ru_utime + usage.ru_stime
