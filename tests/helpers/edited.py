"""A copy of the source of fitscan, to be edited, which digests then read."""

import shutil
from pathlib import Path

from fitscan import digests
from fitscan.engines import registry

_CACHED = (
    *(digests.module_file, digests._imported_files, digests._data_of, digests._digest_of),
    registry._code_version,
    registry._installed,
)


class EditedPackage:
    """The source of fitscan in another folder.

    Args:
        folder: Where it is put.
        monkeypatch: Puts it in the place of the real one.
        files: Sources by name, in place of those of fitscan; None copies these.
    """

    def __init__(self, folder: Path, monkeypatch, files: dict[str, str] | None = None) -> None:
        self.folder = folder / "fitscan"
        if files is None:
            shutil.copytree(
                digests._ROOT, self.folder, ignore=shutil.ignore_patterns("__pycache__")
            )
        for name, text in (files or {}).items():
            self.write(name, text)
        monkeypatch.setattr(digests, "_ROOT", self.folder)
        monkeypatch.setattr(digests, "_RELEASE", self.folder / "__init__.py")
        forget()

    def write(self, name: str, text: str) -> None:
        """Write a source file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        forget()

    def edit(self, name: str) -> None:
        """Change a source file, and nothing that it does."""
        path = self.folder / name
        self.write(name, path.read_text() + "# edited\n")


def forget() -> None:
    """Have digests read all sources again: in one process they are read once."""
    for function in _CACHED:
        function.cache_clear()
