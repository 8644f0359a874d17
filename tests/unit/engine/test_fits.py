import numpy as np
from small import MU, histosys, model_of, modifier, normsys, one_channel, sample

from fitscan.engine.fits import background_start, extended_start
from fitscan.likelihood.patching import apply_patch
from fitscan.model import Analysis

BACKGROUND = sample(
    "background",
    [9.0, 7.0],
    normsys("x", 1.2, 0.9),
    histosys("x", [10.0, 7.5], [8.0, 6.0]),
    modifier("stat", "staterror", [0.9, 1.4]),
    modifier("b", "shapesys", [1.0, 1.2]),
)
SIGNAL = sample("signal", [3.0, 1.0], normsys("theory", 1.1, 0.9), MU, modifier("k", "normfactor"))


def patched():
    background = one_channel(BACKGROUND, observed=[12.0, 7.0])
    patch = [{"op": "add", "path": "/channels/0/samples/0", "value": SIGNAL}]
    hypothesis = apply_patch(background, patch, where="patch")
    return Analysis(background).model(hypothesis), hypothesis


def test_what_only_the_signal_has_starts_at_its_initial_value():
    model, _ = patched()
    start = background_start(model.background)
    extended = extended_start(model, start)
    known = dict(zip(model.background.names, start, strict=True))
    init = dict(zip(model.names, model.init, strict=True))
    found = dict(zip(model.names, extended, strict=True))
    assert found == init | known
    assert set(init) - set(known) == {"theory", "mu", "k"}


def test_a_model_that_keeps_nothing_of_the_background_starts_at_its_initial_values():
    model = model_of(one_channel(SIGNAL, BACKGROUND, observed=[12.0, 7.0]))
    other = Analysis(one_channel(BACKGROUND, observed=[12.0, 7.0])).model(
        one_channel(SIGNAL, BACKGROUND | {"name": "other"}, observed=[12.0, 7.0])
    )
    assert model.background is not None
    np.testing.assert_array_equal(extended_start(model, model.background.init), model.init)
    assert other.names == model.names
