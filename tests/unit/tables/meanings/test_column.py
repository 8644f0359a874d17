"""What the report shows of a column beside the mouse."""

from fitscan.tables.meanings.column import Meaning, by_column


def test_words_have_unit_source_and_when_it_is_empty():
    meaning = Meaning(("mass",), "A `mass`.", "GeV", "the patchset", "without one")
    assert meaning.words == "A mass. Unit: GeV. Source: the patchset. Empty: without one."


def test_what_there_is_not_is_not_said():
    assert Meaning(("CLs",), "CLs.", "1").words == "CLs."


def test_links_are_words():
    assert Meaning(("n",), "See [below](#x).", source="[a](b.md)").words == "See below. Source: a."


def test_each_column_is_found_by_its_name():
    both = Meaning(("a", "b"), "Either.")
    assert by_column([both]) == {"a": both, "b": both}
