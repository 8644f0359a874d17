"""What made a result: versions and machine."""

import importlib.metadata
import os
import platform

import fitscan

__all__ = ["cores", "machine", "versions"]


def versions() -> dict[str, str]:
    """Return the versions of fitscan, Python and the packages that decide numbers."""
    packages = ("pyhf", "numpy", "scipy", "iminuit", "snakemake")
    return {
        "fitscan": fitscan.__version__,
        "Python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in packages},
    }


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def machine() -> str:
    """Describe this machine in a few words: system, architecture, cores."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
