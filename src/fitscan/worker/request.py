"""What is sent to a worker, as both sides know it.

A request asks for the fits of some points of one scan, or only who answers (a probe)::

    {"format": 3, "engine": ..., "workspace": {"digest": ..., "path": ..., "content": ...},
     "settings": {"engine": "compiled", "kind": "asymptotic", ...},
     "points": [{"key": ..., "name": ..., "signal": {"patch": [...]}, "block": null}]}
    {"format": 3, "probe": true}

Nothing in it is run: it holds numbers, names and JSON patches.
"""

import base64
import zlib
from typing import Annotated, Any, Literal

import orjson
from pydantic import StringConstraints, ValidationError

from fitscan.errors import FitscanError
from fitscan.plan.blocks import Block, Experiments, Strict

__all__ = [
    "FORMAT",
    "Fits",
    "Point",
    "Probe",
    "Workspace",
    "packed",
    "parse_request",
    "unpacked",
]

FORMAT = 3

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

# What a compressed workspace may grow to: no likelihood is near it, a bomb is beyond it.
_MOST_BYTES = 1 << 30


class Point(Strict):
    """A point to fit.

    Attributes:
        key: Its key, or that of the block.
        name: Its name, for messages.
        signal: What makes the hypothesis of the workspace; see ``fitscan.likelihood.signals``.
        block: The toys to throw, or the experiments to make; None tests the data.
    """

    key: str
    name: str
    signal: dict[str, Any]
    block: Block | Experiments | None = None


class Workspace(Strict):
    """The background-only workspace.

    Attributes:
        digest: SHA-256 by which a worker knows it (``strictjson.digest``).
        path: A file that holds it, where workers see the files of whoever asks.
        content: The file itself, see ``packed``; for workers that asked for it.
    """

    digest: Digest
    path: str | None = None
    content: str | None = None


class Fits(Strict):
    """Asks for fits.

    Attributes:
        format: Version of this format.
        engine: Version of the engine that the keys of the points were made with
            (``fitscan.engines.registry``).
        workspace: The background-only workspace.
        settings: What is computed and how; part of every key.
        points: The points.
    """

    format: Literal[3]
    engine: str
    workspace: Workspace
    settings: dict[str, Any]
    points: list[Point]


class Probe(Strict):
    """Asks who answers."""

    format: Literal[3]
    probe: Literal[True]


def parse_request(content: bytes) -> Fits | Probe:
    """Check and read a request.

    Raises:
        FitscanError: It is not a request, or a request of another version of fitscan.
        orjson.JSONDecodeError: It is not even JSON.
        MemoryError: There is no memory to read it.
    """
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        if "Not enough memory" in str(error):  # not what is wrong with the request
            raise MemoryError("no memory to read a request") from error
        raise
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise FitscanError(
            "the request was written by another version of fitscan",
            value=document.get("format") if isinstance(document, dict) else None,
            hint=f"this worker reads format {FORMAT}; install the same version on both sides",
        )
    try:
        return (Probe if "probe" in document else Fits).model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise FitscanError(f"the request is not valid at {where}", value=first["msg"]) from None


def packed(content: bytes) -> str:
    """Return the content of a file as text for a request, a tenth as long for a workspace."""
    return base64.b85encode(zlib.compress(content, 6)).decode()


def unpacked(text: str) -> bytes:
    """Undo ``packed``.

    Raises:
        FitscanError: It was not packed so, or is larger than any likelihood.
    """
    try:
        reader = zlib.decompressobj()
        content = reader.decompress(base64.b85decode(text), _MOST_BYTES)
    except (ValueError, zlib.error) as error:
        raise FitscanError("the workspace in the request is damaged", value=str(error)) from error
    if not reader.eof:
        raise FitscanError("the workspace in the request is truncated or too large")
    return content
