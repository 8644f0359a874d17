"""A combination is the product of its parts, each shared constraint once, and as pyhf makes it."""

import numpy as np
import pyhf
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from small import luminosity
from workspaces import Case, cases

from fitscan.likelihood import apply_patch
from fitscan.likelihood.combination.likelihoods import combine
from fitscan.likelihood.combination.parts import Part
from fitscan.likelihood.patches import Patch

OF_BINS = {"staterror", "shapesys", "shapefactor"}


def part_of(name: str, case: Case) -> Part:
    """Return a part with channels of its own, and the operations of the case on samples."""
    names = {
        channel["name"]: f"{channel['name']}_{name}" for channel in case.background["channels"]
    }
    background = {
        **case.background,
        "channels": [{**c, "name": names[c["name"]]} for c in case.background["channels"]],
        "observations": [{**o, "name": names[o["name"]]} for o in case.background["observations"]],
        "measurements": [
            {"name": f"of {name}", "config": {"poi": "mu", "parameters": [luminosity(0.02)]}}
        ],
    }
    operations = [
        o for o in case.operations if o["path"].count("/") > 2 and "/samples" in o["path"]
    ]
    return Part(name, background, ("mass",), (Patch(f"patch of {name}", (100,), operations),))


def patched(part: Part):
    return apply_patch(part.background, part.patches[0].operations, where=part.name)


def modifiers(document):
    return [
        modifier
        for channel in document["channels"]
        for sample in channel["samples"]
        for modifier in sample["modifiers"]
    ]


def names_of_bins(document) -> set[str]:
    return {modifier["name"] for modifier in modifiers(document) if modifier["type"] in OF_BINS}


def model_of(document):
    return pyhf.Workspace(document).model(
        modifier_settings={"normsys": {"interpcode": "code4"}, "histosys": {"interpcode": "code4p"}}
    )


def log_density(document, values) -> float:
    """Return pyhf's log-density of the data, at the values of parameters by name."""
    workspace, model = pyhf.Workspace(document), model_of(document)
    pars = np.concatenate([values[name] for name in model.config.par_order])
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(model.logpdf(pars, workspace.data(model))[0])


@settings(derandomize=True, deadline=None, max_examples=40)
@given(cases(), cases(), st.integers(0, 2**32 - 1))
def test_a_combination_is_the_product_of_its_parts(one, other, seed):
    a, b = part_of("a", one), part_of("b", other)
    hypotheses = {part.name: patched(part) for part in (a, b)}
    assume(all("mu" in {m["name"] for m in modifiers(h)} for h in hypotheses.values()))
    apart = sorted(set.intersection(*map(names_of_bins, hypotheses.values())))
    combined = combine([a, b], match={}, decorrelate=apart)
    assert combined.shared == []
    hypothesis = apply_patch(
        combined.background, combined.patches.patches[0].operations, where="combination"
    )

    theirs = [
        pyhf.Workspace(document).rename(
            modifiers={name: f"{name}_{part}" for name in apart},
            measurements={f"of {part}": "of a"},
        )
        for part, document in hypotheses.items()
    ]
    assert hypothesis == dict(pyhf.Workspace.combine(*theirs, join="outer"))

    model, rng = model_of(hypothesis), np.random.default_rng(seed)
    values = {
        name: rng.uniform(0.8, 1.2, model.config.param_set(name).n_parameters)
        for name in model.config.par_order
    }
    own = {
        part: {
            name: values[f"{name}_{part}" if name in apart else name]
            for name in model_of(document).config.par_order
        }
        for part, document in hypotheses.items()
    }
    # What both constrain is constrained once in the combination.
    twice = own["a"].keys() & own["b"].keys() - set(apart)
    centres = {"JES": (0.0, 1.0), "theory": (0.0, 1.0), "Btag": (0.0, 1.0), "lumi": (1.0, 0.02)}
    constraints = sum(
        norm.logpdf(centre, values[name][0], width)
        for name, (centre, width) in centres.items()
        if name in twice
    )
    assert twice <= {*centres, "mu", "k_top"}
    expected = sum(log_density(hypotheses[part], own[part]) for part in own) - constraints
    found = log_density(hypothesis, values)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-9, equal_nan=True)
