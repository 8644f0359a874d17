"""How far apart two sets of lines are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fitscan.contour.space import Array

__all__ = ["Distance", "line_distance"]


@dataclass(frozen=True)
class Distance:
    """How far apart two sets of lines are, in the units of the axes.

    Attributes:
        mean: Mean distance along both sets: each vertex counts by the length of line that it
            stands for.
        largest: The largest distance, which is that of Hausdorff.
        place: Where that is, a vertex of either set.
        nearest: The place on the other set that is nearest to it.
    """

    mean: float
    largest: float
    place: tuple[float, float]
    nearest: tuple[float, float]


def line_distance(first: Sequence[Array], second: Sequence[Array]) -> Distance | None:
    """Return how far apart two sets of lines are; None where one of them has no line.

    Args:
        first: Polylines of shape ``(vertices, 2)``.
        second: The same.
    """
    if not first or not second:
        return None
    found = [_to_lines(first, second), _to_lines(second, first)]
    places, nearest, weights = (np.concatenate(parts) for parts in zip(*found, strict=True))
    distances = np.hypot(*(places - nearest).T)
    # Lines without length: every vertex counts the same.
    total = float(weights.sum())
    mean = float(weights @ distances) / total if total > 0.0 else float(distances.mean())
    at = int(distances.argmax())
    return Distance(
        mean,
        float(distances[at]),
        (float(places[at, 0]), float(places[at, 1])),
        (float(nearest[at, 0]), float(nearest[at, 1])),
    )


def _to_lines(lines: Sequence[Array], others: Sequence[Array]) -> tuple[Array, Array, Array]:
    """Return the vertices of lines, the places on others nearest to them, and their lengths."""
    places = np.concatenate(lines)
    weights = np.concatenate([_shares(line) for line in lines])
    start = np.concatenate([line[:-1] if len(line) > 1 else line for line in others])
    end = np.concatenate([line[1:] if len(line) > 1 else line for line in others])
    along = end - start
    squares = (along**2).sum(axis=1)
    steps = places[:, None, :] - start[None, :, :]
    part = (steps * along).sum(axis=2) / np.where(squares > 0.0, squares, 1.0)
    feet = start + np.clip(part, 0.0, 1.0)[:, :, None] * along
    best = ((places[:, None, :] - feet) ** 2).sum(axis=2).argmin(axis=1)
    return places, feet[np.arange(len(places)), best], weights


def _shares(line: Array) -> Array:
    """Return the length that each vertex stands for: half of the pieces that meet there."""
    pieces = np.hypot(*np.diff(line, axis=0).T)
    return np.asarray((np.append(pieces, 0.0) + np.append(0.0, pieces)) / 2.0)
