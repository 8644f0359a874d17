import numpy as np
import pytest
from small import MU, histosys, model_of, modifier, normsys, one_channel, sample, workspace

from fitscan.likelihood.patching import apply_patch
from fitscan.model import Analysis

SIGNAL = sample("signal", [3.0, 1.0], MU)


def stat(*errors):
    return modifier("stat", "staterror", list(errors))


def value_of(model, name, values):
    return values[model.names.index(name)]


def test_sigma_of_a_staterror_includes_the_signal():
    background = one_channel(sample("background", [4.0, 0.0], stat(0.3, 0.0)), observed=[4.0, 1.0])
    signal = sample("signal", [1.0, 2.0], MU, stat(0.4, 0.2))
    patch = [{"op": "add", "path": "/channels/0/samples/-", "value": signal}]
    model = Analysis(background).model(apply_patch(background, patch, where="patch"))
    assert value_of(model, "stat[0]", model.arrays.sigma) == pytest.approx(0.5 / 5.0)
    assert value_of(model, "stat[1]", model.arrays.sigma) == pytest.approx(0.1)
    assert value_of(model.background, "stat[0]", model.background.arrays.sigma) == 0.3 / 4.0
    assert value_of(model.background, "stat[1]", model.background.fixed)


def test_staterror_of_negative_yields_has_the_width_of_their_size():
    """Was a bug: it was held at 1, as pyhf holds it, so that the uncertainty was dropped."""
    document = one_channel(
        SIGNAL,
        sample("interference", [-50.0, 0.0], stat(10.0, 1.0)),
        sample("background", [90.0, 7.0]),
        observed=[40.0, 8.0],
    )
    model = model_of(document)
    assert value_of(model, "stat[0]", model.arrays.sigma) == pytest.approx(0.2)
    assert not value_of(model, "stat[0]", model.fixed)
    assert value_of(model, "stat[1]", model.fixed)  # 1 of 0 events is no factor


def test_hypotheses_with_the_same_background_share_its_model():
    background = one_channel(sample("background", [4.0, 2.0]), observed=[4.0, 1.0])
    analysis = Analysis(background)
    models = [
        analysis.model(
            apply_patch(
                background,
                [{"op": "add", "path": "/channels/0/samples/-", "value": signal}],
                where="patch",
            )
        )
        for signal in (SIGNAL, sample("signal", [1.0, 1.0], MU))
    ]
    assert models[0].background is models[1].background
    assert models[0].background.names == ()


def test_values_of_a_shared_staterror_go_to_the_channels_in_order():
    # The patch brings a channel that comes first.
    first, second = (
        [sample("background", [4.0], stat(0.4))],
        [sample("background", [8.0], stat(0.4))],
    )
    user = {"name": "stat", "inits": [1.1, 1.2], "sigmas": [0.1, 0.2]}
    background = workspace({"VR": [*second, sample("signal", [1.0], MU)]}, {"VR": [8.0]}, [user])
    background["observations"].append({"name": "CR", "data": [4.0]})
    channel = {"name": "CR", "samples": first}
    patch = [{"op": "add", "path": "/channels/-", "value": channel}]
    model = Analysis(background).model(apply_patch(background, patch, where="patch"))
    stats = [model.names.index(f"stat[{k}]") for k in range(2)]
    np.testing.assert_array_equal(model.init[stats], [1.1, 1.2])
    np.testing.assert_array_equal(model.arrays.sigma[stats], [0.1, 0.2])
    cell = model.samples.index(("CR", "background"))
    assert model.names[model.arrays.alphas + model.arrays.factors[cell, 0]] == "stat[0]"


def test_part_of_a_shared_staterror_may_be_replaced():
    # What is kept, W in both channels and top in one, is no model that pyhf would take.
    background = workspace(
        {
            name: [sample("top", [4.0], stat(0.4)), sample("W", [2.0], stat(0.1))]
            for name in ("CR", "SR")
        },
        {"CR": [4.0], "SR": [5.0]},
    )
    replaced = sample("top", [5.0], stat(0.5))
    patch = [
        {"op": "replace", "path": "/channels/0/samples/0", "value": replaced},
        {"op": "add", "path": "/channels/1/samples/-", "value": sample("signal", [1.0], MU)},
    ]
    hypothesis = apply_patch(background, patch, where="patch")
    model = Analysis(background).model(hypothesis)
    assert sorted(model.names) == sorted(model_of(hypothesis).names)


def test_what_determines_nothing_is_held():
    document = one_channel(
        SIGNAL,
        sample("empty", [0.0, 0.0], modifier("k_empty", "normfactor"), normsys("x", 1.1, 0.9)),
        sample("background", [9.0, 7.0], modifier("k_fixed", "normfactor")),
        observed=[9.0, 8.0],
        parameters=[{"name": "k_fixed", "bounds": [[1.0, 1.0]]}],
    )
    model = model_of(document)
    held = {name for name, fixed in zip(model.names, model.fixed, strict=True) if fixed}
    assert held == {"k_empty", "k_fixed"}


def test_bounds_of_the_parameter_of_interest_can_be_set():
    document = one_channel(SIGNAL, sample("background", [9.0, 7.0]), observed=[9.0, 8.0])
    model = model_of(document, poi_bounds=(-2.0, 40.0))
    assert (model.lower[model.poi], model.upper[model.poi]) == (-2.0, 40.0)


def test_signal_strength_of_qtilde_is_bounded_at_0():
    """Was a bug: with a bound below 0 the test statistic was neither qtilde nor q."""
    document = one_channel(SIGNAL, sample("background", [9.0, 7.0]), observed=[9.0, 8.0])
    model = model_of(document, poi_bounds=(-5.0, 10.0), nonnegative=True)
    assert (model.lower[model.poi], model.upper[model.poi]) == (0.0, 10.0)


def test_initial_value_outside_given_bounds_moves_into_them():
    document = one_channel(SIGNAL, sample("background", [9.0, 7.0]), observed=[9.0, 8.0])
    model = model_of(document, poi_bounds=(0.0, 0.5))
    assert model.init[model.poi] == 0.5


def test_a_variation_that_changes_no_yield_has_a_parameter_and_no_shape():
    document = one_channel(
        sample(
            "signal",
            [3.0, 1.0],
            MU,
            histosys("idle", [3.0, 1.0], [3.0, 1.0]),
            histosys("half", [3.0, 1.0], [2.0, 1.0]),
        ),
        observed=[4.0, 2.0],
    )
    model = model_of(document)
    assert model.names[:2] == ("idle", "half")
    np.testing.assert_array_equal(model.arrays.half_difference, [[0.0, 0.5], [0.0, 0.0]])
    np.testing.assert_array_equal(model.arrays.span, [[0, 8], [0, 0]])
