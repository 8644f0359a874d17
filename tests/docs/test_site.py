"""The documentation site is built without a warning, from all pages."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from notebook_pages import markdown

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build it as `make site` does, which fails on a warning."""
    folder = tmp_path_factory.mktemp("site")
    makefile = (PROJECT / "Makefile").read_text()
    [options] = re.findall(r"-m sphinx (.*) \. site$", makefile, re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options.split(), ".", folder],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_document_is_a_page(site):
    documents = [path.relative_to(PROJECT) for path in (PROJECT / "docs").rglob("*.md")]
    assert [path for path in documents if not (site / path).with_suffix(".html").exists()] == []
    assert (site / "docs/index.html").exists()
    assert "docs/index.html" in (site / "index.html").read_text()
    assert (site / "config/README.html").exists()


def test_public_names_are_in_the_reference(site):
    page = (site / "docs/api.html").read_text()
    import fitscan  # noqa: PLC0415

    names = {*fitscan.__all__} - {"__version__", "infer"}
    assert [name for name in names if f'id="fitscan.{name}"' not in page] == []
    for name in ("Likelihood.upper_limit", "infer.hypotest"):
        assert f'id="fitscan.{name}"' in page


def test_links_lead_to_pages_and_files(site):
    """Sphinx checks links of Markdown; here also those of its theme, and of what it copied."""
    for page in site.rglob("*.html"):
        for target in re.findall(r'(?:href|src)="([^"#?:]+)["#?]', page.read_text()):
            assert (page.parent / target).exists(), f"{page}: {target}"


def test_a_word_can_be_searched(site):
    index = (site / "searchindex.js").read_text()
    found = json.loads(re.fullmatch(r"Search\.setIndex\((.*)\)", index, re.DOTALL)[1])
    page = found["docnames"].index("docs/which-number")
    assert page in found["terms"]["minima"]


def test_a_notebook_shows_its_text_code_output_and_pictures(tmp_path):
    text = {"cell_type": "markdown", "source": ["# Title\n", "words"]}
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["printed\n"]},
        {"output_type": "display_data", "data": {"image/png": "AAAA"}},
    ]
    code = {"cell_type": "code", "source": ["1 + 1"], "outputs": outputs}
    page = markdown({"cells": [text, code]}, tmp_path / "pictures", page=tmp_path / "docs")
    parts = [
        "# Title\nwords",
        "```python\n1 + 1\n```",
        "```text\nprinted\n```",
        "![](../pictures/1.png)",
    ]
    assert page == "\n\n".join(parts) + "\n"
    assert (tmp_path / "pictures/1.png").read_bytes() == b"\0\0\0"
