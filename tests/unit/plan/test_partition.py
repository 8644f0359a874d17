"""Keys know what decides a number, and shards are cut by content."""

import hashlib

import pytest

from fitscan.errors import PlanError
from fitscan.plan.keys import point_key
from fitscan.plan.partition import Plan, auto_size, plan_shards, shard_name

POINT = {
    "workspace": "w0",
    "patch": "p0",
    "settings": {"mu_test": 1.0, "test_stat": "qtilde"},
    "engine": "pyhf 0.7.6",
}


def test_key_of_a_point_stays_what_it_was_in_earlier_versions():
    # A change here makes every user fit every point again: raise plan.FORMAT and say so.
    text = b'[1, "w0", "p0", {"mu_test": 1.0, "test_stat": "qtilde"}, "pyhf 0.7.6"]'
    assert point_key(**POINT) == hashlib.sha256(text).hexdigest()


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("workspace", "w1"),
        ("patch", "p1"),
        ("settings", {"mu_test": 2.0, "test_stat": "qtilde"}),
        ("settings", {"mu_test": 1.0}),
        ("engine", "pyhf 0.7.7"),
    ],
)
def test_key_changes_with_each_part(part, value):
    assert point_key(**{**POINT, part: value}) != point_key(**POINT)


def test_key_does_not_depend_on_the_order_of_settings():
    turned = dict(reversed(POINT["settings"].items()))
    assert list(turned) != list(POINT["settings"])
    assert point_key(**{**POINT, "settings": turned}) == point_key(**POINT)


def test_parts_of_a_key_do_not_run_into_each_other():
    assert point_key(**{**POINT, "workspace": "w", "patch": "0p0"}) != point_key(**POINT)


def test_shard_name_is_twelve_hexadecimal_digits_in_any_order_of_the_keys():
    name = shard_name(["a", "b", "c"])
    assert shard_name(iter(["c", "a", "b"])) == name
    assert shard_name(["a", "b"]) != name
    assert len(name) == 12
    assert set(name) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("points", "cores", "size"),
    [(125, 1, 50), (125, 4, 16), (125, 64, 1), (8, 2, 2), (9, 2, 3), (1, 1, 1), (3, 0, 2)],
)
def test_auto_size_gives_each_core_about_two_shards_of_bounded_length(points, cores, size):
    assert auto_size(points, cores) == size


@pytest.mark.parametrize(
    ("points", "cores", "size"),
    [(200, 1, 200), (200, 2, 100), (9999, 2, 1000), (1, 4, 1), (199, 2, 199), (350, 16, 117)],
)
def test_auto_size_gives_each_core_one_shard_of_a_hundred_quick_points_or_more(points, cores, size):
    assert auto_size(points, cores, quick=True) == size


@pytest.mark.parametrize(
    ("signal_bytes", "size"), [(3400, 5000), (4000, 5000), (5000, 4000), (100_000, 1000)]
)
def test_auto_size_gives_a_shard_more_quick_points_where_their_signals_are_small(
    signal_bytes, size
):
    assert auto_size(10_000, 2, quick=True, signal_bytes=signal_bytes) == size
    assert auto_size(10_000, 2, signal_bytes=signal_bytes) == auto_size(10_000, 2)


@pytest.mark.parametrize(("cores", "new"), [(1, ["cde", "fg"]), (2, ["cd", "ef", "g"])])
def test_size_that_is_not_given_follows_the_cores_and_what_is_missing(cores, new):
    plan = plan_shards("abcdefg", finished={"done": "ab"}, cores=cores)
    assert list(plan.new.values()) == [tuple(chunk) for chunk in new]


def test_new_shards_are_cut_in_order():
    assert plan_shards("abcde", finished={}, size=2) == Plan(
        kept=(),
        new={
            shard_name("ab"): ("a", "b"),
            shard_name("cd"): ("c", "d"),
            shard_name("e"): ("e",),
        },
    )


def test_finished_shard_is_kept_and_only_the_rest_is_new():
    plan = plan_shards("abcde", finished={"done": ["b", "d", "gone"]}, size=10)
    assert plan == Plan(("done",), {shard_name("ace"): ("a", "c", "e")})
    assert plan.shards == ("done", shard_name("ace"))


def test_shard_with_the_most_wanted_keys_comes_first_and_makes_smaller_ones_needless():
    finished = {"1": ["a"], "2": ["a", "b", "c"], "3": ["c", "d"], "4": ["x"]}
    assert plan_shards("abcd", finished=finished, size=1) == Plan(("2", "3"), {})


def test_repeated_key_is_planned_once():
    assert plan_shards("aabab", finished={}, size=5).new == {shard_name("ab"): ("a", "b")}


def test_finished_shard_that_holds_a_key_twice_is_kept():
    # Was a KeyError in the plan, from a file that somebody had edited.
    assert plan_shards("ab", finished={"done": ["a", "a", "b"]}, size=1) == Plan(("done",), {})


def test_scan_without_points_is_refused():
    with pytest.raises(PlanError, match="without points"):
        plan_shards([], finished={}, size=1)


def test_shard_without_points_is_refused():
    with pytest.raises(PlanError, match=r"at least one point: 0\."):
        plan_shards("a", finished={}, size=0)
