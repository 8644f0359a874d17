"""A point is new if a run would fit it."""

import pytest
from scripted import row

from fitscan.check.standing import new_keys
from fitscan.config.check import check_config
from fitscan.kinds.registry import planned_scan
from fitscan.likelihood import Index, Point
from fitscan.plan.journal import Journal

INDEX = Index(
    workspace="w0",
    measurement="m",
    labels=("m1",),
    source={},
    points=tuple(
        Point(name, (float(number),), f"d{name}", 0, 0) for number, name in enumerate("ab")
    ),
)


def planned(**pyhf):
    analysis = {"workspace": "workspace.json", "patches": "patchset.json"}
    config = check_config({"analyses": {"x": analysis}, "engine": "pyhf", "pyhf": pyhf})
    return planned_scan(INDEX, config, "hypotest")


@pytest.mark.parametrize(
    ("status", "known"), [("ok", True), ("not_converged", False), ("failed", False)]
)
def test_a_row_without_a_second_try_makes_a_point_known_only_if_it_is_ok(tmp_path, status, known):
    """Was a bug: a row of any status did, and the run then fitted the point."""
    scan = planned(retry="minuit")
    with Journal(tmp_path / "journal") as journal:
        journal.append(row(scan.first_keys[0], status))
    assert new_keys(scan, tmp_path) == list(scan.keys[known:])


@pytest.mark.parametrize(
    ("status", "known"), [("ok", True), ("not_converged", True), ("failed", False)]
)
def test_a_row_of_its_own_makes_a_point_known_unless_it_failed(tmp_path, status, known):
    scan = planned()
    with Journal(tmp_path / "journal") as journal:
        journal.append(row(scan.keys[0], status))
    assert new_keys(scan, tmp_path) == list(scan.keys[known:])
