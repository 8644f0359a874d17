"""CLs with the cross-section one standard deviation up and down, as pyhf alone finds it."""

import copy

import pyhf
import pytest
from scan_settings import COMPILED, WITH_PYHF
from small import histosys

from fitscan.columns import CLS, THEORY
from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.engines.compiled.hypotheses import Hypotheses
from fitscan.engines.pyhf import reference
from fitscan.likelihood import apply_patch

THEORY_SETTINGS = {"signal_xsec_uncertainty": "theory"}


@pytest.fixture
def workspace(tiny):
    """A search whose measurement says something of other parameters, as published ones do."""
    document = tiny.workspace()
    document["measurements"][0]["config"]["parameters"] = [
        {"name": "mu_bkg", "bounds": [[0.0, 5.0]]},
        {"name": "theory", "bounds": [[-4.0, 4.0]]},
    ]
    return document


@pytest.fixture
def patch(tiny):
    """A signal whose cross-section changes yields and shape, as SigXSec of SUSY-2018-06 does."""
    operations = tiny.patch(10.0)
    sample = operations[0]["value"]
    hi = [rate * (1.0 + 0.05 * number) for number, rate in enumerate(sample["data"])]
    lo = [rate * (1.0 - 0.05 * number) for number, rate in enumerate(sample["data"])]
    sample["modifiers"].append(histosys("theory", hi, lo))
    return operations


@pytest.fixture
def asked(workspace, patch):
    """CLs by pyhf alone, with the parameter held by ``init_pars`` and ``fixed_params``."""
    model = pyhf.Workspace(workspace).model(patches=[patch])
    data = pyhf.Workspace(workspace).data(model)
    place = model.config.par_order.index("theory")

    def ask(value):
        initial, fixed = model.config.suggested_init(), model.config.suggested_fixed()
        initial[place], fixed[place] = value, True
        return float(pyhf.infer.hypotest(1.0, data, model, init_pars=initial, fixed_params=fixed))

    assert model.config.par_slice("theory") == slice(place, place + 1)
    return {"CLs_obs_theory_up": ask(1.0), "CLs_obs_theory_down": ask(-1.0)}


def test_compiled_engine_agrees_with_pyhf(workspace, patch, asked):
    engine = CompiledEngine(workspace, COMPILED | THEORY_SETTINGS)
    row = engine.fit_point(apply_patch(workspace, patch, where="point"))
    assert {column: row[column] for column in THEORY} == pytest.approx(asked, abs=2e-5)
    # More signal is excluded more.
    assert row["CLs_obs_theory_up"] < row["CLs_obs"] < row["CLs_obs_theory_down"]


def test_engine_pyhf_holds_the_same_parameter(workspace, patch, asked):
    hypothesis = apply_patch(workspace, patch, where="point")
    row = reference.fit_point(hypothesis, WITH_PYHF | THEORY_SETTINGS)
    assert {column: row[column] for column in THEORY} == pytest.approx(asked, abs=2e-5)


def test_other_numbers_do_not_change_when_the_cross_section_is_moved_too(workspace, patch):
    hypothesis = apply_patch(workspace, patch, where="point")
    plain = CompiledEngine(workspace, COMPILED).fit_point(hypothesis)
    moved = CompiledEngine(workspace, COMPILED | THEORY_SETTINGS).fit_point(hypothesis)
    assert [moved[column] for column in CLS] == [plain[column] for column in CLS]
    assert plain.keys() == moved.keys() - set(THEORY)


def test_constraint_of_the_held_parameter_drops_out(workspace, patch):
    """At 1 it is half a unit in every fit to the data, and 0 in those to the Asimov data."""
    hypotheses = Hypotheses(workspace, COMPILED | THEORY_SETTINGS, shift=1.0)
    model = hypotheses.model(apply_patch(workspace, patch, where="point"))
    place = model.names.index("theory")
    assert model.fixed[place]
    assert model.init[place] == 1.0
    assert model.data.auxiliary[place] == 0.0


def test_patch_that_replaces_the_measurement_is_moved_as_well(workspace, patch):
    """Then the measurement is the patch's own, and the background is compiled with it."""
    engine = CompiledEngine(workspace, COMPILED | THEORY_SETTINGS)
    measurements = copy.deepcopy(workspace["measurements"])
    replacing = {"op": "replace", "path": "/measurements", "value": measurements}
    rows = [
        engine.fit_point(apply_patch(workspace, operations, where="point"))
        for operations in (patch, [*patch, replacing])
    ]
    assert [rows[1][column] for column in THEORY] == [rows[0][column] for column in THEORY]


@pytest.mark.parametrize("fit", ["compiled", "pyhf"])
def test_a_point_without_the_modifier_stays_where_it_is(workspace, patch, fit):
    patch[0]["value"]["modifiers"] = patch[0]["value"]["modifiers"][:1]
    hypothesis = apply_patch(workspace, patch, where="point")
    if fit == "compiled":
        row = CompiledEngine(workspace, COMPILED | THEORY_SETTINGS).fit_point(hypothesis)
    else:
        row = reference.fit_point(hypothesis, WITH_PYHF | THEORY_SETTINGS)
    assert row["status"] == "ok", row["message"]
    assert [row[column] for column in THEORY] == pytest.approx([row["CLs_obs"]] * 2, abs=1e-9)
