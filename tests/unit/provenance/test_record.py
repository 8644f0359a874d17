"""A record is read by the version that wrote it; docs/provenance.md names all that is in one."""

import json
import re

import pytest

from fitscan.errors import FitscanError
from fitscan.provenance import read_record


def test_a_record_is_read_as_it_was_written(tmp_path, record):
    path = tmp_path / "provenance.json"
    path.write_text(json.dumps(record))
    assert read_record(path) == record


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1}', "null"])
def test_what_is_no_record_is_refused(tmp_path, content):
    path = tmp_path / "provenance.json"
    path.write_text(content)
    with pytest.raises(FitscanError, match="is not the record of a run"):
        read_record(path)


def test_a_record_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FitscanError, match="is not the record of a run"):
        read_record(tmp_path / "provenance.json")


def test_a_record_of_another_form_is_refused(tmp_path, record):
    path = tmp_path / "provenance.json"
    path.write_text(json.dumps(record | {"format": 2}))
    with pytest.raises(FitscanError, match="has another format: 2"):
        read_record(path)


def test_every_part_of_a_record_is_documented(project_folder, record):
    text = (project_folder / "docs/provenance.md").read_text()
    documented = set(re.findall(r"^\| `([\w.<>]+)` \|", text, flags=re.MULTILINE))
    parts = {"format", *(f"run.{key}" for key in record["run"])}
    parts |= {f"software.{key}" for key in record["software"]}
    parts |= {f"inputs.<analysis>.{key}" for key in record["inputs"]["local"]}
    parts |= {f"scans.{key}" for key in record["scans"][0]}
    assert documented == parts | {"configuration", "outputs"}
