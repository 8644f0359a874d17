"""One scan of one analysis: what is wanted and how it is fitted, as plan/scan.json holds it."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fitscan.errors import PlanError
from fitscan.likelihood import Point

__all__ = ["FORMAT", "Scan", "read_scan", "shard_keys"]

FORMAT = 5


@dataclass(frozen=True)
class Scan:
    """One scan of one analysis.

    Attributes:
        settings: What is computed and how; part of every key.
        workspace: Digest of the workspace.
        labels: Names of the dimensions of the grid.
        engine: Version of the engine, with which the keys were made; see
            ``fitscan.engines.registry.engine_version``.
        kind: Version of what makes rows from blocks of toys or experiments; empty without blocks.
        unkeyed_settings: Names of the settings that are in no key: how many toys or experiments
            are made, and what is done with them.
        columns: The columns of the results before their texts.
        unfitted_row: What the row of a point that is not fitted holds, besides empty columns.
        points: The wanted points in the order of the patchset.
        keys: The key of each point. Points with equal patches have equal keys and share a fit.
        first_keys: The key that each point has when nothing is tried again after a failure. A row
            that is ok under it is the row of this point as well.
    """

    settings: dict[str, Any]
    workspace: str
    engine: str
    kind: str
    unkeyed_settings: tuple[str, ...]
    columns: tuple[str, ...]
    unfitted_row: dict[str, Any]
    labels: tuple[str, ...]
    points: tuple[Point, ...]
    keys: tuple[str, ...]
    first_keys: tuple[str, ...]

    @property
    def fitted_points(self) -> tuple[Point, ...]:
        """The points that are fitted: all but those that were refused."""
        return tuple(point for point in self.points if not point.refused)

    @property
    def fitted_keys(self) -> tuple[str, ...]:
        """Their keys."""
        return tuple(
            key for key, point in zip(self.keys, self.points, strict=True) if not point.refused
        )

    @property
    def digest(self) -> str:
        """A digest of what is wanted: it changes when points come, go, move or get other names."""
        wanted = [(key, p.name, p.values) for key, p in zip(self.keys, self.points, strict=True)]
        return hashlib.sha256(repr((self.labels, wanted)).encode()).hexdigest()[:16]


def read_scan(path: Path) -> Scan:
    """Read plan/scan.json.

    Raises:
        PlanError: The file was written by another version of fitscan, or by hand.
    """
    with _reading(path) as document:
        points = tuple(
            Point(**{**point, "values": tuple(point["values"])}) for point in document.pop("points")
        )
        sequences: dict[str, Any] = {
            name: tuple(document.pop(name))
            for name in ("unkeyed_settings", "columns", "labels", "keys", "first_keys")
        }
        return Scan(**document, **sequences, points=points)


def shard_keys(path: Path) -> list[str]:
    """Read the keys of a shard from its plan.

    Raises:
        PlanError: See ``read_scan``.
    """
    with _reading(path) as document:
        keys: list[str] = document["keys"]
    return keys


@contextmanager
def _reading(path: Path) -> Iterator[dict[str, Any]]:
    """Yield what a file of the plan holds; refuse a file that the reader cannot interpret."""
    try:
        document: dict[str, Any] = json.loads(path.read_bytes())
        if document.pop("format") != FORMAT:
            raise KeyError("format")
        yield document
    except (FileNotFoundError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise PlanError(
            f"{path} is not a plan of this version of fitscan", value=str(error), hint="delete it"
        ) from error
