"""A signal survives the way to a worker, whatever its form, and what is not one is refused."""

import pytest

from fitscan.errors import LikelihoodError
from fitscan.likelihood.signals import FORMS, JsonPatch, signal_of


def test_a_patch_is_made_again_of_its_content(tiny):
    signal = JsonPatch(tiny.patch(3.0))
    assert signal_of(signal.content) == signal


def test_a_patch_makes_the_hypothesis_and_leaves_the_background_alone(tiny):
    background = tiny.workspace()
    hypothesis = JsonPatch(tiny.patch(3.0)).apply(background, name="point")
    assert background == tiny.workspace()
    assert hypothesis != background


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, r"no known form: \[\]\. Hint: known are \['patch'\]"),
        ({"picture": []}, r"no known form: \['picture'\]"),
        ({"patch": [], "yields": {}}, r"no known form: \['patch', 'yields'\]"),
        ({"patch": "op"}, "list of operations: 'op'"),
        ({"patch": ["op"]}, r"list of operations: \['op'\]"),
    ],
)
def test_what_is_no_signal_is_refused(content, message):
    with pytest.raises(LikelihoodError, match=message):
        signal_of(content)


def test_an_error_names_the_patch():
    with pytest.raises(LikelihoodError, match="patch 'point'"):
        JsonPatch([{"op": "remove", "path": "/absent"}]).apply({}, name="point")


def test_another_form_of_signal_is_a_class_and_a_line(monkeypatch):
    """As a table of yields would be."""

    class Scaled:
        def __init__(self, factor):
            self.factor = factor

        @property
        def content(self):
            return {"scaled": self.factor}

        def apply(self, background, *, name):
            return {**background, "scaled": self.factor}

    monkeypatch.setitem(FORMS, "scaled", Scaled)
    assert signal_of(Scaled(2.0).content).apply({"a": 1}, name="x") == {"a": 1, "scaled": 2.0}
