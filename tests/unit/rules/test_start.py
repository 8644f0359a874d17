"""What is looked at before a run begins."""

import logging
import os
from pathlib import Path

import pytest

from fitscan.errors import ConfigError
from fitscan.rules import (
    Others,
    check_folders,
    check_path,
    check_project,
    start,
    written_ns,
)


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(logging, "raiseExceptions", True)
    start.check_folders.cache_clear()
    return tmp_path


def test_project_that_can_be_written_has_the_folders_of_a_run_and_nothing_in_them(project):
    check_project([])
    check_folders(("resources/likelihoods/a/points.json",))
    found = {path.relative_to(project).as_posix() for path in project.rglob("*")}
    assert found == {".snakemake", "results", "logs", "benchmarks", "resources"}


def test_project_without_room_is_refused_before_snakemake_writes(project):
    (project / ".snakemake").touch()  # no folder can be made there
    with pytest.raises(OSError, match=r"\.snakemake"):
        check_project(["snakemake", "--cores", "2"])


@pytest.mark.parametrize("option", ["--unlock", "--lint"])
def test_nothing_is_written_where_snakemake_writes_nothing(project, option):
    check_project(["snakemake", option])
    assert list(project.iterdir()) == []


@pytest.mark.parametrize("folder", ["results", "logs", "benchmarks", "resources"])
def test_folder_without_room_is_refused_before_anything_runs(project, folder):
    (project / folder).touch()
    with pytest.raises(OSError, match=folder):
        check_folders(("resources/likelihoods/a/points.json",))


def test_resources_that_nothing_is_fetched_into_need_no_room(project, monkeypatch):
    """Was a bug: a read-only folder of likelihoods stopped a run that had them all."""
    here = project / "resources/likelihoods/a/points.json"
    here.parent.mkdir(parents=True)
    here.touch()
    written = []
    monkeypatch.setattr(start, "check_writable", written.append)
    check_folders((str(here),))
    assert written == [".snakemake", "results", "logs", "benchmarks"]
    check_folders((str(here), str(project / "resources/likelihoods/a/signal.csv")))
    assert written[4:] == [".snakemake", "results", "logs", "benchmarks", "resources"]


@pytest.mark.parametrize("name", ["a{x}b", "{", "a}"])
def test_project_whose_path_snakemake_cannot_take_is_refused(project, name):
    """Was a traceback: `NameError: The name 'x' is unknown in this context`."""
    with pytest.raises(
        ConfigError, match=r"^the path of the project has [^ ]+, .*rename"
    ) as caught:
        check_path(project / name / "fitscan")
    assert repr(str(project / name)) in str(caught.value)
    check_path(project / "a<b>% é$")


def test_without_locks_nobody_else_works_here():
    assert not Others().use("results/a/hypotest")


def test_locks_say_what_others_work_on():
    locks = Path(".snakemake/locks")
    locks.mkdir(parents=True)
    (locks / "0.input.lock").write_text("results/a/hypotest/plan/scan.json\n")
    (locks / "0.output.lock").write_text("results/a/hypotest/results.csv\nresults/report.html\n")
    others = Others()
    assert others.use("results/a/hypotest")
    assert not others.use("results/a/hypo")
    assert not others.use("results/b/hypotest")


def test_a_file_that_is_written_again_has_another_time_and_one_that_is_not_there_has_none(project):
    page = project / "report.html"
    assert written_ns(page) is None
    page.touch()
    before = written_ns(page)
    assert written_ns(page) == before
    os.utime(page, ns=(0, before + 1))
    assert written_ns(page) != before
