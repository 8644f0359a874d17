"""The registry: every figure can be told by its name, has a caption, and starts no library."""

import subprocess
import sys

from fitscan.figures import FIGURES


def test_names_are_those_of_files_and_no_two_are_equal():
    names = [figure.name for figure in FIGURES]
    assert len(set(names)) == len(names)
    assert names[0] == "exclusion"


def test_every_figure_has_a_caption_for_the_report_of_snakemake(project_folder):
    for figure in FIGURES:
        assert (project_folder / f"workflow/report/{figure.name}.rst").read_text().strip()


def test_every_figure_needs_what_there_is():
    known = {"results", "flagged", "comparison", "detail", "parts", "overlays", "cross_section"}
    known |= {"parameters", "correlations", "yields", "mu_scan", "plan", "shards"}
    assert {need for figure in FIGURES for need in figure.needs} == known


def test_the_report_shows_every_figure(project_folder):
    sections = project_folder / "src/fitscan/report/sections"
    text = "".join(path.read_text() for path in sorted(sections.glob("*.*")))
    for figure in FIGURES:
        assert f'"{figure.name}"' in text or f"figures/{figure.name}" in text, figure.name


def test_the_registry_is_read_without_what_draws():
    """Snakemake reads it whenever it starts."""
    heavy = {"pandas", "matplotlib", "scipy", "pyhf", "numba"}
    code = f"import sys, fitscan.figures; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
