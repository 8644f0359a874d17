"""Points that get toys, from the plan of a scan."""

import pytest
from scan_settings import COMPILED

from fitscan.kinds.toys.points import toy_points
from fitscan.likelihood import Point
from fitscan.plan.scan import Scan


@pytest.mark.parametrize("name", ["first", "second"])
@pytest.mark.parametrize("key", ["points", "limits", "both"])
def test_points_that_share_a_patch_get_toys_and_limits_whichever_of_them_is_named(name, key):
    """Of two that are named it is the one for limits, which gets both."""
    other = {"first": "second", "second": "first"}[name]
    toys = {"seed": 0, "points": None, "limits": None} | {
        "points": {"points": [name]},
        "limits": {"limits": {"points": [name]}},
        "both": {"limits": {"points": [name]}, "points": [other]},
    }[key]
    points = tuple(
        Point(n, (mass,), "p" * 64, 0, 1) for n, mass in (("first", 1.0), ("second", 2.0))
    )
    settings = COMPILED | {"kind": "toys", "level": 0.95, "toys": toys}
    scan = Scan(
        settings=settings,
        workspace="w" * 64,
        engine="engine",
        kind="kind",
        unkeyed_settings=("toys",),
        columns=(),
        unfitted_row={},
        labels=("m",),
        points=points,
        keys=("k", "k"),
        first_keys=("k", "k"),
    )
    assert [point.name for point in toy_points(scan, ["k"])] == [name]
