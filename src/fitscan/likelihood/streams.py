"""A file that is compressed by xz or bzip2, read to its very end and in a bounded amount of memory.

The header of a file by xz says how much its reader has to remember, up to 4 GiB, and ``lzma.open``
does as it is told. ``bz2.open`` passes over what follows the end.
"""

import bz2
import io
import lzma
from collections.abc import Callable
from typing import IO

from fitscan.errors import LikelihoodError

__all__ = ["open_bz2", "open_xz"]

# xz -9 needs 65 MiB, to write files of any size.
MAX_MEMORY_BYTES = 128 * 1024**2
PIECE_BYTES = 64 * 1024

_Stream = bz2.BZ2Decompressor | lzma.LZMADecompressor


def open_bz2(file: IO[bytes]) -> io.BufferedReader:
    """Return the decompressed content of a file, as a file that can be read and sought.

    What is read raises OSError or EOFError where the file is corrupt, ends early, or goes on with
    something else.
    """
    return io.BufferedReader(_Decompressed(file, bz2.BZ2Decompressor), PIECE_BYTES)


def open_xz(file: IO[bytes]) -> io.BufferedReader:
    """Return the decompressed content of a file, as a file that can be read and sought.

    What is read raises lzma.LZMAError or EOFError where the file is corrupt, ends early, or goes on
    with something else.
    """

    def stream() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_MEMORY_BYTES)

    return io.BufferedReader(_Decompressed(file, stream), PIECE_BYTES)


class _Decompressed(io.RawIOBase):
    """The decompressed content of a file; going back begins anew."""

    def __init__(self, file: IO[bytes], begin: Callable[[], _Stream]) -> None:
        self._file = file
        self._begin = begin
        self._rewind()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        content = self._some(len(buffer))
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_END:
            raise io.UnsupportedOperation("the size is not known")
        target = offset + (self._position if whence == io.SEEK_CUR else 0)
        if target < self._position:
            self._rewind()
        while self._position < target and self.read(min(PIECE_BYTES, target - self._position)):
            pass
        return self._position

    def _rewind(self) -> None:
        self._file.seek(0)
        self._position = 0
        self._stream = self._begin()

    def _some(self, size: int) -> bytes:
        """Decompress up to so many bytes; none at the end."""
        content = b""
        while not content:
            given = b""
            if self._stream.eof:
                given = self._next_stream()
                if not given:
                    break
            elif self._stream.needs_input:
                given = self._file.read(PIECE_BYTES)
                if not given:
                    raise EOFError("the compressed file ends before its end marker")
            try:
                content = self._stream.decompress(given, size)
            except lzma.LZMAError as error:
                if "memory usage limit" not in str(error).lower():
                    raise
                raise LikelihoodError(
                    f"a file compressed by xz needs more than {MAX_MEMORY_BYTES} bytes of memory",
                    hint="get or make one that is compressed with a smaller dictionary: xz -9",
                ) from error
        return content

    def _next_stream(self) -> bytes:
        """Begin the stream that follows, if there is one, and return its first bytes."""
        given = self._stream.unused_data.lstrip(b"\0")  # zeros may be between streams
        while not given:
            piece = self._file.read(PIECE_BYTES)
            if not piece:
                return b""
            given = piece.lstrip(b"\0")
        self._stream = self._begin()
        return given
