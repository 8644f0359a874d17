"""Where CLs crosses the test size: lines over a plane of points, crossings along one parameter.

Takes arrays: the coordinates of the points, and for each curve one CLs a point, NaN where the point
failed. Gives lines, regions, and tables of what a figure shows. Between the points everything is
linear in the one-sided significance, which varies slowly where CLs spans decades.
"""

from fitscan.contour.distance import Distance, line_distance
from fitscan.contour.plane import (
    PLANE_METHOD,
    Plane,
    exclusion_band,
    exclusion_lines,
    plane_table,
    triangulate,
)
from fitscan.contour.scan import SCAN_METHOD, crossings, interpolate_scan, scan_table
from fitscan.contour.significance import CURVES, significance

__all__ = [
    "CURVES",
    "PLANE_METHOD",
    "SCAN_METHOD",
    "Distance",
    "Plane",
    "crossings",
    "exclusion_band",
    "exclusion_lines",
    "interpolate_scan",
    "line_distance",
    "plane_table",
    "scan_table",
    "significance",
    "triangulate",
]
