"""A signal given by its yields is the sample that one would write by hand."""

import math

import numpy as np
import pytest

import fitscan
from fitscan import SignalYields


@pytest.fixture
def likelihood(tiny):
    return fitscan.Likelihood(tiny.workspace())


def sample_of(signal, likelihood):
    (operation,) = signal.operations(likelihood.workspace, poi="mu_SIG")
    assert operation["path"] == "/channels/0/samples/-"
    return operation["value"]


def test_yields_are_the_sample_written_by_hand(likelihood, tiny):
    patch = tiny.patch(10.0)
    signal = SignalYields({"SR": patch[0]["value"]["data"]}, relative={"theory": 0.1})
    written = sample_of(signal, likelihood)
    assert written["data"] == patch[0]["value"]["data"]
    normsys = written["modifiers"][1]
    assert (normsys["name"], normsys["type"]) == ("theory", "normsys")
    assert normsys["data"] == pytest.approx({"lo": 0.9, "hi": 1.1})
    assert likelihood.hypotest(signal).CLs_obs == pytest.approx(
        likelihood.hypotest(patch).CLs_obs, rel=1e-9
    )


def test_uncertainties_are_modifiers(likelihood):
    signal = SignalYields(
        {"SR": [1.0, 2.0, 3.0, 4.0]},
        relative={"lumi_sig": (0.98, 1.03)},
        shapes={"JES": {"SR": ([0.9, 1.9, 2.9, 3.9], [1.1, 2.1, 3.1, 4.1])}},
        statistical={"SR": [0.1, 0.1, 0.2, 0.2]},
        uncorrelated={"SR": np.full(4, 0.3)},
    )
    modifiers = {m["name"]: m for m in sample_of(signal, likelihood)["modifiers"]}
    assert modifiers["lumi_sig"]["data"] == {"lo": 0.98, "hi": 1.03}
    assert modifiers["JES"]["type"] == "histosys"
    assert modifiers["JES"]["data"]["lo_data"] == [0.9, 1.9, 2.9, 3.9]
    # The channel has a staterror, so they share its parameters.
    assert modifiers["stat_SR"] == {
        "name": "stat_SR",
        "type": "staterror",
        "data": [0.1, 0.1, 0.2, 0.2],
    }
    assert modifiers["signal_SR"]["type"] == "shapesys"
    assert likelihood.hypotest(signal).status == "ok"


def test_channel_without_a_staterror_gets_one(tiny):
    workspace = tiny.workspace()
    del workspace["channels"][0]["samples"][0]["modifiers"][1]
    likelihood = fitscan.Likelihood(workspace)
    signal = SignalYields({"SR": [1.0] * 4}, statistical={"SR": [0.1] * 4})
    assert sample_of(signal, likelihood)["modifiers"][1]["name"] == "staterror_SR"


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        (SignalYields({}), "a signal needs the yields of one channel at least"),
        (SignalYields({"CR": [1.0]}), "the workspace does not have this channel: 'CR'"),
        (SignalYields({"SR": [1.0, 2.0]}), r"another number of bins than the workspace: \(2,\)"),
        (SignalYields({"SR": [[1.0] * 4]}), r"another number of bins than the workspace: \(1, 4\)"),
        (SignalYields({"SR": [1.0, 2.0, math.nan, 1.0]}), "are not all finite"),
        (SignalYields({"SR": ["a", 1, 1, 1]}), "are not numbers"),
        (SignalYields({"SR": [1.0] * 4}, relative={"x": 1.5}), "uncertainty 'x' is not usable"),
        (SignalYields({"SR": [1.0] * 4}, relative={"x": (1, 2, 3)}), "'x' is not usable"),
        (SignalYields({"SR": [1.0] * 4}, relative={"x": "a"}), "'x' is not usable"),
        (SignalYields({"SR": [1.0] * 4}, statistical={"CR": [1.0]}), "without signal: 'CR'"),
        (SignalYields({"SR": [1.0] * 4}, statistical={"SR": [-1.0] * 4}), "are negative"),
        (SignalYields({"SR": [1.0] * 4}, shapes={"x": {"SR": ([1.0], [1.0])}}), "of bins than"),
        (SignalYields({"SR": [1.0] * 4}, name="background"), "a sample of the signal's name"),
    ],
)
def test_yields_that_do_not_fit_are_refused(likelihood, signal, said):
    with pytest.raises(ValueError, match=said):
        likelihood.hypotest(signal)
