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
    outline = found.outline
    assert (found.norms, found.hi, found.lo) == (["x"], [1.2], [0.9])
    assert (found.moving, found.up, found.down) == (["y"], [[10.0, 8.0]], [[8.0, 6.0]])
    assert [factor.name for factor in outline.factors] == ["k", "mu", "lumi", "stat", "shape"]
    assert found.errors == [[1.0, 1.0], [1.0, 1.0]]
    assert (found.bins, outline.first_bin) == (2, 3)


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
    assert found.norms == found.outline.shapes == ["x"]


def test_an_outline_is_shared_by_samples_with_the_same_names_only():
    modifiers = [normsys("x", 1.2, 0.9), histosys("y", [10.0, 8.0], [8.0, 6.0]), MU]
    first = member(*modifiers)

    def like(*given, bins=2, first_bin=3, channel="SR"):
        whole = sample("signal", [1.0] * bins, *given)
        return make_sample(
            whole, channel=channel, first_bin=first_bin, bins=bins, like=first.outline
        )

    assert like(*modifiers).outline is first.outline
    assert like(normsys("x", 1.5, 0.5), *modifiers[1:]).hi == [1.5]
    assert like(normsys("z", 1.2, 0.9), *modifiers[1:]).norms == ["z"]
    others = [
        like(histosys("z", [10.0, 8.0], [8.0, 6.0]), MU),
        like(modifiers[1], modifier("mu", "lumi")),
        like(modifiers[1], modifier("k", "normfactor")),
        like(MU, bins=1),
        like(modifiers[1], MU, first_bin=4),
        like(modifiers[1], MU, channel="CR"),
    ]
    for other in others:
        assert other.outline is not first.outline
    assert [o.outline.shapes for o in others] == [["z"], ["y"], ["y"], [], ["y"], ["y"]]
    assert others[1].outline.factors == [("mu", "lumi")]
