"""Read and verify a published likelihood: a workspace, and its signal hypotheses as patches."""

from fitscan.likelihood.folder import (
    Index,
    Point,
    mark_refused,
    read_index,
    read_operations,
    write_folder,
)
from fitscan.likelihood.patching import apply_patch

__all__ = [
    "Index",
    "Point",
    "apply_patch",
    "mark_refused",
    "read_index",
    "read_operations",
    "write_folder",
]
