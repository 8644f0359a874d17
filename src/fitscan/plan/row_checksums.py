"""A checksum at the end of each row on disk, by which a row that was changed is known.

It finds what a disk tears and what an editor touches. It is no signature: whoever changes a row can
write its checksum too.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import orjson

from fitscan.columns import Row

__all__ = ["EARLIER", "row_of_line", "with_checksum"]

EARLIER = "of an earlier version"
"""What is said of a row without a checksum. It is not believed: whether a number in it was changed
could not be known."""

_CHECKSUM = ', "checksum": "'


def with_checksum(row: Mapping[str, Any]) -> str:
    """Return a row as JSON in one line, with its checksum.

    Raises:
        ValueError: The row holds a number that is not finite.
    """
    content = json.dumps(row, allow_nan=False).removesuffix("}")
    return f"{content}{_CHECKSUM}{_digest(content.encode())}}}"


def row_of_line(line: bytes) -> Row:
    """Return the row that ``with_checksum`` made a line of.

    Raises:
        ValueError: The line is not as it was written, or is ``EARLIER``; it says which.
    """
    content, _, checksum = line.rpartition(_CHECKSUM.encode())
    whole = checksum == f"{_digest(content)}}}".encode()
    try:
        row = orjson.loads(content + b"}" if whole else line)
    except orjson.JSONDecodeError:  # cut short, or with a checksum that was written by hand
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("key"), str):
        raise ValueError("not as written")
    if not whole:
        raise ValueError("not as written" if "checksum" in row else EARLIER)
    return row


def _digest(content: bytes) -> str:
    """Return the digest of the content, with the quote that ends it."""
    return hashlib.blake2b(content, digest_size=8).hexdigest() + '"'
