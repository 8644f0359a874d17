"""Which points may get toys or experiments, and that the progress counts those of no other."""

import pytest
from scan_settings import COMPILED

from fitscan.kinds.named_points import named_keys
from fitscan.kinds.registry import kind_of
from fitscan.likelihood import Point
from fitscan.plan.scan import Scan

TOYS = {
    "signal": 40,
    "background": 20,
    "seed": 0,
    "toys_per_task": 20,
    "points": None,
    "limits": None,
    "keep": "histograms",
}
COVERAGE = {"experiments": 30, "experiments_per_task": 20, "toys": 0, "seed": 0, "points": None}
ALL = ("a", "b", "b again", "c")


def scan(kind, **options):
    keys = tuple(f"key {name[0]}" for name in ALL)
    defaults = TOYS if kind == "toys" else COVERAGE
    return Scan(
        settings=COMPILED | {"kind": kind, kind: defaults | options},
        workspace="w" * 64,
        engine="engine",
        kind="kind",
        unkeyed_settings=(kind,),
        columns=(),
        unfitted_row={},
        labels=("m",),
        points=tuple(Point(name, (1.0,), name[0] * 64, 0, 1) for name in ALL),
        keys=keys,
        first_keys=keys,
    )


@pytest.mark.parametrize(
    ("kind", "options", "names"),
    [
        ("toys", {}, "abc"),
        ("toys", {"points": ["a"]}, "a"),
        ("toys", {"points": ["a"], "limits": {"points": ["b again"]}}, "ab"),
        ("toys", {"points": ["a"], "limits": {}}, "a"),
        ("toys", {"limits": {"points": ["b"]}}, "abc"),
        ("coverage", {"points": ["b again"]}, "b"),
    ],
)
def test_progress_counts_the_points_that_may_get_some(kind, options, names):
    """Was a bug: with `toys.points` it counted the toys of all points, until each had its row."""
    planned = scan(kind, **options)
    assert named_keys(planned) == {f"key {name}" for name in names}
    each = 60 if kind == "toys" else 30
    assert sum(kind_of(planned).initial_amounts(planned).values()) == each * len(names)
