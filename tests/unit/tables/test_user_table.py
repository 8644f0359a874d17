"""A table that a user gives is read, or refused with its file, column and row."""

import numpy as np
import pytest

from fitscan.errors import ConfigError
from fitscan.tables.user_table import GivenTable


@pytest.fixture
def table(tmp_path):
    """Write a table and read it."""

    def make(text):
        path = tmp_path / "given.csv"
        path.write_text(text)
        return GivenTable.read(str(path))

    return make


def test_columns_are_text_and_numbers_and_comments_are_left_out(table):
    found = table("\ufeff#: from HEPData\nname, x\n# a remark\na#1, 1.5\n\nb,2e3\n")
    assert found.texts("name") == ["a#1", "b"]
    assert found.numbers("x").tolist() == [1.5, 2000.0]


def test_gaps_become_nan_where_they_may_be(table):
    found = table("name,CLs_obs\na,\nb,nan\nc,0.5\n")
    np.testing.assert_array_equal(found.numbers("CLs_obs", gaps=True), [np.nan, np.nan, 0.5])
    with pytest.raises(ConfigError, match="line 2, column 'CLs_obs': not a number: ''"):
        found.numbers("CLs_obs")


@pytest.mark.parametrize("entry", ["much", "inf", "1,5", "nan"])
def test_an_entry_that_is_no_number_is_named_by_its_line(table, entry):
    found = table(f'# two lines\n# of remarks\nx\n1.0\n"{entry}"\n')
    with pytest.raises(ConfigError, match=r"given\.csv, line 5, column 'x'") as caught:
        found.numbers("x")
    assert caught.value.value == entry


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no rows"),
        ("x,y\n", "has no rows"),
        ("x,x\n1,2\n", "two columns of the same name: 'x'"),
        ("x,y\n1,2\n3\n", "line 3: the row has 1 entries, expected 2: '3'"),
    ],
)
def test_what_is_no_table_is_refused(table, text, words):
    with pytest.raises(ConfigError, match=words):
        table(text)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    (tmp_path / "picture.csv").write_bytes(b"\xff\xfe\x00x")
    for name in ("picture.csv", "nowhere.csv"):
        with pytest.raises(ConfigError, match=r"cannot be read as a table|is not a file"):
            GivenTable.read(str(tmp_path / name))


def test_a_column_that_is_missing_is_refused_with_those_there(table):
    with pytest.raises(ConfigError, match=r"lacks a column: 'y'.*it has x"):
        table("x\n1\n").texts("y")


def test_two_rows_about_the_same_are_refused_with_both_lines(table):
    with pytest.raises(ConfigError, match="line 4: the row repeats line 2: 'a'"):
        table("name\na\nb\na\n").unique(["name"])
