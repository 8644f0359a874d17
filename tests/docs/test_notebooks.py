"""The notebooks of docs/notebooks run, and give what they show."""

import json
import os
import re
from pathlib import Path

import matplotlib as mpl
import pytest
from notebook_runs import EXAMPLE, NOTEBOOKS, PUBLISHED, example_archive, run

DATA = Path(os.environ.get("FITSCAN_DATA", "../shared/data")).absolute()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mpl.use("agg")
    example_archive(tmp_path / EXAMPLE["ARCHIVE"])


def outputs_of(name, **parameters):
    """Return the outputs of each cell of code: those that are stored, and those of a run."""
    notebook = json.loads((NOTEBOOKS / name).read_text())
    stored = [cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return stored, list(run(notebook, **parameters))


def shown(outputs):
    """Return the text of each output of all cells, and its kind where it has none."""
    data = [
        output.get("data", {"text/plain": output.get("text")})
        for each in outputs
        for output in each
    ]
    return ["".join(one.get("text/plain", [*one])) for one in data]


def assert_same(stored, found):
    """Compare what is shown, numbers by what the minimiser leaves open."""
    number = r"-?\d+\.\d+(?:e-?\d+)?"
    for one, other in zip(shown(stored), shown(found), strict=True):
        assert re.sub(number, "", one).split() == re.sub(number, "", other).split()
        assert [float(text) for text in re.findall(number, one)] == pytest.approx(
            [float(text) for text in re.findall(number, other)], rel=1e-3, abs=1e-3
        )


def test_a_limit_on_my_own_signal():
    stored, found = outputs_of("own_signal.ipynb", **EXAMPLE)
    assert_same(stored, found)
    code = json.loads((NOTEBOOKS / "own_signal.ipynb").read_text())["cells"][3]["source"]
    assert len([line for line in code if line.strip()]) <= 10  # as its title says


def test_a_contour_from_an_archive():
    _, found = outputs_of("contour.ipynb", **EXAMPLE)
    printed = "\n".join(shown(found))
    assert "['BkgOnly.json', 'patchset.json']" in printed
    assert "of 60 signals 29 are excluded" in printed
    assert printed.endswith("image/png")


@pytest.mark.skipif(not (DATA / PUBLISHED).exists(), reason=f"{PUBLISHED} is not in FITSCAN_DATA")
def test_a_contour_of_a_published_likelihood():
    assert_same(*outputs_of("contour.ipynb", ARCHIVE=str(DATA / PUBLISHED)))


def test_the_record_is_the_one_of_the_gallery(project_folder):
    notebook = json.loads((NOTEBOOKS / "contour.ipynb").read_text())
    [address] = re.findall(
        r'ARCHIVE = "https://doi.org/(.*)"', "".join(notebook["cells"][1]["source"])
    )
    assert f"archive: {address}\n" in (project_folder / "config/published.yaml").read_text()
