"""Where CLs crosses the test size: lines over a plane of points, crossings along one parameter.

Takes arrays: the coordinates of the points, and for each curve one CLs a point, NaN where the point
failed. Gives lines, regions, and tables of what a figure shows. Between the points CLs is linear in
a space of the caller's choice: the one-sided significance, which varies slowly where CLs spans
decades, or log CLs.
"""

from fitscan.contour.distance import Distance, line_distance
from fitscan.contour.limits import (
    LIMIT_CURVES,
    LOG_LIMIT,
    CrossSection,
    limit_contours,
    limit_plane_table,
    limit_scan_table,
    limit_uncertainties,
    mass_limits,
)
from fitscan.contour.plane import (
    Contour,
    contour,
    exclusion_band,
    exclusion_lines,
    plane_contours,
    plane_method,
)
from fitscan.contour.scan import (
    crossings,
    interpolate_scan,
    scan_crossings,
    scan_method,
    scan_table,
)
from fitscan.contour.space import LOG_CLS, SIGNIFICANCE, SPACES, Space, significance
from fitscan.contour.tables import line_uncertainties, plane_table
from fitscan.contour.triangles import Plane, triangulate
from fitscan.contour.uncertainty import LineUncertainty, line_uncertainty

__all__ = [
    "LIMIT_CURVES",
    "LOG_CLS",
    "LOG_LIMIT",
    "SIGNIFICANCE",
    "SPACES",
    "Contour",
    "CrossSection",
    "Distance",
    "LineUncertainty",
    "Plane",
    "Space",
    "contour",
    "crossings",
    "exclusion_band",
    "exclusion_lines",
    "interpolate_scan",
    "limit_contours",
    "limit_plane_table",
    "limit_scan_table",
    "limit_uncertainties",
    "line_distance",
    "line_uncertainties",
    "line_uncertainty",
    "mass_limits",
    "plane_contours",
    "plane_method",
    "plane_table",
    "scan_crossings",
    "scan_method",
    "scan_table",
    "significance",
    "triangulate",
]
