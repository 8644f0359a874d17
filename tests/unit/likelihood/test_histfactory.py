"""The types of channels accept what pyhf's schema accepts, and say clearly what they do not."""

import copy

import pyhf
import pytest

from fitscan.errors import LikelihoodError
from fitscan.likelihood.histfactory import check_samples

# pyhf's, not ours.

# The data of each type of modifier for a sample of two bins.
DATA = {
    "normfactor": None,
    "shapefactor": None,
    "lumi": None,
    "normsys": {"lo": 0.9, "hi": 1.1},
    "histosys": {"lo_data": [1.0, 2.0], "hi_data": [3.0, 4.0]},
    "shapesys": [0.1, 0.2],
    "staterror": [0.1, 0.0],
}
OTHER_DATA = [
    *DATA.values(),
    *([], [1, 2], [1.0, "2"], [1.0, None], 1.0, "text", True, {}),
    {"lo": 0.9},
    {"lo": "0.9", "hi": 1.1},
    {"lo": 0.9, "hi": 1.1, "mid": 1.0},
    {"lo_data": [1.0, 2.0]},
    {"lo_data": [1.0, None], "hi_data": [3.0, 4.0]},
    {"lo_data": [], "hi_data": [3.0, 4.0]},
]


def sample(kind="normfactor", **changes):
    return {"name": "signal", "data": [5.0, 6.0], "modifiers": [modifier(kind, **changes)]}


def modifier(kind, **changes):
    whole = {"name": "lumi" if kind == "lumi" else "theory", "type": kind, "data": DATA[kind]}
    return {key: value for key, value in (whole | changes).items() if value is not ...}


def accepted(samples):
    try:
        check_samples(samples, bins=2, where="patch 'm1'")
    except LikelihoodError:
        return False
    return True


def accepted_by_pyhf(samples):
    try:
        pyhf.schema.validate({"channels": [{"name": "SR", "samples": samples}]}, "model.json")
    except pyhf.exceptions.InvalidSpecification:
        return False
    return True


@pytest.mark.parametrize("kind", DATA)
def test_modifier_of_each_type_is_accepted(kind):
    check_samples([sample(kind)], bins=2, where="patch 'm1'")


@pytest.mark.parametrize("kind", DATA)
def test_malformed_modifier_is_refused_where_pyhf_refuses_it(kind):
    changes = [{"data": data} for data in OTHER_DATA]
    changes += [{"type": other} for other in (*DATA, "unknown", None, 5)]
    changes += [{"data": ...}, {"name": ...}, {"type": ...}, {"name": 5}, {"extra": 1}]
    for change in changes:
        samples = [sample(kind, **copy.deepcopy(change))]
        assert accepted(samples) == accepted_by_pyhf(samples), change


@pytest.mark.parametrize(
    "samples",
    [
        [5],
        ["signal"],
        [{}],
        [{"name": "signal", "data": [5.0, 6.0]}],
        [{"name": 5, "data": [5.0, 6.0], "modifiers": []}],
        [{"name": "signal", "data": [5.0, "6"], "modifiers": []}],
        [{"name": "signal", "data": [5.0, 6.0], "modifiers": [], "extra": 1}],
        [{"name": "signal", "data": [5.0, 6.0], "modifiers": {}}],
        [{"name": "signal", "data": [5.0, 6.0], "modifiers": [None]}],
        [{"name": "signal", "data": [5, 6], "modifiers": []}],
        [sample("normsys"), sample("staterror")],
    ],
)
def test_sample_is_refused_where_pyhf_refuses_it(samples):
    assert accepted(samples) == accepted_by_pyhf(samples)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (sample("normsys", data={"lo": 0.9}), "signal.modifiers.theory.data.hi field required"),
        (sample("normsys", data=...), "signal.modifiers.theory.data field required"),
        (
            sample("shapesys", data=[0.1, -0.2]),
            "signal.modifiers.theory.data.1 input should be greater",
        ),
        (sample("staterror", data=[-0.1, 0.2]), "than or equal to 0: -0.1"),
        (sample("normsys", type="normsyst"), "signal.modifiers.theory input tag 'normsyst'"),
        (sample("lumi", name="luminosity"), "luminosity.name input should be 'lumi'"),
        (sample(data={"lo": 1}), "signal.modifiers.theory.data input should be None"),
        (sample("shapesys", data=[0.1, float("inf")]), "finite number: inf"),
        (sample("staterror", data=[True, 0.1]), "valid number: True"),  # pyhf takes it
        ({"name": "signal", "data": ["5"], "modifiers": []}, "signal.data.0 input should be"),
        ({"name": "signal", "data": [5.0]}, "signal.modifiers field required"),
    ],
)
def test_message_names_sample_modifier_and_key(bad, words):
    with pytest.raises(LikelihoodError) as caught:
        check_samples([bad], bins=2, where="patch 'm1'")
    assert str(caught.value).startswith("patch 'm1' holds a malformed sample: ")
    assert words in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("bad", "entry"),
    [
        ({"name": "signal", "data": [5.0, 6.0, 7.0], "modifiers": []}, "data"),
        (sample("shapesys", data=[0.1, 0.1, 0.1]), "theory"),
        (sample("staterror", data=[0.1, 0.1, 0.1]), "theory"),
        (sample("histosys", data=DATA["histosys"] | {"lo_data": [1.0] * 3}), "theory.lo_data"),
        (sample("histosys", data=DATA["histosys"] | {"hi_data": [1.0] * 3}), "theory.hi_data"),
    ],
)
def test_wrong_number_of_bins_is_named(bad, entry):
    with pytest.raises(LikelihoodError) as caught:
        check_samples([bad], bins=2, where="patch 'm1'")
    assert str(caught.value) == (
        f"patch 'm1', sample 'signal': {entry} needs one entry per bin: 3."
        " Hint: the observation of the channel has 2"
    )
