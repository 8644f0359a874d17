"""Which points may get toys or experiments, as far as the configuration tells."""

from fitscan.plan.scan import Scan

__all__ = ["named_keys"]


def named_keys(scan: Scan) -> frozenset[str]:
    """Return the keys of the points that are named for toys, limits or experiments; by default all.

    By key, since points of several names may share one.

    Args:
        scan: A scan of a kind with blocks.
    """
    options = scan.settings[scan.settings["kind"]]
    if options["points"] is None:
        return frozenset(scan.keys)
    named = {*options["points"], *((options.get("limits") or {}).get("points") or ())}
    planned = zip(scan.keys, scan.points, strict=True)
    return frozenset(key for key, point in planned if point.name in named)
