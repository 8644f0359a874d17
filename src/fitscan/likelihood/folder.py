"""The verified likelihood of one analysis, as a folder that every later step reads.

    workspace.json   the background-only workspace, byte for byte as published
    patchset.json    all signal hypotheses in the form of a pyhf patchset, one patch a line
    points.json      names, values and digests of the points, and where in patchset.json they stand

The signal by region is beside them, see ``fitscan.likelihood.region_tables``.

A job reads the patches of its own points only, by their place in the file; the plan reads none.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fitscan import strictjson
from fitscan.errors import LikelihoodError
from fitscan.files import replacing, write_bytes
from fitscan.likelihood.patches import Patches
from fitscan.likelihood.signals import JsonPatch

__all__ = ["Index", "Point", "mark_refused", "read_index", "read_signals", "write_folder"]

FORMAT = 2

_CHECKSUM = b',\n "checksum": "'


@dataclass(frozen=True)
class Point:
    """A signal hypothesis as the plan sees it.

    Attributes:
        name: Name of the patch.
        values: One value for each label of the index.
        digest: SHA-256 of the operations of the patch.
        offset: First byte of the patch in patchset.json.
        length: Number of its bytes.
        refused: Why it cannot be fitted; nothing if it can.
        content: SHA-256 of these bytes; nothing where the patch is in no file.
    """

    name: str
    values: tuple[float | str, ...]
    digest: str
    offset: int
    length: int
    refused: str = ""
    content: str = ""


@dataclass(frozen=True)
class Index:
    """What points.json holds.

    Attributes:
        labels: Names of the dimensions of the grid.
        workspace: SHA-256 of the workspace (``strictjson.digest``).
        measurement: Name of the measurement that is fitted; None for the first of each patched
            workspace.
        points: The signal hypotheses in the order of the patchset.
        source: Where the likelihood came from, for the record.
    """

    labels: tuple[str, ...]
    workspace: str
    measurement: str | None
    points: tuple[Point, ...]
    source: dict[str, Any]


def write_folder(
    folder: Path,
    *,
    workspace: bytes,
    patches: Patches,
    measurement: str | None,
    source: dict[str, Any],
) -> Index:
    """Write a likelihood that has been checked.

    Args:
        folder: Where the three files go.
        workspace: Content of the workspace file.
        patches: The signal hypotheses.
        measurement: Name of the measurement that is fitted; see ``Index``.
        source: Where the likelihood came from, for the record.
    """
    digest = strictjson.digest(strictjson.parse(workspace, where="workspace"))
    points = _write_patchset(folder / "patchset.json", patches, workspace=digest)
    index = Index(patches.labels, digest, measurement, tuple(points), source)
    write_bytes(folder / "workspace.json", workspace)
    _write_index(folder, index)  # last: whoever finds it finds the other two
    return index


def mark_refused(folder: Path, refusals: Mapping[str, str]) -> Index:
    """Note in points.json of points that they cannot be fitted, and return the new content.

    Args:
        folder: The folder of the likelihood.
        refusals: Why, by the name of the point.
    """
    index = read_index(folder / "points.json")
    points = [
        replace(point, refused=refusals.get(point.name, point.refused)) for point in index.points
    ]
    index = replace(index, points=tuple(points))
    _write_index(folder, index)
    return index


def _write_index(folder: Path, index: Index) -> None:
    content = strictjson.in_lines({"format": FORMAT, **vars(index)})
    body = content.removesuffix(b"\n}\n")
    write_bytes(folder / "points.json", body + _CHECKSUM + _checksum(body) + b'"\n}\n')


def _checksum(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()


def read_index(path: Path) -> Index:
    """Read points.json.

    Raises:
        LikelihoodError: The file was written by another version of fitscan, or by hand.
    """
    try:
        content = path.read_bytes()
        body, _, rest = content.rpartition(_CHECKSUM)
        document = strictjson.parse(content, where=str(path))
        # Names, values and places of points are believed by all that follows.
        if document.pop("format") != FORMAT or rest != _checksum(body) + b'"\n}\n':
            raise KeyError("format")
        del document["checksum"]
        points = tuple(
            Point(**{**point, "values": tuple(point["values"])}) for point in document["points"]
        )
        return Index(**{**document, "labels": tuple(document["labels"]), "points": points})
    except (KeyError, TypeError, AttributeError, LikelihoodError) as error:
        raise LikelihoodError(
            "this file is not a list of points of this version",
            value=str(path),
            hint="delete the folder; the next run makes it again",
        ) from error


def read_signals(
    patchset: Path, points: Iterable[Point], *, verify: bool = True
) -> list[JsonPatch]:
    """Read the signals of ``points`` from patchset.json, and nothing else of it.

    Args:
        patchset: The file.
        points: Which ones.
        verify: Whether digests are compared. Who has just written the file need not.

    Raises:
        LikelihoodError: The file has changed since points.json was written.
    """
    signals = []
    with patchset.open("rb") as file:
        for point in points:
            file.seek(point.offset)
            content = file.read(point.length)
            if verify and hashlib.sha256(content).hexdigest() != point.content:
                raise LikelihoodError(
                    "a patch has changed since its list of points was made",
                    value=point.name,
                    hint=f"delete {patchset.parent}; the next run makes it again",
                )
            signals.append(JsonPatch(strictjson.parse(content, where=point.name)["patch"]))
    return signals


def _write_patchset(path: Path, patches: Patches, *, workspace: str) -> list[Point]:
    """Write a pyhf patchset with one patch a line and tell where each stands."""
    metadata = {
        "description": "",
        "references": {},
        **patches.metadata,
        "digests": {"sha256": workspace},
        "labels": list(patches.labels),
    }
    points = []
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(
            f'{{"version": "1.0.0", "metadata": {json.dumps(metadata)}, "patches": [\n'.encode()
        )
        for number, patch in enumerate(patches.patches):
            if number:
                file.write(b",\n")
            metadata = {"name": patch.name, "values": list(patch.values)}
            line = strictjson.compact({"metadata": metadata, "patch": patch.operations})
            digest = strictjson.digest(patch.operations)
            refused = "" if patch.refused is None else str(patch.refused)
            content = hashlib.sha256(line).hexdigest()
            place = file.tell(), len(line)
            points.append(Point(patch.name, patch.values, digest, *place, refused, content))
            file.write(line)
        file.write(b"\n]}\n")
    return points
