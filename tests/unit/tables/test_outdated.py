"""A report whose results a later run has replaced says so, and no longer once they are back."""

import json
import os
from pathlib import Path

import pytest

from fitscan.files import file_sha256
from fitscan.tables.outdated import PLACE, mark_reports

RESULTS = Path("results/a/hypotest/results.csv")


@pytest.fixture
def reports(tmp_path, monkeypatch):
    """The reports of two runs, of which the second has no scan of this analysis."""
    monkeypatch.chdir(tmp_path)
    RESULTS.parent.mkdir(parents=True)
    RESULTS.write_text("name\nold\n")
    outputs = {str(RESULTS): {"sha256": file_sha256(RESULTS)}}
    Path("results/provenance.json").write_text(json.dumps({"outputs": outputs}))
    Path("results/other-provenance.json").write_text(json.dumps({"outputs": {}}))
    pages = [Path("results/report.html"), Path("results/other-report.html")]
    for page in pages:
        page.write_text(f"<header>\n{PLACE}\n</header>\n")
        os.utime(page, (1.5e9, 1.5e9))
    return pages


def test_reports_say_it_as_long_as_it_is_true(reports):
    """Was a bug: links of a report led to the tables of another run, and nothing said so."""
    mine, other = reports
    before = mine.read_text()
    assert mark_reports(RESULTS) == []
    RESULTS.write_text("name\nnew\n")
    assert mark_reports(RESULTS) == [mine]
    assert "a, hypotest: a later run has written other results." in mine.read_text()
    assert mark_reports(RESULTS) == []
    assert mine.stat().st_mtime == 1.5e9
    RESULTS.write_text("name\nold\n")
    assert mark_reports(RESULTS) == [mine]
    assert mine.read_text() == other.read_text() == before


def test_reports_of_a_module_with_a_prefix_say_it_too(reports):
    """Was a bug: records name files from the prefix, and the results were sought with it."""
    Path("prefix").mkdir()
    Path("results").rename("prefix/results")
    results = "prefix" / RESULTS
    results.write_text("name\nnew\n")
    assert mark_reports(results) == ["prefix" / reports[0]]


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"outputs": 3}', "\0"])
def test_a_record_that_cannot_be_read_says_nothing(reports, record):
    Path("results/provenance.json").write_text(record)
    RESULTS.write_text("name\nnew\n")
    assert mark_reports(RESULTS) == []


def test_a_report_that_was_deleted_stays_away(reports):
    reports[0].unlink()
    RESULTS.write_text("name\nnew\n")
    assert mark_reports(RESULTS) == []
    assert not reports[0].exists()
