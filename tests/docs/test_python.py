"""The examples in Python of documents run, and print what the page says."""

import re
import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from quiet_spey import spey

__all__ = ["spey"]  # of the examples

PROJECT = Path(__file__).parents[2]
PAGES = ("docs/python.md", "README.md")


def blocks(page):
    """Return each block of code, and what is indented after it: what it prints."""
    block = r"```python\n(.*?)```\n(?:\n((?:    [^\n]+\n)+))?"
    return re.findall(block, (PROJECT / page).read_text(), re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("workspace.json", "patchset.json"):
        shutil.copy(PROJECT / "resources/example" / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_pages_have_their_examples():
    assert [len(blocks(page)) for page in PAGES] == [9, 1]


@pytest.mark.parametrize("page", PAGES)
def test_examples_run_and_print_what_the_page_says(page, folder):
    names = {}
    for code, printed in blocks(page):
        out = StringIO()
        with redirect_stdout(out):
            exec(compile(code, page, "exec"), names)
        if printed:
            assert out.getvalue() == re.sub("^    ", "", printed, flags=re.MULTILINE)
    assert sorted(path.name for path in folder.iterdir()) == ["patchset.json", "workspace.json"]
