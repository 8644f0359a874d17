"""The page that a physicist opens first: what was scanned, what is excluded, what went wrong."""

from fitscan.report.inputs import Made, ReportedScan
from fitscan.report.page import render_page
from fitscan.report.summary import Summary, overall, summarise

__all__ = ["Made", "ReportedScan", "Summary", "overall", "render_page", "summarise"]
