"""A single file that is compressed by gzip, bzip2 or xz, read as if it were not.

Takes the content of a file; returns the file inside, recognised by its first bytes and not by its
name. Large workspaces are often published as .json.gz.
"""

import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from typing import IO, Any

from fitscan.errors import LikelihoodError
from fitscan.likelihood.archive_limits import Budget
from fitscan.likelihood.streams import open_bz2, open_xz

__all__ = ["COMPRESSIONS", "decompressed", "without_suffix"]

COMPRESSIONS: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": open_bz2,
    b"\xfd7zXZ\x00": open_xz,
}
SUFFIXES = (".gz", ".bz2", ".xz")

PIECE_BYTES = 1024**2


def decompressed(content: bytes, *, where: str, budget: Budget | None = None) -> bytes:
    """Return ``content``, decompressed if it is compressed.

    Args:
        content: The file.
        where: Its name, for errors.
        budget: What it may hold; that of the default limits if it is left out.

    Raises:
        LikelihoodError: It is truncated or corrupt, or larger than it may be.
    """
    budget = budget or Budget()
    for magic, decompress in COMPRESSIONS.items():
        if content.startswith(magic):
            try:
                with decompress(io.BytesIO(content)) as file:
                    budget.take(where, _size(file, budget.limits.member_bytes))
                with decompress(io.BytesIO(content)) as file:
                    return bytes(file.read())
            except (OSError, EOFError, zlib.error, lzma.LZMAError, MemoryError) as error:
                raise LikelihoodError(
                    f"{where} cannot be decompressed",
                    value=f"{type(error).__name__}: {error}",
                    hint="it is truncated or corrupt; get a new copy",
                ) from error
    return content


def _size(file: IO[bytes], limit: int) -> int:
    """Return how many bytes a file has, or some number above the limit, by pieces let go."""
    size = 0
    while size <= limit and (piece := file.read(PIECE_BYTES)):
        size += len(piece)
    return size


def without_suffix(name: str) -> str:
    """Return the name of a file without the suffix of its compression.

    >>> without_suffix("workspace.json.gz"), without_suffix("workspace.json")
    ('workspace.json', 'workspace.json')
    """
    for suffix in SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return name
