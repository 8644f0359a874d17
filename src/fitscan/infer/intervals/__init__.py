"""``pyhf.infer.intervals``: upper limits."""

from fitscan.infer.intervals import upper_limits
from fitscan.infer.intervals.upper_limits import upperlimit

__all__ = ["upper_limits", "upperlimit"]
