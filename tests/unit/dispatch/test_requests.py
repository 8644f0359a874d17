"""Points become requests as large as an executor likes, and never larger than it carries."""

import json
import random

import pytest
from scan_settings import WITH_PYHF

from fitscan.columns import result_columns
from fitscan.dispatch.requests import Requests
from fitscan.engines.base import Work
from fitscan.errors import ExecutorError
from fitscan.executors import Capabilities
from fitscan.likelihood import JsonPatch
from fitscan.worker.request import parse_request, unpacked


def point(number, size=10):
    return Work(f"k{number}", f"point {number}", JsonPatch([{"op": "x" * size}]))


@pytest.fixture
def requests(tmp_path):
    # Noise, which does not compress: some 2.5 kB are sent.
    content = json.dumps(random.Random(4).choices(range(10**6), k=600))
    (tmp_path / "workspace.json").write_text(content)
    return Requests(
        settings=WITH_PYHF,
        workspace=tmp_path / "workspace.json",
        digest="a" * 64,
        engine="engine of the plan",
    )


def sizes(tasks):
    return [len(task) for task in tasks]


def test_tasks_hold_as_many_points_as_the_executor_likes_in_order(requests):
    tasks = list(
        requests.split([point(n) for n in range(8)], Capabilities(workers=1, points_per_task=3))
    )
    assert sizes(tasks) == [3, 3, 2]
    assert [point.key for task in tasks for point in task] == [f"k{n}" for n in range(8)]


def test_no_worker_is_left_without_a_task(requests):
    """Was a bug: 10 points went to one of 4 workers as one task."""
    capabilities = Capabilities(workers=4, points_per_task=10)
    assert sizes(requests.split([point(n) for n in range(10)], capabilities)) == [3, 3, 3, 1]


def test_no_points_are_no_tasks(requests):
    assert list(requests.split([], Capabilities(workers=4))) == []


@pytest.mark.parametrize("shared_filesystem", [True, False])
@pytest.mark.parametrize("limit", [6000, 7000, 9999])
def test_nothing_larger_than_the_limit_is_ever_made(requests, shared_filesystem, limit):
    capabilities = Capabilities(
        workers=1, points_per_task=99, max_request_bytes=limit, shared_filesystem=shared_filesystem
    )
    drawn = random.Random(limit)
    points = [point(n, drawn.randrange(1000)) for n in range(60)]
    tasks = list(requests.split(points, capabilities))
    assert [point for task in tasks for point in task] == points
    lengths = [
        len(requests.request(task, capabilities, with_workspace=with_workspace))
        for task in tasks
        for with_workspace in {False, not shared_filesystem}
    ]
    assert max(lengths) <= limit
    assert len(tasks) < len(points)  # and not by sending each alone


@pytest.mark.parametrize(
    ("shared_filesystem", "value"),
    [(True, r"\d+ bytes, 5000 at most"), (False, r"\d+ bytes with the workspace, 5000 at most")],
)
def test_point_that_is_too_large_is_an_error_that_names_it_and_its_size(
    requests, shared_filesystem, value
):
    capabilities = Capabilities(
        workers=1, max_request_bytes=5000, shared_filesystem=shared_filesystem
    )
    with pytest.raises(ExecutorError, match=f"the signal of 'point 1' is too large.*{value}"):
        list(requests.split([point(0), point(1, 5000)], capabilities))


def test_workspace_that_is_too_large_is_an_error_that_says_so(requests):
    capabilities = Capabilities(workers=1, max_request_bytes=2000, shared_filesystem=False)
    with pytest.raises(
        ExecutorError, match=r"workspace is too large .*: '\d+ bytes, 2000 at most'"
    ):
        list(requests.split([point(0)], capabilities))


def test_request_is_one_that_a_worker_reads(requests, tmp_path):
    workspace = tmp_path / "workspace.json"
    here = parse_request(requests.request([point(0)], Capabilities(workers=1)))
    assert (here.workspace.path, here.workspace.content) == (str(workspace), None)
    away = parse_request(
        requests.request(
            [point(0)], Capabilities(workers=1, shared_filesystem=False), with_workspace=True
        )
    )
    assert away.workspace.path is None
    assert unpacked(away.workspace.content) == workspace.read_bytes()
    assert [(point.key, point.name, point.signal) for point in away.points] == [
        ("k0", "point 0", {"patch": [{"op": "x" * 10}]})
    ]


def test_failed_row_has_the_columns_of_every_other_row(requests):
    row = requests.failed_row(point(0), "its worker was lost")
    columns = {*result_columns(WITH_PYHF), "key", "status", "message", "engine", "wall_s", "cpu_s"}
    assert set(row) == columns
    assert (row["key"], row["status"], row["message"], row["mu_test"], row["CLs_obs"]) == (
        "k0",
        "failed",
        "its worker was lost",
        1.0,
        None,
    )
