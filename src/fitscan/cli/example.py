"""The bundled example in a folder of the user, at the places that it has in a checkout."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from fitscan.project_files import project_folder

__all__ = ["EXAMPLE", "copy_example"]

EXAMPLE = Path("resources/example")
_CONFIGURATION = Path("config/config.yaml")


def copy_example(folder: Path, *, configured: bool = True) -> Iterator[str]:
    """Copy the example and its configuration, if they are not there; yield what was copied.

    Args:
        folder: Where they go.
        configured: Whether the configuration is copied as well. If there is one already, nothing is
            copied, since it may be about other likelihoods.
    """
    if configured and (folder / _CONFIGURATION).exists():
        return
    if not (folder / EXAMPLE).exists():
        shutil.copytree(
            project_folder() / EXAMPLE,
            folder / EXAMPLE,
            ignore=shutil.ignore_patterns("*.py", "__pycache__"),
        )
        yield f"the example is copied to {EXAMPLE}"
    if configured:
        (folder / _CONFIGURATION).parent.mkdir(exist_ok=True)
        shutil.copy(project_folder() / _CONFIGURATION, folder / _CONFIGURATION)
        yield f"its configuration is copied to {_CONFIGURATION}"
