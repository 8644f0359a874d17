import pytest
from small import MU, histosys, modifier, normsys, sample

from fitscan.errors import ModelError
from fitscan.model.samples import make_sample


def member(*modifiers, yields=(9.0, 7.0), bins=2):
    whole = sample("background", list(yields), *modifiers)
    return make_sample(whole, channel="SR", first_bin=3, bins=bins)


def test_modifiers_are_sorted_by_what_they_do():
    stat, k = modifier("stat", "staterror", [1.0, 1.0]), modifier("k", "normfactor")
    lumi, shape = modifier("lumi", "lumi"), modifier("shape", "shapesys", [1.0, 1.0])
    found = member(
        shape, stat, normsys("x", 1.2, 0.9), lumi, histosys("y", [10.0, 8.0], [8.0, 6.0]), k, MU
    )
    assert (found.norms, list(found.hi), list(found.lo)) == (["x"], [1.2], [0.9])
    assert (found.shapes, found.up, found.down) == (["y"], [[10.0, 8.0]], [[8.0, 6.0]])
    assert [factor["name"] for factor in found.factors] == ["k", "mu", "lumi", "stat", "shape"]
    assert (found.bins, found.first_bin) == (2, 3)


@pytest.mark.parametrize(
    ("modifiers", "words"),
    [
        ([modifier("x", "spline")], "a modifier of an unknown type: 'spline'"),
        ([normsys("x", 1.1, 0.9)] * 2, "two modifiers of type normsys and the same name: 'x'"),
        ([MU, MU], "two modifiers of type normfactor and the same name: 'mu'"),
        ([histosys("x", [1.0], [1.0, 2.0])], "x needs one number per bin: 1"),
        ([modifier("s", "staterror", [1.0])], "s needs one number per bin: 1"),
    ],
)
def test_samples_that_cannot_be_read_are_refused_by_name(modifiers, words):
    with pytest.raises(ModelError, match=f"sample 'background' of channel 'SR'.* {words}"):
        member(*modifiers)


def test_one_name_may_be_a_normsys_and_a_histosys():
    found = member(normsys("x", 1.2, 0.9), histosys("x", [10.0, 8.0], [8.0, 6.0]))
    assert found.norms == found.shapes == ["x"]
