"""A single file that is compressed by gzip, bzip2 or xz, read as if it were not.

Takes the content of a file; returns the file inside, recognised by its first bytes and not by its
name. Large workspaces are often published as .json.gz.
"""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from typing import IO, Any

from fitscan.errors import LikelihoodError

__all__ = ["COMPRESSIONS", "MAX_FILE_BYTES", "decompressed", "without_suffix"]

COMPRESSIONS: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
SUFFIXES = (".gz", ".bz2", ".xz")

# A bound against decompression bombs; 1Lbb, 3L-RJ and the staus archive hold 3 to 24 MB in all.
MAX_FILE_BYTES = 2 * 1024**3


def decompressed(content: bytes, *, where: str) -> bytes:
    """Return ``content``, decompressed if it is compressed; ``where`` names it in errors.

    Raises:
        LikelihoodError: It is truncated or corrupt, or larger than any likelihood.
    """
    for magic, decompress in COMPRESSIONS.items():
        if content.startswith(magic):
            try:
                with decompress(io.BytesIO(content)) as file:
                    inner: bytes = file.read(MAX_FILE_BYTES + 1)
            except (OSError, EOFError, zlib.error, lzma.LZMAError, MemoryError) as error:
                raise LikelihoodError(
                    f"{where} cannot be decompressed",
                    value=f"{type(error).__name__}: {error}",
                    hint="it is truncated or corrupt; get a new copy",
                ) from error
            if len(inner) > MAX_FILE_BYTES:
                raise LikelihoodError(
                    f"{where} is larger than {MAX_FILE_BYTES} bytes once decompressed",
                    hint="no published workspace or patchset is; check where it comes from",
                )
            return inner
    return content


def without_suffix(name: str) -> str:
    """Return the name of a file without the suffix of its compression.

    >>> without_suffix("workspace.json.gz"), without_suffix("workspace.json")
    ('workspace.json', 'workspace.json')
    """
    for suffix in SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return name
