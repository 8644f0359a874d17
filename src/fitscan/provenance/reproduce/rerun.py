"""Run the workflow with a recorded configuration in a folder of its own."""

import copy
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from fitscan.address import expand_path, is_remote
from fitscan.errors import FitscanError
from fitscan.files import write_text
from fitscan.masking import MASK

__all__ = ["located", "rerun"]


def located(configuration: Mapping[str, Any], *, base: Path) -> dict[str, Any]:
    """Return a configuration whose files are found from every folder, and which times nothing.

    Environment variables stay as they were written. The benchmark would be other times.

    Args:
        configuration: As it was recorded.
        base: The folder of the run, which its relative paths began from.

    Raises:
        ConfigError: An environment variable is not set.
        FitscanError: The address of an archive held a secret, which is not recorded.
    """
    found = copy.deepcopy(dict(configuration))
    for name, analysis in found["analyses"].items():
        files = ("workspace", "patches") if analysis["archive"] is None else ("archive",)
        for key in files:
            if analysis[key] is None:  # a workspace that needs no patches
                continue
            analysis[key] = _located(analysis[key], base, where=f"analyses.{name}.{key}")
        if MASK in (analysis["archive"] or ""):
            raise FitscanError(
                f"analyses.{name}.archive held a secret, which the record does not have",
                value=analysis["archive"],
                hint=f"put an environment variable in place of {MASK} there, such as $TOKEN",
            )
        for table in _tables(analysis):
            table["path"] = _located(table["path"], base, where=f"analyses.{name}")
    for name, combination in found["combinations"].items():
        for table in _tables(combination):
            table["path"] = _located(table["path"], base, where=f"combinations.{name}")
    found["benchmark"] = None
    found["run"] = ""
    if (base / found["executor"]).is_file():
        found["executor"] = str(base / found["executor"])
    return found


def rerun(configuration: Mapping[str, Any], *, into: Path, project: Path, cores: str) -> None:
    """Run the workflow to its end.

    Args:
        configuration: What is computed.
        into: A folder in which nothing was run, or this and it was broken off.
        project: The folder of the Snakefile.
        cores: Cores that Snakemake may use, or "all".

    Raises:
        FitscanError: The folder holds something else, or the workflow failed.
    """
    path, text = into / "config.yaml", yaml.safe_dump(dict(configuration), sort_keys=False)
    begun = path.is_file() and path.read_text("utf-8") == text
    if not begun and into.exists() and any(into.iterdir()):
        raise FitscanError(
            "the folder is not empty",
            value=str(into),
            hint="choose another one with --into, or INTO= of make",
        )
    write_text(path, text)
    command = [
        *(sys.executable, "-m", "snakemake", "--cores", cores),
        *("--snakefile", str(project / "Snakefile"), "--directory", str(into)),
        *("--configfile", str(path.resolve())),
    ]
    # The command of a run that this one may be started from is not its own.
    environment = {key: value for key, value in os.environ.items() if key != "FITSCAN_COMMAND"}
    done = subprocess.run(command, env=environment, check=False)  # noqa: S603  # our own program
    if done.returncode:
        raise FitscanError(
            "the workflow failed",
            value=done.returncode,
            hint="its output says why; the same command continues the run",
        )


def _tables(part: Any) -> Iterator[dict[str, Any]]:
    """Find what has a path, at every depth: tables that a user gives beside a likelihood."""
    if isinstance(part, dict):
        if isinstance(part.get("path"), str):
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _tables(inner)


def _located(path: str, base: Path, *, where: str) -> str:
    expanded = expand_path(path, where=where)
    return path if is_remote(expanded) or Path(expanded).is_absolute() else str(base / path)
