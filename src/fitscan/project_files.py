"""Where the files of the workflow are: at the top of a checkout, or inside an installed package.

The Snakefile and what it needs (``workflow/``, ``scripts/``, ``config/``, ``profiles/``, ``envs/``,
``resources/example/``) have the same places to each other in both. A wheel has them in
``fitscan/_project``.
"""

from contextlib import suppress
from pathlib import Path

__all__ = ["here_or_bundled", "import_path", "project_folder"]

_PACKAGE = Path(__file__).parent
_BUNDLED = _PACKAGE / "_project"


def project_folder() -> Path:
    """Return the folder of the Snakefile that belongs to this package."""
    return _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parents[1]


def here_or_bundled(path: Path) -> Path:
    """Return a path, or that of the same file of the project if there is none here.

    So `config/endpoints/...` of the documentation is found without a checkout.
    """
    bundled = project_folder() / path
    return bundled if not path.exists() and bundled.exists() else path


def import_path(links: Path) -> Path:
    """Return a folder from which Python imports this package and nothing else.

    An environment of other packages can then take this one: ``site-packages`` would bring all its
    neighbours along. Of an installed package it is a folder with a link to it.

    Args:
        links: Where that folder is made if it is needed.
    """
    if not _BUNDLED.is_dir():
        return _PACKAGE.parent
    link = links / _PACKAGE.name
    if not link.exists() or link.resolve() != _PACKAGE.resolve():
        links.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        with suppress(FileExistsError):  # another process was faster
            link.symlink_to(_PACKAGE, target_is_directory=True)
    return links.absolute()
