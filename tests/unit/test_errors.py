"""Every error says what failed, with which value, and what to do."""

import pytest

from fitscan import errors
from fitscan.errors import FitscanError, ShardError, naming


@pytest.mark.parametrize(
    ("value", "hint", "text"),
    [
        (None, "", "it broke."),
        ("a\nb", "", r"it broke: 'a\nb'."),
        (0, "", "it broke: 0."),
        (None, "mend it", "it broke. Hint: mend it"),
        (["a"], "mend it", "it broke: ['a']. Hint: mend it"),
    ],
)
def test_text_has_what_is_known_and_no_more(value, hint, text):
    assert str(FitscanError("it broke", value=value, hint=hint)) == text


def test_text_shows_no_secret_of_an_address():
    address = "https://me:swordfish@example.org/a?token=swordfish"
    text = str(FitscanError(f"no {address}", value=[address], hint=f"mend {address}"))
    assert text.count("https://***@example.org/a?token=***") == 3
    assert "swordfish" not in text


def test_parts_can_be_read_from_the_error():
    error = ShardError("it broke", value=3, hint="mend it")
    assert (error.what, error.value, error.hint) == ("it broke", 3, "mend it")


def test_all_errors_have_one_base_and_say_when_they_are_raised():
    names = set(errors.__all__) - {"naming"}
    classes = [getattr(errors, name) for name in names]
    assert all(issubclass(kind, FitscanError) and kind.__doc__ for kind in classes)
    defined = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    assert names == {kind.__name__ for kind in defined if kind.__module__ == errors.__name__}


def test_the_place_of_a_fault_comes_before_what_is_said_of_it():
    with pytest.raises(ShardError) as named, naming("a.b", "."):
        raise ShardError("c is odd", value=3, hint="mend it")
    assert str(named.value) == "a.b.c is odd: 3. Hint: mend it"


def test_a_long_value_is_shortened():
    text = str(FitscanError("too long", value="x" * 100_000, hint="shorten it"))
    assert text.startswith("too long: 'xxx")
    assert text.endswith("xxx'. Hint: shorten it")
    assert len(text) < 600
