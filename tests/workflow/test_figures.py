"""Figures through the real workflow: one more is a module and a line; a start loads no library."""

import os
import subprocess
import sys

FIGURE = '''"""Points, as dots."""

from fitscan.figures.base import Figure


def draw(inputs):
    from fitscan.plots.style import new_figure, style

    scan = inputs.scan
    with style(inputs.colors.style):
        figure, ax = new_figure("x", "y")
        ax.plot(scan.x, scan.results["CLs_obs"], "o")
    return figure, scan.table("CLs_obs")


DOTS = Figure("dots", label="dots", draw=draw)
'''
# Tells which libraries for numbers are loaded by this package; Snakemake's plugins load pandas too.
LISTING = """
import sys, traceback

class Listing:
    def find_spec(self, name, path=None, target=None):
        stack = [frame.filename for frame in traceback.extract_stack()]
        by = [name for name in stack if "/src/fitscan/" in name]
        if name in {"pandas", "matplotlib", "pyhf", "numba", "scipy"} and by:
            print("loaded", name, "by", by[-1])

sys.meta_path.insert(0, Listing())
"""


def test_a_figure_is_added_by_a_module_and_a_line(finished):
    figures = finished.folder / "src/fitscan/figures"
    (figures / "dots.py").write_text(FIGURE)
    registry = figures / "registry.py"
    text = registry.read_text().replace(
        "FIGURES: tuple", "from fitscan.figures.dots import DOTS\n\nFIGURES: tuple"
    )
    registry.write_text(text.replace("    EXCLUSION,\n", "    EXCLUSION,\n    DOTS,\n"))
    (finished.folder / "workflow/report/dots.rst").write_text("Dots.\n")
    config = finished.folder / "config.yaml"
    config.write_text(config.read_text().replace("draw: [", "draw: [dots, "))
    assert finished.jobs().keys().isdisjoint({"fit_shard", "fit_details", "collect_results"})
    finished.run()
    drawn = finished.folder / "results/plane/hypotest/figures"
    assert sorted(path.suffix for path in drawn.glob("dots.*")) == [".csv", ".pdf", ".png"]
    assert (drawn / "dots.csv").read_text().startswith("name,m1,m2,CLs_obs\n")
    assert finished.jobs() == {}


def test_a_start_loads_no_library_for_numbers(finished):
    """Parsing is most of what a second start takes."""
    folder = finished.folder / "listing"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(LISTING)
    command = finished.command("--dry-run")
    sources = command["env"]["PYTHONPATH"]
    command["env"]["PYTHONPATH"] = os.pathsep.join([str(folder), sources])
    run = subprocess.run(**command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
    assert "Nothing to be done" in run.stdout
    assert "loaded" not in run.stdout
    # The listing itself works.
    program = [sys.executable, "-c", "import fitscan.plots"]
    plots = subprocess.run(**command | {"args": program}, capture_output=True, check=True)
    assert "loaded matplotlib by" in plots.stdout
