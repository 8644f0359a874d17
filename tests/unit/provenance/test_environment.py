"""Revisions are those of fitscan's own checkout; versions and the lock file are what is there."""

import subprocess

import pytest

from fitscan.files import file_sha256
from fitscan.provenance.environment import revision_of, software, this_machine, thread_counts


@pytest.fixture
def checkout(tmp_path):
    """A checkout with one commit."""

    def git(*arguments):
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
        command = ["git", "-C", str(tmp_path), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    (tmp_path / "Snakefile").write_text("")
    git("init", "--quiet")
    git("add", "Snakefile")
    git("commit", "--quiet", "--message", "Begin")
    return tmp_path, git("rev-parse", "HEAD")


def test_a_checkout_has_a_revision(checkout):
    folder, revision = checkout
    assert revision_of(folder) == {"revision": revision, "dirty": False}


def test_an_edit_is_told_and_a_new_file_is_none(checkout):
    folder, revision = checkout
    (folder / "results").write_text("new")
    assert revision_of(folder) == {"revision": revision, "dirty": False}
    (folder / "Snakefile").write_text("edited")
    assert revision_of(folder) == {"revision": revision, "dirty": True}


def test_a_folder_in_the_checkout_of_something_else_has_no_revision(checkout):
    folder, _ = checkout
    (folder / "inner").mkdir()
    assert revision_of(folder / "inner") == {}


def test_a_checkout_without_a_commit_has_no_revision(tmp_path):
    subprocess.run(["git", "-C", str(tmp_path), "init", "--quiet"], check=True)
    assert revision_of(tmp_path) == {}


def test_software_has_the_digest_of_the_lock_file_where_there_is_one(project_folder, tmp_path):
    lock = project_folder / "envs/requirements.txt"
    assert software(project_folder)["lock"]["sha256"] == file_sha256(lock)
    assert software(tmp_path)["lock"] is None
    assert {"numba", "numpy", "scipy", "pyhf"} <= software(tmp_path)["packages"].keys()


def test_thread_counts_are_those_of_the_environment(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    counts = thread_counts()
    assert (counts["OMP_NUM_THREADS"], counts["MKL_NUM_THREADS"]) == ("3", None)


def test_a_machine_is_described_without_its_name():
    parts = {"system", "release", "architecture", "cpu", "compiled_for", "cores"}
    assert set(this_machine()) == parts


def test_a_machine_is_described_with_the_cpu_that_kernels_are_compiled_for(monkeypatch):
    monkeypatch.setenv("NUMBA_CPU_NAME", "generic")
    expected = {"name": "generic", "features": "", "overridden": True}
    assert this_machine()["compiled_for"] == expected
