"""Each hypothesis is counted channel by channel."""

import copy

from regions import BACKGROUNDS, search, signal_in

from fitscan.likelihood import apply_patch
from fitscan.likelihood.regions import Region, RegionCounter


def counted(workspace, /, **patches):
    counter = RegionCounter(workspace)
    for name, patch in patches.items():
        hypothesis = apply_patch(workspace, patch, where=name)
        counter.count(name, hypothesis, measurement="nominal")
    return counter.counted([*patches, "refused"])


def test_events_are_those_of_the_signal_and_background_those_of_the_others():
    found = counted(search(), a=signal_in(SRlow=[1.0, 2.0], CRtop=[0.5]), b=signal_in(SRhigh=[4.0]))
    assert found.regions[0] == Region("SRlow", 2, 12.0, 12.0)
    assert [region.background for region in found.regions] == [*map(sum, BACKGROUNDS.values())]
    assert found.signal == {"a": (3.0, 0.0, 0.5, 0.0), "b": (0.0, 4.0, 0.0, 0.0), "refused": ()}


def test_the_signal_is_all_samples_with_the_parameter_of_interest():
    """Also those of the background-only workspace, whatever they are called."""
    workspace = search()
    (own,) = signal_in(SRhigh=[1.0])
    workspace["channels"][1]["samples"].append(own["value"] | {"name": "interference"})
    found = counted(workspace, a=signal_in(SRhigh=[3.0]), b=signal_in(SRlow=[3.0, 0.0]))
    assert found.signal["a"] == (0.0, 4.0, 0.0, 0.0)
    assert found.signal["b"] == (3.0, 1.0, 0.0, 0.0)
    assert found.regions[1].background == 2.5


def test_a_channel_that_a_patch_brings_is_counted():
    workspace, new = search(), copy.deepcopy(search()["channels"][0]) | {"name": "VR"}
    new["samples"].append(signal_in(SRlow=[1.0, 1.0])[0]["value"])
    patch = [
        {"op": "add", "path": "/channels/-", "value": new},
        {"op": "add", "path": "/observations/-", "value": {"name": "VR", "data": [5.0, 6.0]}},
    ]
    found = counted(workspace, a=signal_in(SRhigh=[3.0]), b=patch)
    assert found.regions[-1] == Region("VR", 2, 12.0, 11.0)
    assert found.signal["a"] == (0.0, 3.0, 0.0, 0.0, 0.0)
    assert found.signal["b"] == (0.0, 0.0, 0.0, 0.0, 2.0)


def test_shares_are_those_of_points_that_have_events():
    empty = signal_in(SRhigh=[0.0])
    found = counted(search(), a=signal_in(SRlow=[1.0, 2.0], CRtop=[1.0]), none=empty)
    assert found.shares() == {"a": (0.75, 0.0, 0.25, 0.0)}
    assert found.shares({"none"}) == {}
