"""From the points of a shard to rows: tasks through an executor, none of them lost."""

from fitscan.dispatch.points import fit_points

__all__ = ["fit_points"]
