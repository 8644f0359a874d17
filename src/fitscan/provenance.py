"""What made a result: versions, machine, code."""

import hashlib
import importlib.metadata
import os
import platform
from collections.abc import Iterator
from pathlib import Path

import fitscan

__all__ = ["code_digest", "cores", "machine", "versions"]

_PACKAGE = Path(__file__).parent


def code_digest(*modules: str, script: Path | None = None) -> str:
    """Return a digest of the source of parts of this package, and of a script that uses them.

    Rules carry it in their params, so that an edit reruns the steps it concerns. Snakemake itself
    does not see the package, and compares the times of scripts and not what is in them.

    Args:
        modules: Modules or subpackages, named from the package's folder.
        script: A script.
    """
    content = hashlib.sha256()
    files = [file for module in modules for file in _sources(_PACKAGE / module)]
    for file in [*files, *filter(None, [script])]:
        content.update(file.name.encode())
        content.update(hashlib.sha256(file.read_bytes()).digest())
    return content.hexdigest()[:16]


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


def _sources(path: Path) -> Iterator[Path]:
    """List the files of a module or a subpackage in a fixed order."""
    if path.is_dir():
        yield from (
            file
            for file in sorted(path.rglob("*"))
            if file.is_file() and "__pycache__" not in file.parts
        )
    else:
        yield path.with_suffix(".py")
