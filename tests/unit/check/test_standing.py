"""A point is new if a run would fit it."""

import pytest
from scripted import row

from fitscan.check.standing import leaving_points, new_keys
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


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("ab", ""),
        ("b", ""),
        ("abc", "1 point that this configuration leaves out (c):"),
        ("cadef", "4 points that this configuration leaves out (c, d, e, ...):"),
    ],
)
def test_points_that_leave_the_results_are_told(tmp_path, names, said):
    """Was silent: a run with fewer points replaced the results of more."""
    assert leaving_points(planned(), tmp_path) == ""
    rows = [f'{name},"1,5"' for name in names]
    (tmp_path / "results.csv").write_text("\n".join(["name,m1", *rows]))
    assert said in leaving_points(planned(), tmp_path)
    assert bool(said) == bool(leaving_points(planned(), tmp_path))


@pytest.mark.parametrize(
    "content", [b"", b"\xff\0\n\n", b"m1\n1\n", b'name\n"a', b'name\n"' + bytes(200_000)]
)
def test_results_that_are_no_table_stop_no_plan(tmp_path, content):
    (tmp_path / "results.csv").write_bytes(content)
    assert leaving_points(planned(), tmp_path) == ""
