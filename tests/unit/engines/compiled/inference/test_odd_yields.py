"""Which yields are odd, on a bin of 98 events with a small sample and a signal."""

import numpy as np
import pytest

from fitscan.engines.compiled.inference.odd_yields import OddYields, odd_yields
from fitscan.model import Analysis

# The small sample has 0.1 + 100 alpha events, so that alpha = 0.2 is 2 sqrt(n + 1), n = 99.
MU = {"name": "mu", "type": "normfactor", "data": None}


def shape(hi, lo):
    return {"name": "shape", "type": "histosys", "data": {"hi_data": [hi], "lo_data": [lo]}}


def model_of(*, main=98.9, small=0.1, signal=1.0):
    samples = [
        {"name": "signal", "data": [signal], "modifiers": [MU]},
        {"name": "main", "data": [main], "modifiers": []},
        {"name": "small", "data": [small], "modifiers": [shape(small + 100.0, small - 100.0)]},
    ]
    document = {
        "version": "1.0.0",
        "channels": [{"name": "SR", "samples": samples}],
        "observations": [{"name": "SR", "data": [main]}],
        "measurements": [{"name": "nominal", "config": {"poi": "mu", "parameters": []}}],
    }
    return Analysis(document, poi_bounds=(-100.0, 100.0)).model(document)


def odd(model, *, alpha=0.0, mu=0.0):
    pars = model.init.copy()
    pars[model.names.index("shape")], pars[model.poi] = alpha, mu
    return odd_yields(model, [model.init, pars])


@pytest.mark.parametrize(
    ("alpha", "negative", "grown"),
    [
        # 2 sqrt(n + 1) is 20 events without them, 18 less 18 and 22 with 22.
        (-0.15, (), ()),
        (-0.21, ("small (SR)",), ()),
        (0.15, (), ()),
        (0.25, (), ("small (SR)",)),
    ],
)
def test_a_yield_is_odd_when_it_counts_in_its_bin(alpha, negative, grown):
    """Was marked from -0.5 events on, and from 1 that had been 0.1."""
    assert odd(model_of(), alpha=alpha) == (negative, grown)


def test_a_sample_that_makes_the_whole_bin_is_odd_when_it_has_grown_only():
    assert odd(model_of(main=0.0, small=30.0), alpha=2.0) == ((), ())
    assert odd(model_of(main=0.0, small=30.0), alpha=3.0) == ((), ("small (SR)",))


def test_a_sample_that_is_negative_from_the_start_is_odd_when_it_has_grown_only():
    """Interference and negative weights."""
    assert odd(model_of(small=-30.0), alpha=0.0) == ((), ())
    assert odd(model_of(main=400.0, small=-30.0), alpha=-2.8) == ((), ("small (SR)",))


@pytest.mark.parametrize("mu", [-50.0, 50.0])
def test_a_signal_is_not_odd_for_its_strength(mu):
    assert odd(model_of(), mu=mu) == ((), ())


def test_no_minimum_has_no_odd_yield():
    assert odd_yields(model_of(), np.empty((0, 2))) == ((), ())


def test_text_names_samples_by_what_is_odd():
    assert OddYields((), ()).text == ""
    odd = OddYields(("Z (SR)", "W (SR)"), ("top (CR)",))
    assert odd.text == "negative: Z (SR), W (SR); over 10x nominal: top (CR)"
