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
from fitscan.benchmark.records import Trial
from fitscan.errors import ConfigError, FitscanError
from fitscan.executors.opening import read_settings
from fitscan.likelihood.download import is_remote
from fitscan.tables.results import read_table

__all__ = ["check_workers", "run_trial", "trial_config"]

Config = Mapping[str, Any]

# What decides a run's numbers and its contour; the rest of a configuration is for other steps.
_TOP = ("engine", "fallback", "minima", "pyhf", "interpolation", "executor", "shards")
# All that decides numbers, and what a grid of several labels is not planned without.
_ANALYSIS = (
    *("archive", "sha256", "workspace", "patches", "measurement", "theory"),
    *("axes", "slice", "verify_digest"),
)

DOWNLOADS = Path("resources/archives")


def trial_config(config: Config, analysis: str, scan: str, *, folder: Path) -> dict[str, Any]:
    """Return the configuration of a run of one scan, in another folder.

    Args:
        config: The checked configuration.
        analysis: The analysis.
        scan: The scan.
        folder: What the paths of ``config`` are relative to.
    """
    likelihood = {key: config["analyses"][analysis][key] for key in _ANALYSIS}
    plain = likelihood["archive"] is None
    for key in ("workspace", "patches") if plain else ("archive",):
        if likelihood[key] is None:  # a workspace that needs no patches
            continue
        if plain or not is_remote(likelihood[key]):
            likelihood[key] = str(folder / likelihood[key])
    return {
        **{key: config[key] for key in _TOP},
        "scans": {scan: config["scans"][scan]},
        "analyses": {analysis: likelihood},
    }


def check_workers(
    workers: Sequence[int], *, cores: int, executor: str, folder_of_executors: Path
) -> None:
    """Refuse numbers of workers that would not be what is timed.

    Args:
        workers: Numbers of workers.
        cores: Cores that Snakemake may use.
        executor: The executor of the configuration.
        folder_of_executors: Where the settings of executors are.

    Raises:
        ConfigError: They need more cores than there are, or the executor has a number of its own.
    """
    if max(workers) > cores:
        raise ConfigError(
            "benchmark.workers asks for more workers than there are cores",
            value=max(workers),
            hint=f"Snakemake was given {cores}: lower it, or set --cores",
        )
    settings = read_settings(executor, folder=folder_of_executors)
    if settings["kind"] != "in_process" and "workers" not in settings and len(workers) > 1:
        raise ConfigError(
            f"benchmark.workers has {len(workers)} numbers, but the executor one of its own",
            value=executor,
            hint="give that number alone",
        )


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
        workers: Workers, of which each has a core.
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
                "a trial gave other results than the scan it repeats",
                value=hashlib.sha256(content).hexdigest()[:12],
                hint=f"{path_to_results} is not what this machine finds; scan it here first",
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
