import pytest
from small import MU, histosys, modifier, normsys, sample

from fitscan.errors import ModelError
from fitscan.model.layout import NOTHING, channel_parts, extended, new_parameters
from fitscan.model.samples import make_sample


def member(*modifiers, channel="SR", bins=2, name="background"):
    whole = sample(name, [9.0] * bins, *modifiers)
    return make_sample(whole, channel=channel, first_bin=0, bins=bins)


def stat(bins=2):
    return modifier("stat", "staterror", [1.0] * bins)


def laid_out(*members, layout=NOTHING):
    return extended(layout, new_parameters(layout, members))


def test_parameters_stand_in_the_order_in_which_they_come():
    layout = laid_out(
        member(normsys("b", 1.1, 0.9), MU, stat()),
        member(histosys("a", [1.0], [1.0]), normsys("b", 1.2, 0.8), MU, channel="CR", bins=1),
    )
    assert layout.alphas == {"b": 0, "a": 1}
    assert layout.first == {("mu", ""): 0, ("stat", "SR"): 1}
    assert layout.factors == 3


def test_more_parameters_leave_the_first_where_they_are():
    before = laid_out(member(normsys("b", 1.1, 0.9), stat()))
    after = laid_out(member(normsys("c", 1.1, 0.9), MU, stat()), layout=before)
    assert after.alphas == {"b": 0, "c": 1}
    assert after.first == {("stat", "SR"): 0, ("mu", ""): 2}
    assert laid_out(member(stat()), layout=after) is after


def test_values_of_a_staterror_go_to_its_channels_by_their_names():
    layout = laid_out(member(stat(3), channel="b", bins=3), member(stat(2), channel="a"))
    assert channel_parts(layout) == {("stat", "a"): slice(0, 2), ("stat", "b"): slice(2, 5)}


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (
            [member(MU), member(normsys("mu", 1.1, 0.9))],
            "two kinds of parameters have the same name: 'mu'",
        ),
        ([member(MU), member(modifier("mu", "lumi"))], "'mu'.*normfactor and a lumi"),
        (
            [member(modifier("s", "shapefactor"), bins=n, channel=f"c{n}") for n in (1, 2)],
            "different numbers of bins: 's'. Hint: 1 and 2",
        ),
        (
            [member(modifier("s", "shapesys", [1.0, 1.0]), name=name) for name in "ab"],
            "sample 'b' .* another sample uses: 's'",
        ),
    ],
)
def test_names_with_two_meanings_are_refused(members, words):
    with pytest.raises(ModelError, match=words):
        laid_out(*members)
