"""Workspaces as flat arrays: the background once per analysis, each hypothesis by its own rows."""

from fitscan.model.analysis import Analysis
from fitscan.model.arrays import Arrays, Model

__all__ = ["Analysis", "Arrays", "Model"]
