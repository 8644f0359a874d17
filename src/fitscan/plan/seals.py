"""Seals: a digest at the end of each row on disk, by which a row that was changed is known.

A seal finds what a disk tears and what an editor touches. It is no signature: whoever writes a row
can seal it.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import orjson

from fitscan.columns import Row

__all__ = ["sealed", "unsealed"]

_SEAL = ', "seal": "'


def sealed(row: Mapping[str, Any]) -> str:
    """Return a row as JSON in one line, with its seal.

    Raises:
        ValueError: The row holds a number that is not finite.
    """
    content = json.dumps(row, allow_nan=False).removesuffix("}")
    return f"{content}{_SEAL}{_digest(content.encode())}}}"


def unsealed(line: bytes) -> Row | None:
    """Return the row that ``sealed`` made a line of; None if the line is not as it was."""
    content, _, seal = line.rpartition(_SEAL.encode())
    if seal != f"{_digest(content)}}}".encode():
        return None
    try:
        row: Row = orjson.loads(content + b"}")
    except orjson.JSONDecodeError:  # sealed by hand
        return None
    return row if isinstance(row.get("key"), str) else None


def _digest(content: bytes) -> str:
    """Return the digest of the content, with the quote that ends it."""
    return hashlib.blake2b(content, digest_size=8).hexdigest() + '"'
