"""Figures from arrays and tables: exclusion, the fits of one point, and writing them.

They are made without pyplot, so that drawing leaves no global state behind. Write them with `save`:
matplotlib sets math text only when it draws, and `save` does that in the style of the figures.
"""

from fitscan.plots.colormap import MapPanel, draw_colormap
from fitscan.plots.combination import Curves, draw_combination_plane, draw_combination_scan
from fitscan.plots.comparison import draw_comparison
from fitscan.plots.correlations import draw_correlations
from fitscan.plots.coverage import draw_coverage
from fitscan.plots.few_toys import few_toys
from fitscan.plots.limits import draw_limits_plane, draw_limits_scan
from fitscan.plots.maps import draw_CLs_map, draw_status_map
from fitscan.plots.minima import draw_minima_plane, draw_minima_scan
from fitscan.plots.mu_scan import draw_mu_scan
from fitscan.plots.note import note_instead
from fitscan.plots.number_of_toys import draw_number_of_toys_plane, draw_number_of_toys_scan
from fitscan.plots.plane import draw_exclusion_plane
from fitscan.plots.pulls import draw_pulls
from fitscan.plots.scan import draw_parameter_scan
from fitscan.plots.style import Colors, confidence, save
from fitscan.plots.toys import draw_no_toys, draw_toys
from fitscan.plots.yields import draw_yields

__all__ = [
    "Colors",
    "Curves",
    "MapPanel",
    "confidence",
    "draw_CLs_map",
    "draw_colormap",
    "draw_combination_plane",
    "draw_combination_scan",
    "draw_comparison",
    "draw_correlations",
    "draw_coverage",
    "draw_exclusion_plane",
    "draw_limits_plane",
    "draw_limits_scan",
    "draw_minima_plane",
    "draw_minima_scan",
    "draw_mu_scan",
    "draw_no_toys",
    "draw_number_of_toys_plane",
    "draw_number_of_toys_scan",
    "draw_parameter_scan",
    "draw_pulls",
    "draw_status_map",
    "draw_toys",
    "draw_yields",
    "few_toys",
    "note_instead",
    "save",
]
