"""Read and verify a published likelihood: a workspace, and its signal hypotheses as patches."""

from fitscan.likelihood.folder import (
    Index,
    Point,
    mark_refused,
    read_index,
    read_signals,
    write_folder,
)
from fitscan.likelihood.patching import apply_patch
from fitscan.likelihood.signals import JsonPatch, Signal, signal_of

__all__ = [
    "Index",
    "JsonPatch",
    "Point",
    "Signal",
    "apply_patch",
    "mark_refused",
    "read_index",
    "read_signals",
    "signal_of",
    "write_folder",
]
