"""Where a run happened and with which software: this machine, packages, revision, lock file."""

import importlib.metadata
import os
import platform
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

import fitscan
from fitscan.files import file_sha256
from fitscan.machine import cores, cpu_kind, cpu_model

__all__ = ["LOCK", "revision_of", "software", "this_machine", "thread_counts"]

# Those that decide numbers, in results or in the lines of figures.
PACKAGES = ("iminuit", "llvmlite", "matplotlib", "numba", "numpy", "pandas", "pyhf", "scipy")
# And those that decide what is computed, and how it is written.
TOOLS = ("hepdata-lib", "hepdata-validator", "pyarrow", "rocrate", "snakemake")

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")

LOCK = "envs/requirements.txt"


def software(project: Path) -> dict[str, Any]:
    """Return the versions of all that takes part.

    Args:
        project: The folder of the Snakefile.
    """
    lock = project / LOCK
    return {
        "fitscan": {"version": fitscan.__version__, **revision_of(project)},
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in (*PACKAGES, *TOOLS)},
        "lock": {"file": LOCK, "sha256": file_sha256(lock)} if lock.is_file() else None,
    }


def revision_of(project: Path) -> dict[str, Any]:
    """Return the git revision of a checkout and whether its files were edited since; else nothing.

    A folder inside the checkout of something else has no revision of its own.
    """
    git = shutil.which("git")
    if git is None or not (project / ".git").exists():
        return {}

    def ask(*question: str) -> str:
        answer = subprocess.run(  # noqa: S603  # nothing of a user's
            [git, "-C", str(project), *question], capture_output=True, text=True, check=True
        )
        return answer.stdout.strip()

    try:
        return {
            "revision": ask("rev-parse", "HEAD"),
            "dirty": ask("status", "--porcelain", "--untracked-files=no") != "",
        }
    except subprocess.CalledProcessError:  # no commit yet, or a folder of another user
        return {}


def this_machine() -> dict[str, Any]:
    """Describe this machine, without its name; for ``compiled_for`` see ``machine.CpuKind``."""
    return {
        "system": platform.system(),
        "release": platform.release(),
        "architecture": platform.machine(),
        "cpu": cpu_model(),
        "compiled_for": asdict(cpu_kind()),
        "cores": cores(),
    }


def thread_counts() -> dict[str, str | None]:
    """Return the number of threads set for numerical libraries; None where they choose."""
    return {name: os.environ.get(name) for name in THREADS}
