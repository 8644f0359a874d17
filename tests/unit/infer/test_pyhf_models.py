"""A model of pyhf is the same as one of the engine: its log-density, wherever one asks."""

import gc
import weakref

import numpy as np
import pyhf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhf_models import documented, random_model
from workspaces import cases

from fitscan.engines.compiled.kernels.batch import nll_at, rates_at
from fitscan.engines.compiled.kernels.objective import constant_terms
from fitscan.errors import ConfigError, ModelError
from fitscan.infer import pyhf_models
from fitscan.infer.arguments import prepared
from fitscan.infer.pyhf_models import converted

SHAPES, NORMS = ("code0", "code4p"), ("code1", "code4")


def ours_at(pdf, pars, data):
    """Return our log-density of some data at parameters of pyhf, and the rates there."""
    found, model = prepared(data, pdf, None, None, None)
    at = np.empty(len(pars))
    at[found.places] = pars
    nll = nll_at(model.arrays, model.data, at)
    return -nll - constant_terms(model.arrays, model.data), rates_at(model.arrays, at).rate


@settings(derandomize=True, deadline=None, max_examples=50)
@given(cases(), st.sampled_from(SHAPES), st.sampled_from(NORMS), st.integers(0, 2**32 - 1))
def test_log_density_is_that_of_pyhf_for_any_data(case, shape, norm, seed):
    codes = {"histosys": {"interpcode": shape}, "normsys": {"interpcode": norm}}
    pdf, data = random_model(case, modifier_settings=codes)
    rng = np.random.default_rng(seed)
    config = pdf.config
    for _ in range(3):
        pars = np.array(config.suggested_init()) + rng.normal(0.0, 0.2, config.npars)
        seen = np.array(data) * rng.uniform(0.8, 1.2, len(data)).round(1)
        ours, rates = ours_at(pdf, pars, seen)
        if (rates <= 1e-9).any() or (pars < 0.01).any():
            continue  # where the two differ on purpose: see tests/properties/test_model.py
        (theirs,) = pdf.logpdf(pars, seen)
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", documented())
def test_models_of_the_documentation_are_those_of_pyhf(name):
    pdf, data = documented()[name]
    pars = np.array(pdf.config.suggested_init()) * 0.9 + 0.05
    ours, rates = ours_at(pdf, pars, data)
    assert ours == pytest.approx(float(pdf.logpdf(pars, data)[0]), rel=1e-12)
    np.testing.assert_allclose(rates, pdf.expected_actualdata(pars), rtol=1e-12)


def test_a_specification_may_hold_arrays():
    (pdf, data) = documented()["uncorrelated"]
    spec = {**pdf.spec, "channels": [{**channel} for channel in pdf.spec["channels"]]}
    for channel in spec["channels"]:
        channel["samples"] = [
            {**sample, "data": np.array(sample["data"])} for sample in channel["samples"]
        ]
    other = pyhf.Model(spec, validate=False)
    assert ours_at(other, [1.0, 1.0, 1.0], data)[0] == ours_at(pdf, [1.0, 1.0, 1.0], data)[0]


def test_a_model_is_converted_once_and_forgotten_with_it():
    pdf, _ = documented()["one bin"]
    before = len(pyhf_models._CONVERTED)
    assert converted(pdf) is converted(pdf)
    assert len(pyhf_models._CONVERTED) == before + 1
    gone = weakref.ref(converted(pdf))
    pyhf.events.__dict__["__events"].clear()  # pyhf keeps models alive, as subscribers
    del pdf
    gc.collect()
    assert gone() is None


def with_code(kind, code):
    settings_of_model = {"normsys": {"interpcode": "code4"}, "histosys": {"interpcode": "code4p"}}
    spec = documented()["correlated"][0].spec
    return pyhf.Model(spec, modifier_settings={**settings_of_model, kind: {"interpcode": code}})


def test_an_interpolation_that_the_engine_does_not_have_is_refused_by_name():
    with pytest.raises(ConfigError, match="histosys as pyhf has it: 'code2'"):
        converted(with_code("histosys", "code2"))


def test_codes_that_are_left_out_are_those_that_pyhf_takes():
    spec = documented()["correlated"][0].spec
    pdf = pyhf.Model(spec, modifier_settings={})
    _, data = documented()["correlated"]
    pars = [1.2, 0.7]
    assert ours_at(pdf, pars, data)[0] == pytest.approx(float(pdf.logpdf(pars, data)[0]), rel=1e-12)
    assert converted(pdf).model.arrays.histosys_code == 0


@pytest.mark.parametrize(
    "option", [{"clip_bin_data": 0.0}, {"clip_sample_data": 0.0}, {"batch_size": 2}]
)
def test_options_that_change_the_likelihood_are_refused_by_name(option):
    spec = documented()["one bin"][0].spec
    with pytest.raises(ConfigError, match=next(iter(option))):
        converted(pyhf.Model(spec, **option))


@pytest.mark.parametrize("odd", [None, 1.0, {"channels": []}, pyhf])
def test_what_is_no_model_is_refused(odd):
    with pytest.raises(ConfigError, match=r"this is no pyhf\.Model"):
        converted(odd)


def test_a_modifier_of_ones_own_is_refused():
    spec = documented()["one bin"][0].spec
    pdf = pyhf.Model(spec)
    pdf.spec["channels"][0]["samples"][0]["modifiers"].append(
        {"name": "own", "type": "customfunc", "data": None}
    )
    with pytest.raises(ModelError, match="customfunc"):
        converted(pdf)


def test_a_parameter_that_only_pyhf_knows_is_named():
    pdf = pyhf.Model(documented()["one bin"][0].spec)
    pdf.config._par_order.append("own")
    pdf.config.par_map["own"] = pdf.config.par_map["mu"]
    with pytest.raises(ModelError, match=r"\['own'\]"):
        converted(pdf)
