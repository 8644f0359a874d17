"""Whatever was planned and finished before: nothing wanted is missing, nothing is fitted twice."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from fitscan.plan.partition import auto_size, plan_shards, shard_name

keys = st.integers(0, 60).map(str)
# What somebody asks for: keys in any order, some of them twice.
requests = st.lists(keys, min_size=1, max_size=40)
sizes = st.none() | st.integers(1, 12)
# Shards in a folder, not necessarily of this plan: they may overlap and hold keys twice.
folders = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.lists(keys, max_size=12))
# A folder as planning leaves it behind: requests and the sizes of that time, one after the other.
histories = st.lists(st.tuples(requests, sizes), max_size=5)

examples = settings(derandomize=True, deadline=None, max_examples=100)


def finish(history):
    """Plan each request of ``history``, finish it, and return the shards that are then there."""
    finished = {}
    for wanted, size in history:
        finished |= plan_shards(wanted, finished=finished, size=size).new
    return finished


@examples
@given(requests, folders, sizes)
def test_every_wanted_key_is_in_a_kept_shard_or_in_exactly_one_new_one(wanted, finished, size):
    plan = plan_shards(wanted, finished=finished, size=size)
    kept = {key for name in plan.kept for key in finished[name]}
    new = [key for chunk in plan.new.values() for key in chunk]
    assert len(new) == len(set(new))
    assert kept.isdisjoint(new)
    assert set(new) == set(wanted) - kept


@examples
@given(requests, folders, sizes)
def test_every_kept_shard_holds_a_wanted_key_that_those_before_it_do_not(wanted, finished, size):
    missing = set(wanted)
    for name in plan_shards(wanted, finished=finished, size=size).kept:
        assert missing & set(finished[name])
        missing -= set(finished[name])


@examples
@given(histories)
def test_no_key_is_ever_fitted_twice(history):
    fitted = [key for chunk in finish(history).values() for key in chunk]
    assert len(fitted) == len(set(fitted))


@examples
@given(histories, requests, sizes, sizes)
def test_planning_again_after_finishing_plans_nothing_new(history, wanted, size, other_size):
    finished = finish(history)
    plan = plan_shards(wanted, finished=finished, size=size)
    again = plan_shards(wanted, finished=finished | plan.new, size=other_size)
    assert again.new == {}
    assert set(again.kept) == set(plan.shards)


@examples
@given(requests, requests, sizes, st.randoms(use_true_random=False))
def test_adding_points_plans_only_these(before, added, size, random):
    finished = finish([(before, size)])
    wanted = before + added
    random.shuffle(wanted)
    plan = plan_shards(wanted, finished=finished, size=size)
    assert set(plan.kept) == set(finished)
    assert {key for chunk in plan.new.values() for key in chunk} == set(added) - set(before)


@examples
@given(requests, sizes, st.data())
def test_removing_points_plans_nothing(before, size, data):
    finished = finish([(before, size)])
    wanted = data.draw(st.lists(st.sampled_from(before), min_size=1))
    plan = plan_shards(wanted, finished=finished, size=size)
    assert plan.new == {}
    assert set(plan.kept) <= set(finished)


@examples
@given(requests, folders, sizes)
def test_new_shards_are_full_but_for_the_last_and_keep_the_order(wanted, finished, size):
    plan = plan_shards(wanted, finished=finished, size=size)
    chunks = list(plan.new.values())
    size = size or auto_size(sum(map(len, chunks)), cores=1)
    assert all(len(chunk) == size for chunk in chunks[:-1])
    assert all(1 <= len(chunk) <= size for chunk in chunks[-1:])
    in_order = [key for chunk in chunks for key in chunk]
    assert in_order == [key for key in dict.fromkeys(wanted) if key in in_order]


@examples
@given(st.lists(keys, min_size=1, unique=True), st.randoms(use_true_random=False))
def test_names_do_not_depend_on_the_order_of_keys(chunk, random):
    name = shard_name(chunk)
    random.shuffle(chunk)
    assert shard_name(chunk) == name


@examples
@given(requests, folders, sizes)
def test_a_plan_is_a_pure_function_of_points_and_folder(wanted, finished, size):
    given_to = copy.deepcopy((wanted, finished))
    plan = plan_shards(wanted, finished=finished, size=size)
    turned = {name: list(reversed(rows)) for name, rows in reversed(finished.items())}
    assert plan_shards(wanted, finished=turned, size=size) == plan
    assert (wanted, finished) == given_to
