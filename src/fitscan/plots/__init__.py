"""Figures from arrays: the exclusion plane, the scan of one parameter, and writing them.

They are made without pyplot, so that drawing leaves no global state behind. Write them with `save`:
matplotlib sets math text only when it draws, and `save` does that in the style of the figures.
"""

from fitscan.plots.look import Colors, save
from fitscan.plots.minima import draw_minima_plane, draw_minima_scan
from fitscan.plots.plane import draw_exclusion_plane
from fitscan.plots.scan import draw_parameter_scan

__all__ = [
    "Colors",
    "draw_exclusion_plane",
    "draw_minima_plane",
    "draw_minima_scan",
    "draw_parameter_scan",
    "save",
]
