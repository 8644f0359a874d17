"""What made a result: versions, machine, code."""

import hashlib
import importlib.metadata
import os
import platform
from collections.abc import Iterator
from pathlib import Path

import fitscan

__all__ = ["code_digest", "machine", "versions"]

_PACKAGE = Path(__file__).parent


def code_digest(*modules: str) -> str:
    """Return a digest of the source of parts of this package.

    Rules carry it in their params, so that an edit of the package reruns the steps it concerns;
    Snakemake itself sees only the scripts.

    Args:
        modules: Modules or subpackages, named from the package's folder.
    """
    content = hashlib.sha256()
    for module in modules:
        for path in _sources(_PACKAGE / module):
            content.update(path.relative_to(_PACKAGE).as_posix().encode())
            content.update(hashlib.sha256(path.read_bytes()).digest())
    return content.hexdigest()[:16]


def versions() -> dict[str, str]:
    """Return the versions of fitscan, Python and the packages that decide numbers."""
    packages = ("pyhf", "numpy", "scipy", "iminuit", "snakemake")
    return {
        "fitscan": fitscan.__version__,
        "Python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in packages},
    }


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
