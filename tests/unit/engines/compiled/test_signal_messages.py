"""What rows say of signals that no search has."""

import copy

import pytest
from scan_settings import COMPILED

from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.engines.compiled.signal_messages import words_of_signal
from fitscan.likelihood import apply_patch
from fitscan.model import Analysis


@pytest.fixture
def point(tiny):
    """Make a hypothesis whose signal has these yields; others are samples beside it."""

    def make(*yields, **modifiers):
        workspace, patch = tiny.workspace(), tiny.patch(10.0)
        for number, data in enumerate(yields):
            sample = copy.deepcopy(patch[0]["value"]) | {"name": f"signal{number}", "data": data}
            sample["modifiers"] += modifiers.get("more", [])
            operation = {"op": "add", "path": "/channels/0/samples/-", "value": sample}
            patch = [operation, *(patch if number else [])]
        return workspace, apply_patch(workspace, patch, where="p")

    return make


def said(point):
    workspace, hypothesis = point
    return words_of_signal(Analysis(workspace).model(hypothesis))


def test_a_negative_signal_yield_in_a_bin_is_said(point):
    """Was a bug: CLs moved, with status ok and without a message."""
    workspace, hypothesis = point([1.0, -0.25, 3.0, 4.0])
    row = CompiledEngine(workspace, COMPILED).fit_point(hypothesis)
    assert row["status"] == "ok"
    assert row["message"] == "the signal is negative in bin 2 of channel 'SR' (-0.25 events)"


def test_a_signal_without_any_event_is_said(point):
    """Was a bug: a CLs of 1, with status ok and without a message."""
    workspace, hypothesis = point([0.0, 0.0, 0.0, 0.0])
    row = CompiledEngine(workspace, COMPILED).fit_point(hypothesis)
    assert (row["status"], row["CLs_obs"]) == ("ok", pytest.approx(1.0, abs=1e-4))
    assert "the signal has no events, so CLs says nothing about it" in row["message"]


def test_of_a_signal_as_searches_have_it_nothing_is_said(point):
    assert said(point([0.0, 0.0, 0.0, 4.0])) == ""


def test_the_yield_in_a_bin_is_that_of_all_samples_of_the_signal(point):
    """One of them may be negative: an interference."""
    assert said(point([1.0, -0.5, 3.0, 4.0], [0.0, 0.75, 0.0, 0.0])) == ""
    assert "bin 2 of channel 'SR' (-0.2 events)" in said(
        point([1.0, -0.5, 3.0, 4.0], [0.0, 0.3, 0.0, 0.0])
    )


def test_of_many_bins_the_first_are_named(point):
    assert said(point([-1.0, -0.5, -3.0, -4.0])).endswith(" (-3 events) and 1 more")


def test_a_signal_of_variations_alone_has_events(point):
    shape = {"hi_data": [0.0, 0.0, 0.0, 4.0], "lo_data": [0.0, 0.0, 0.0, 0.0]}
    more = [{"name": "shape", "type": "histosys", "data": shape}]
    assert said(point([0.0, 0.0, 0.0, 0.0], more=more)) == ""
