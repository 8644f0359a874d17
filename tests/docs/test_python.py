"""The examples of docs/python.md run, and print what the page says."""

import re
import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from quiet_spey import spey

__all__ = ["spey"]  # of the examples

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs/python.md").read_text()
# A block of code, and what is indented after it: what it prints.
BLOCKS = re.findall(r"```python\n(.*?)```\n(?:\n((?:    [^\n]+\n)+))?", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def names():
    return {}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("workspace.json", "patchset.json"):
        shutil.copy(PROJECT / "resources/example" / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_has_its_examples():
    assert len(BLOCKS) >= 7


def test_examples_run_and_print_what_the_page_says(names, folder):
    for code, printed in BLOCKS:
        out = StringIO()
        with redirect_stdout(out):
            exec(compile(code, "docs/python.md", "exec"), names)
        if printed:
            assert out.getvalue() == re.sub("^    ", "", printed, flags=re.MULTILINE)
    assert sorted(path.name for path in folder.iterdir()) == ["patchset.json", "workspace.json"]
