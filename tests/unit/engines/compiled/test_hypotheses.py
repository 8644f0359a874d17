"""Hypotheses of one analysis: what they share, and what a shift holds."""

import numpy as np
import pytest
from scan_settings import COMPILED
from small import MU, histosys, normsys, one_channel, sample

from fitscan.engines.compiled.hypotheses import Hypotheses
from fitscan.likelihood.patching import apply_patch

BACKGROUND = one_channel(
    sample("background", [10.0], histosys("x", [14.0], [7.0])), observed=[12.0]
)


def hypothesis(signal):
    added = sample("signal", [signal], MU, normsys("theory", 1.1, 0.9))
    patch = [{"op": "add", "path": "/channels/0/samples/1", "value": added}]
    return apply_patch(BACKGROUND, patch, where="signal")


def test_hypotheses_share_what_their_background_tells():
    hypotheses = Hypotheses(BACKGROUND, COMPILED)
    one, other = (hypotheses.model(hypothesis(signal)) for signal in (2.0, 5.0))
    assert hypotheses.other_starts(one) is hypotheses.other_starts(other)
    # A background has none of its own, and tells nothing.
    assert hypotheses.other_starts(one.background) is None


@pytest.mark.parametrize(
    ("settings", "bounds"),
    [
        ({}, (0.0, 10.0)),
        ({"poi_bounds": [-3.0, 20.0]}, (0.0, 20.0)),
        ({"poi_bounds": [-3.0, 20.0], "test_stat": "q"}, (-3.0, 20.0)),
    ],
)
def test_bounds_of_the_signal_strength_are_those_of_the_settings(settings, bounds):
    model = Hypotheses(BACKGROUND, COMPILED | settings).model(hypothesis(2.0))
    assert (model.lower[model.poi], model.upper[model.poi]) == bounds


@pytest.mark.parametrize("shift", [1.0, -1.0])
def test_a_shift_holds_its_parameter_in_every_hypothesis(shift):
    settings = COMPILED | {"signal_xsec_uncertainty": "theory"}
    hypotheses = Hypotheses(BACKGROUND, settings, shift=shift)
    own = hypothesis(2.0)
    own["measurements"] = [dict(own["measurements"][0])]  # as of a patch that brings its own
    for document in (hypothesis(2.0), own):
        model = hypotheses.model(document)
        theory = model.names.index("theory")
        assert np.flatnonzero(model.fixed).tolist() == [theory]
        assert model.init[theory] == shift
