"""A figure that cannot be drawn is a note that says why; whoever reads its table can tell."""

import logging

import pandas as pd
import pytest

from fitscan.errors import FitscanError, NotDrawable
from fitscan.plots import note_instead
from fitscan.tables.notes import note_of, reason

TITLE = r"A title with bad math $\frac{1$"
NOT_DRAWABLE = NotDrawable("a grid, of many dimensions", value='"a"\nb', hint="set `axes`")


def drawn(tmp_path, error, **options):
    with note_instead(tmp_path / "v1.one", title=TITLE, **options):
        if error is not None:
            raise error
    return sorted(path.name for path in tmp_path.iterdir())


def test_a_figure_that_can_be_drawn_is_left_alone(tmp_path):
    assert drawn(tmp_path, None) == []


def test_a_note_takes_the_place_of_a_figure_and_of_its_table(tmp_path, capsys):
    """Was a bug: the run failed after all fits, or before any."""
    made = drawn(tmp_path, NOT_DRAWABLE)
    assert made == [f"v1.one.{suffix}" for suffix in ("csv", "pdf", "png", "svg")]
    assert note_of((tmp_path / "v1.one.csv").read_bytes()) == str(NOT_DRAWABLE)
    assert (tmp_path / "v1.one.svg").stat().st_size > 1000
    assert pd.read_csv(tmp_path / "v1.one.csv")["note"].tolist() == [str(NOT_DRAWABLE)]
    assert capsys.readouterr().out == f"not drawn: v1.one: {NOT_DRAWABLE}\n"


def test_a_figure_without_a_table_has_a_note_without_one(tmp_path):
    assert not [name for name in drawn(tmp_path, NOT_DRAWABLE, table=False) if "csv" in name]


def test_an_error_that_nobody_expects_is_a_note_as_well_and_in_the_log(tmp_path, caplog):
    drawn(tmp_path, ZeroDivisionError("by nothing"))
    note = note_of((tmp_path / "v1.one.csv").read_bytes())
    assert note.startswith("ZeroDivisionError: by nothing. Hint: this should not happen; report it")
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("error", [MemoryError(), OSError("no space left")])
def test_faults_of_the_machine_are_no_notes(tmp_path, error):
    with pytest.raises(type(error)):
        drawn(tmp_path, error)
    assert not list(tmp_path.iterdir())


def test_the_reason_is_what_the_error_says(caplog):
    caplog.set_level(logging.WARNING)
    assert reason(FitscanError("it is so", hint="do this")) == "it is so. Hint: do this"
    assert "it is so" in caplog.text


@pytest.mark.parametrize("table", [None, b"", b"curve,m1\n", b"notes\nx\n", b"note,m1\nx,1\n"])
def test_other_tables_have_no_note(table):
    assert note_of(table) == ""
