"""The files of a recorded configuration are found from every folder, its secrets left unsaid."""

from pathlib import Path

import pytest

from fitscan.config.check import check_config
from fitscan.errors import FitscanError
from fitscan.provenance.reproduce.rerun import located, rerun

BASE = Path("/run")


def configuration(**analysis):
    settings = {"workspace": "w.json", "patches": "p{m}.json", **analysis}
    return check_config({"analyses": {"a": settings}}, expand=False)


def found(**analysis):
    made = located(configuration(**analysis), base=BASE)["analyses"]["a"]
    return made["archive"], made["workspace"], made["patches"]


def test_plain_files_begin_from_the_folder_of_the_run():
    assert found() == (None, "/run/w.json", "/run/p{m}.json")
    assert found(workspace="/data/w.json") == (None, "/data/w.json", "/run/p{m}.json")


def test_complete_workspace_has_no_patches_to_find():
    assert found(patches=None) == (None, "/run/w.json", None)


def test_members_of_an_archive_stay():
    assert found(archive="a.tar.gz") == ("/run/a.tar.gz", "w.json", "p{m}.json")


@pytest.mark.parametrize("archive", ["10.17182/hepdata.1", "https://example.org/a.tar.gz"])
def test_what_is_elsewhere_stays(archive):
    assert found(archive=archive) == (archive, "w.json", "p{m}.json")


def test_variables_stay_as_they_were_written(monkeypatch):
    monkeypatch.setenv("PLACE", "/secret")
    assert found(archive="$PLACE/a.tar.gz")[0] == "$PLACE/a.tar.gz"
    monkeypatch.setenv("PLACE", "beside")
    assert found(archive="$PLACE/a.tar.gz")[0] == "/run/$PLACE/a.tar.gz"
    monkeypatch.setenv("PLACE", "https://example.org")
    assert found(archive="$PLACE/a.tar.gz")[0] == "$PLACE/a.tar.gz"
    monkeypatch.delenv("PLACE")
    with pytest.raises(FitscanError, match="environment variable that is not set"):
        found(archive="$PLACE/a.tar.gz")


def test_an_address_whose_secret_is_not_recorded_is_refused():
    written = "https://me:marlin@example.org/a.tar.gz?view=true&token=swordfish"
    with pytest.raises(FitscanError, match=r"analyses\.a\.archive held a secret") as caught:
        found(archive=written)
    assert "environment variable" in caught.value.hint
    assert found(archive="https://example.org/a.tar.gz?view=true")


def test_tables_beside_a_likelihood_are_found_at_every_depth():
    recorded = configuration()
    tables = {"overlays": [{"title": "path", "path": "o.csv"}], "compare": {"path": "/data/c.csv"}}
    recorded["analyses"]["a"] |= tables
    made = located(recorded, base=BASE)["analyses"]["a"]
    assert made["overlays"] == [{"title": "path", "path": "/run/o.csv"}]
    assert made["compare"] == {"path": "/data/c.csv"}
    recorded["combinations"] = {"c": {"of": ["a"], "overlays": [{"path": "o.csv"}]}}
    made = located(recorded, base=BASE)["combinations"]["c"]
    assert made["overlays"] == [{"path": "/run/o.csv"}]


def test_a_benchmark_is_not_made_again():
    assert located(configuration() | {"benchmark": {"trials": 10}}, base=BASE)["benchmark"] is None


def test_the_settings_of_an_executor_are_found_where_they_are_a_file(tmp_path):
    (tmp_path / "mine.yaml").write_text("")
    mine = configuration() | {"executor": "mine.yaml"}
    assert located(mine, base=tmp_path)["executor"] == str(tmp_path / "mine.yaml")
    assert located(configuration(), base=tmp_path)["executor"] == "in_process"


def test_a_folder_with_something_else_is_refused_before_anything_runs(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(FitscanError, match="the folder is not empty"):
        rerun(configuration(), into=tmp_path, project=tmp_path, cores="1")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_workflow_that_fails_is_an_error(tmp_path):
    with pytest.raises(FitscanError, match="the workflow failed"):
        rerun(configuration(), into=tmp_path / "into", project=tmp_path, cores="1")
