"""JSON as the standard has it: UTF-8, and no NaN or Infinity."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from typing import Any

import orjson

from fitscan.errors import LikelihoodError
from fitscan.garbage import collection_paused

__all__ = ["compact", "digest", "in_lines", "parse"]

# Half of a UTF-16 pair, which Python reads from an escape and cannot write as UTF-8.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse(content: bytes, *, where: str) -> Any:
    """Parse ``content``; ``where`` names it in errors.

    Raises:
        LikelihoodError: Not JSON in UTF-8; or a NaN, an Infinity or a number beyond double
            precision such as 1e999, all of which Python's parser would let pass.
    """
    # Several times as fast and as strict as what follows. What it refuses is read again, for the
    # message or since it is right after all: a byte order mark, deep nesting. An integer beyond
    # 64 bits, which no likelihood has, becomes a float.
    try:
        with collection_paused():
            return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass

    def finite(number: str) -> float:
        value = float(number)
        if not math.isfinite(value):
            raise LikelihoodError(
                f"{where} holds a number that is not finite",
                value=number[:40],
                hint="a likelihood has finite numbers only; ask whoever made the file",
            )
        return value

    def integer(number: str) -> int:
        finite(number)
        return int(number)

    try:
        text = content.decode("utf-8-sig")
        document = json.loads(text, parse_float=finite, parse_int=integer, parse_constant=finite)
        if _SURROGATE.search(text):
            json.dumps(document, ensure_ascii=False).encode()
    except UnicodeError as error:
        raise LikelihoodError(
            f"{where} is not text in UTF-8", value=str(error), hint="JSON files are; convert it"
        ) from error
    except json.JSONDecodeError as error:
        raise LikelihoodError(
            f"{where} is not JSON",
            value=str(error),
            hint="is it the right file? A download may have been cut short",
        ) from error
    except RecursionError as error:
        raise LikelihoodError(
            f"{where} is nested too deeply to be a likelihood", hint="is it the right file?"
        ) from error
    return document


def in_lines(document: Mapping[str, Any]) -> bytes:
    """Return an object as JSON for programs and people: items of its lists on lines of their own.

    The standard library indents in Python, which takes half a second for 10,000 points.

    Args:
        document: The object, in which dataclasses are objects too.
    """
    encode = json.JSONEncoder(default=vars).encode
    texts = []
    for key, value in document.items():
        if isinstance(value, list | tuple) and value:
            text = "[\n  " + ",\n  ".join(map(encode, value)) + "\n ]"
        else:
            text = encode(value)
        texts.append(f"{encode(key)}: {text}")
    return ("{\n " + ",\n ".join(texts) + "\n}\n").encode()


def compact(document: Any) -> bytes:
    """Return what ``parse`` read as JSON in one line."""
    try:
        return orjson.dumps(document)
    except TypeError:  # an integer beyond 64 bits, deep nesting
        return json.dumps(document, separators=(",", ":"), allow_nan=False).encode()


def digest(document: Any, *, algorithm: str = "sha256") -> str:
    """Return the digest of ``document`` as pyhf computes it for patchsets.

    Keys are sorted, so neither the layout of the file nor the order of its keys matters
    (``pyhf.utils.digest``, pyhf 0.7.6).
    """
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return hashlib.new(algorithm, canonical.encode()).hexdigest()
