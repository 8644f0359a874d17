"""A signal in the wrong region is told; one in signal regions is not."""

import logging

import pytest
from regions import search, signal_in

from fitscan.errors import LikelihoodError
from fitscan.likelihood import apply_patch
from fitscan.likelihood.control_regions import (
    as_in_parts,
    check_regions,
    misplaced,
    tell_regions,
)
from fitscan.likelihood.regions import Region, RegionCounter, SignalByRegion

RIGHT = {"SRlow": [1.0, 2.0], "SRhigh": [1.0], "CRtop": [0.5]}
WRONG = {"CRtop": [4.0], "SRlow": [0.0, 0.01]}


def judged(*signals, named=None, workspace=None):
    workspace = search() if workspace is None else workspace
    counter = RegionCounter(workspace)
    names = [f"p{number}" for number in range(len(signals))]
    for name, signal in zip(names, signals, strict=True):
        hypothesis = apply_patch(workspace, signal_in(**signal), where=name)
        counter.count(name, hypothesis, measurement="nominal")
    return check_regions(counter.counted(names), named)


def controls(found):
    return [region.name for region in found.regions if region.control]


def test_signals_of_a_search_give_no_remark():
    assert misplaced(judged(RIGHT, RIGHT)) == ""


def test_a_signal_added_to_a_control_region_is_told(capsys, caplog):
    """Was a bug: it was fitted with status ok, and nothing was said."""
    caplog.set_level(logging.INFO)
    tell_regions(judged(WRONG, WRONG), None)
    said = (
        "at 2 of 2 points (p0, p1) most of the signal is in control regions: 'CRtop' "
        "(its background per bin is 141 times that of the channels with least background)\n"
    )
    assert said in capsys.readouterr().out
    assert said in caplog.text
    assert "CRtop: background 600, observed 600, signal 4 events, 99.8% of it at" in caplog.text


def test_one_misplaced_signal_among_others_is_told():
    remark = misplaced(judged(RIGHT, RIGHT, {"CRtop": [4.0]}))
    assert remark.startswith("at 1 of 3 points (p2) most")


def test_a_signal_in_several_control_regions_is_told_by_their_sum():
    """Patches of another order of channels spread a signal over many."""
    remark = misplaced(judged({"CRtop": [1.0], "CRZ": [2.0], "SRlow": [1.0, 0.5]}))
    assert "in control regions: 'CRZ' (its background per bin is 21.2 times" in remark
    assert "'CRtop' (" in remark.partition("'CRZ'")[2]
    assert "SRlow" not in remark


def test_light_points_with_few_events_in_signal_regions_give_no_remark():
    """Staus has two of 57 points with up to 0.78 of their signal in the control region of W."""
    light = {"SRlow": [0.1, 0.1], "CRtop": [0.8]}
    assert misplaced(judged(RIGHT, RIGHT, light)) == ""
    assert misplaced(judged(RIGHT, light, light)) != ""


def test_only_the_points_that_are_wanted_count():
    found = judged(RIGHT, RIGHT, {"CRtop": [4.0]})
    assert misplaced(found, {"p0", "p1"}) == ""
    assert "at 1 of 1 points " in misplaced(found, {"p2"})


def test_a_control_region_has_20_times_the_background_a_bin_of_those_with_least():
    assert controls(judged(RIGHT)) == ["CRtop", "CRZ"]
    # Of many bins, each with as much as other channels have.
    shape = search({"SR": [10.0] * 50, "CR1": [12.0], "CR2": [9.0]})
    assert controls(judged({"SRlow": [0.1] * 50}, workspace=shape)) == []
    # Of less than an event nothing is known.
    rare = search({"SR1": [0.01], "SR2": [0.5], "SR3": [0.02]})
    assert controls(judged({"SRlow": [1.0]}, workspace=rare)) == []
    assert controls(judged({"SRlow": [1.0]}, workspace=search({"SR": [1e4]}))) == []


def test_control_regions_of_the_configuration_are_all_that_there_are():
    assert controls(judged(RIGHT, named=["SRhigh"])) == ["SRhigh"]
    assert controls(judged(RIGHT, named=[])) == []
    remark = misplaced(judged({"SRhigh": [2.0]}, named=["SRhigh"]))
    assert remark.endswith("in control regions: 'SRhigh' (`control_regions` names it)")


def test_an_unknown_control_region_is_refused_with_the_names_there_are():
    with pytest.raises(LikelihoodError, match=r"'CRtau'.* its channels are SRlow, SRhigh, CRtop"):
        judged(RIGHT, named=["CRtop", "CRtau"])


def test_a_channel_is_in_a_combination_what_it_is_in_a_part():
    plain = Region("A", 1, 1.0, 1.0), Region("B", 1, 1.0, 1.0)
    part = SignalByRegion((Region("B", 1, 1.0, 1.0, "reason"),), {})
    other = SignalByRegion(plain, {})
    found = as_in_parts(SignalByRegion(plain, {}), [part, other])
    assert [region.control for region in found.regions] == ["", "reason"]


def test_a_grid_without_any_signal_is_told_without_shares(caplog):
    caplog.set_level(logging.INFO)
    tell_regions(judged({"SRhigh": [0.0]}), "p0")
    assert "nominal events at no point" in caplog.text
    assert "WARNING" not in caplog.text
