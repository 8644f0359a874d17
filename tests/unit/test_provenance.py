"""The digest of the code follows every source that decides a step, and nothing else."""

import os
import platform

import pytest

import fitscan
from fitscan import provenance
from fitscan.provenance import code_digest, machine, versions

FILES = {
    "plan.py": "plan = 1\n",
    "other.py": "other = 1\n",
    "report/page.py": "page = 1\n",
    "report/page.html": "<html>\n",
}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A small package in place of fitscan."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(provenance, "_PACKAGE", tmp_path)
    return tmp_path


@pytest.mark.parametrize("edited", ["plan.py", "report/page.py", "report/page.html"])
def test_digest_changes_with_each_source(package, edited):
    before = code_digest("plan", "report")
    (package / edited).write_text("edited\n")
    assert code_digest("plan", "report") != before


def test_digest_follows_what_is_in_the_script_and_not_when_it_was_written(package):
    script = package / "draw.py"
    script.write_text("draw = 1\n")
    before = code_digest("plan", script=script)
    assert before != code_digest("plan")
    os.utime(script, (0, 0))
    assert code_digest("plan", script=script) == before
    script.write_text("edited\n")
    assert code_digest("plan", script=script) != before


def test_digest_changes_when_a_source_is_renamed(package):
    before = code_digest("report")
    (package / "report" / "page.html").rename(package / "report" / "page.htm")
    assert code_digest("report") != before


def test_digest_stays_when_other_sources_and_compiled_ones_change(package):
    before = code_digest("plan", "report")
    (package / "other.py").write_text("edited\n")
    (package / "report" / "__pycache__").mkdir()
    (package / "report" / "__pycache__" / "page.cpython-311.pyc").write_bytes(b"\x00")
    assert code_digest("plan", "report") == before


def test_digest_does_not_depend_on_where_the_package_lies(package, tmp_path_factory, monkeypatch):
    before = code_digest("plan", "report")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setattr(provenance, "_PACKAGE", package.rename(elsewhere / "package"))
    assert code_digest("plan", "report") == before


def test_module_that_does_not_exist_is_not_passed_over(package):
    with pytest.raises(FileNotFoundError, match=r"absent\.py"):
        code_digest("absent")


def test_digest_of_the_real_package_is_short_and_hexadecimal():
    digest = code_digest("plan", "likelihood")
    assert len(digest) == 16
    assert int(digest, 16) >= 0


def test_versions_name_what_decides_numbers():
    found = versions()
    assert found["fitscan"] == fitscan.__version__
    assert found["Python"] == platform.python_version()
    assert {"pyhf", "numpy", "scipy", "iminuit"} <= set(found)
    assert all(found.values())


def test_machine_is_described_in_words():
    assert platform.machine() in machine()
    assert machine().endswith(" cores")
