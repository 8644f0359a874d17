"""The order of parameters and data is that of pyhf, for any workspace."""

import numpy as np
from hypothesis import given, settings
from pyhf_models import random_model
from workspaces import cases

from fitscan.likelihood.patching import apply_patch
from fitscan.model import Analysis
from fitscan.model.arrays import Data
from fitscan.spey_backend.order import pyhf_order


def ordered(case):
    hypothesis = apply_patch(case.background, case.operations, where="patch")
    model = Analysis(case.background, measurement=case.measurement).model(hypothesis)
    return model, pyhf_order(model, hypothesis)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(cases())
def test_parameters_and_auxiliary_data_are_in_the_order_of_pyhf(case):
    pdf, data = random_model(case)
    model, order = ordered(case)
    assert [model.names[place] for place in order.places] == pdf.config.par_names
    np.testing.assert_allclose(order.vector(*model.data), data, rtol=1e-12)


@settings(derandomize=True, deadline=None, max_examples=20)
@given(cases())
def test_vectors_come_back(case):
    model, order = ordered(case)
    pars = np.arange(len(model.names), dtype=float)
    assert order.pars(pars[order.places]).tolist() == pars.tolist()
    constrained = np.zeros(len(pars), dtype=bool)
    constrained[order.measured] = True
    data = Data(model.data.main + 1.0, np.where(constrained, pars, model.data.auxiliary))
    found = order.data(order.vector(*data))
    assert found.main.tolist() == data.main.tolist()
    assert found.auxiliary.tolist() == data.auxiliary.tolist()
    assert order.data(data.main).auxiliary.tolist() == model.data.auxiliary.tolist()
