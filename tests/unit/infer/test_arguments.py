"""Arguments of pyhf.infer: what the fits take of them, and what is refused by its name."""

import numpy as np
import pyhf
import pytest
from pyhf_models import documented

from fitscan.errors import ConfigError, FitscanError
from fitscan.infer import hypotest
from fitscan.infer.arguments import prepared


@pytest.fixture
def pdf():
    return documented()["uncorrelated"][0]


@pytest.fixture
def data():
    return documented()["uncorrelated"][1]


def test_what_is_left_out_is_what_the_model_suggests(pdf, data):
    _, model = prepared(data, pdf, None, [], ())
    assert model.names[model.poi] == "mu"
    order = [model.names.index(name) for name in pdf.config.par_names]
    assert model.init[order].tolist() == pdf.config.suggested_init()
    assert np.c_[model.lower, model.upper][order].tolist() == [
        [*bounds] for bounds in pdf.config.suggested_bounds()
    ]
    assert not model.fixed.any()
    assert model.data.main.tolist() == [51.0, 48.0]


def test_the_model_is_asked_each_time_what_it_suggests(pdf, data):
    """pyhf's users set these on the model."""
    prepared(data, pdf, None, None, None)
    pdf.config.param_set("mu").suggested_bounds = [(0.0, 3.0)]
    pdf.config.param_set("uncorr_bkguncrt").suggested_fixed = [False, True]
    _, model = prepared(data, pdf, None, None, None)
    assert model.upper[model.poi] == 3.0
    assert model.fixed.tolist() == [name.endswith("[1]") for name in model.names]


def test_given_numbers_are_those_of_the_parameters_of_pyhf(pdf, data):
    _, model = prepared(
        data, pdf, np.array([0.5, 1.1, 1.2]), [(0, 4), (0.1, 2), (0.2, 3)], (False, False, True)
    )
    assert dict(zip(model.names, model.init.tolist(), strict=True)) == {
        "mu": 0.5,
        "uncorr_bkguncrt[0]": 1.1,
        "uncorr_bkguncrt[1]": 1.2,
    }
    second = model.names.index("uncorr_bkguncrt[1]")
    assert (model.lower[second], model.upper[second], model.fixed[second]) == (0.2, 3.0, True)


class Tensor:
    """What no array can be made of."""

    def __array__(self, *_, **__):
        raise RuntimeError("it needs a gradient")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"return_calculator": True}, "return_calculator"),
        ({"calctype": "exact"}, "calctype"),
        ({"ntoys": 10}, "ntoys"),
        ({"calctype": "toybased", "calc_base_dist": "normal"}, "calc_base_dist"),
        ({"calctype": "toybased", "test_stat": "q0"}, "test_stat"),
        ({"calctype": "toybased", "ntoys": 0}, "ntoys"),
        ({"calctype": "toybased", "ntoys": True}, "ntoys"),
        ({"test_stat": "qmu"}, "test_stat"),
        ({"calc_base_dist": "uniform"}, "calc_base_dist"),
        ({"optimizer": "minuit"}, "optimizer"),
        ({"poi_test": [1.0, 2.0]}, "poi_test"),
        ({"poi_test": float("nan")}, "poi_test"),
        ({"poi_test": 11.0}, "outside of its bounds"),
        ({"poi_test": -1.0}, "outside of its bounds"),
        ({"data": [51, 48]}, "data"),
        ({"data": Tensor()}, "data"),
        ({"data": "51"}, "data"),
        ({"data": [[51.0, 48.0, 277.0, 55.0]]}, "data"),
        ({"data": [-1.0, 48.0, 277.0, 55.0]}, "data"),
        ({"data": [float("nan"), 48.0, 277.0, 55.0]}, "data"),
        ({"init_pars": [1.0]}, "init_pars"),
        ({"init_pars": [11.0, 1.0, 1.0]}, "initial value of 'mu'"),
        ({"par_bounds": [(0, 10)]}, "par_bounds"),
        ({"par_bounds": [(0.5, 10), (0.1, 2), (0.1, 2)]}, "outside of its bounds"),
        ({"fixed_params": [True, False, False]}, "fixed_params"),
        ({"fixed_params": [False]}, "fixed_params"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_its_name(pdf, data, change, named):
    arguments = {"poi_test": 1.0, "data": data, "pdf": pdf, **change}
    with pytest.raises(ConfigError, match=named) as caught:
        hypotest(**arguments)
    assert isinstance(caught.value, FitscanError)
    assert isinstance(caught.value, ValueError)


def test_a_model_without_a_parameter_of_interest_is_refused(data):
    spec = documented()["uncorrelated"][0].spec
    with pytest.raises(ConfigError, match="no parameter of interest"):
        hypotest(1.0, data, pyhf.Model(spec, poi_name=None))


def test_another_parameter_of_interest_may_be_set_on_the_model():
    pdf, data = documented()["correlated"]
    pdf.config.set_poi("correlated_bkg_uncertainty")
    bounds = [(0, 10), (-5, 5)]
    ours = hypotest(1.0, data, pdf, par_bounds=bounds, test_stat="q")
    theirs = pyhf.infer.hypotest(1.0, data, pdf, par_bounds=bounds, test_stat="q")
    assert ours == pytest.approx(theirs, abs=5e-5)
