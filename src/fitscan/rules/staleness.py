"""What makes a job run again besides its inputs: code, and the content of files."""

from collections.abc import Callable, Iterable
from pathlib import Path

from fitscan.digests import source_digest
from fitscan.files import file_sha256

__all__ = ["code_of", "contents"]


def code_of(script: Path) -> Callable[[object], str]:
    """Digest a script and all that it imports, when a job asks: an edit reruns its rule."""
    return lambda _wildcards: source_digest(script)


def contents(files: Iterable[str]) -> list[str]:
    """Digest the files that exist, so that their content counts and not their time."""
    return [file_sha256(Path(file)) for file in files if Path(file).is_file()]
