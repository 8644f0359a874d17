"""What a trial runs: one scan and its contour, by a configuration of its own."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fitscan.address import Address
from fitscan.errors import ConfigError
from fitscan.executors.opening import read_settings

__all__ = ["check_workers", "trial_config"]

Config = Mapping[str, Any]

# What decides a run's numbers and its contour; the rest of a configuration is for other steps.
_TOP = (
    *("engine", "fallback", "minima", "pyhf", "interpolation", "executor", "shards"),
    "archive_limits",
)
# All that decides numbers, and what a grid of several labels is not planned without.
_ANALYSIS = (
    *("archive", "sha256", "workspace", "patches", "measurement", "signal_xsec_uncertainty"),
    *("points", "axes", "slice", "verify_digest"),
)


def trial_config(config: Config, analysis: str, scan: str, *, folder: Path) -> dict[str, Any]:
    """Return the configuration of a run of one scan, in another folder.

    Args:
        config: The checked configuration.
        analysis: The analysis.
        scan: The scan.
        folder: What the paths of ``config`` are relative to.
    """
    likelihood = {key: config["analyses"][analysis][key] for key in _ANALYSIS}
    archive: Address | None = likelihood["archive"]
    if archive is not None:
        # As it is written: variables are filled in by the trial, and are in no file.
        remote = archive.is_remote
        likelihood["archive"] = archive.written if remote else str(folder / archive.filled)
    for key in ("workspace", "patches") if archive is None else ():
        if likelihood[key] is not None:  # a workspace may need no patches
            likelihood[key] = str(folder / likelihood[key])
    return {
        **{key: config[key] for key in _TOP},
        "scans": {scan: config["scans"][scan]},
        "figures": {"draw": []},
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
            hint=f"Snakemake has {cores}: use fewer workers, or set --cores",
        )
    settings = read_settings(executor, folder=folder_of_executors)
    if settings["kind"] != "in_process" and "workers" not in settings and len(workers) > 1:
        raise ConfigError(
            f"benchmark.workers has {len(workers)} numbers, but the executor can have only one",
            value=executor,
            hint="set benchmark.workers to that number only",
        )
