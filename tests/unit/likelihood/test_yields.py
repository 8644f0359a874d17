"""A signal given by its yields is the sample that one would write by hand."""

import math

import numpy as np
import pandas as pd
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


@pytest.mark.parametrize("number", [np.float32, np.float64, np.array, np.int64, float, int])
def test_relative_uncertainty_may_be_any_number(likelihood, number):
    """Was a bug: a number of NumPy's single precision was refused as not usable."""
    size = 0 if number in {np.int64, int} else 0.25
    signal = SignalYields({"SR": [1.0] * 4}, relative={"x": number(size)})
    data = sample_of(signal, likelihood)["modifiers"][1]["data"]
    assert data == {"lo": 1.0 - size, "hi": 1.0 + size}
    assert {type(factor) for factor in data.values()} == {float}


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
        (SignalYields({"SR": [10**400, 1, 1, 1]}), "are not numbers"),
        (SignalYields({"SR": np.array([1j, 1, 1, 1])}), "are not numbers"),
        (SignalYields({"SR": np.ma.array([1.0] * 4, mask=[0, 1, 0, 0])}), "are masked"),
        (SignalYields({"SR": [1.0] * 4}, shapes={"x": 3}), "a shape is not given by channel"),
        (SignalYields({"SR": [1.0] * 4}, shapes={"x": {"SR": [1.0]}}), "is not a pair"),
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


@pytest.mark.parametrize("part", ["yields", "relative", "shapes", "statistical", "uncorrelated"])
def test_what_is_no_mapping_is_refused_when_it_is_given(part):
    with pytest.raises(ValueError, match=f"{part} of a signal is not a mapping: 'NoneType'"):
        SignalYields(**{"yields": {"SR": [1.0]}, part: None})


def test_an_array_may_be_used_again(likelihood):
    """Was a bug: a signal had the numbers of the last one that used the array."""
    array = np.array([1.0, 2.0, 3.0, 4.0])
    signal = SignalYields({"SR": array}, statistical={"SR": array})
    before = likelihood.hypotest(signal)
    array[:] = 100.0
    assert likelihood.hypotest(signal) == before


def test_a_series_of_pandas_is_yields(likelihood):
    series = pd.Series([1.0, 2.0, 3.0, 4.0])
    assert likelihood.hypotest({"SR": series}) == likelihood.hypotest({"SR": series.tolist()})
