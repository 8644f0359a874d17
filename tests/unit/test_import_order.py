"""Modules import from the stages below theirs only, and reading a plan loads no engine."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import fitscan
from fitscan.digests import imports_of

PACKAGE = Path(fitscan.__file__).parent

STAGES = re.findall(r"^    (\w+) {2,}", fitscan.__doc__, re.MULTILINE)
GROUND = re.search(r"the ground: (.*?), in this order", fitscan.__doc__, re.DOTALL)[1]
ORDER = [*STAGES, *re.findall(r"\w+", GROUND)]


def stage_of(name):
    """Return the part of the package below which a module lies."""
    return name.removeprefix("fitscan.").split(".")[0]


def test_every_part_of_the_package_has_its_place_and_no_other():
    parts = {p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert sorted(ORDER) == sorted(parts - {"__init__"})


def test_the_page_of_the_architecture_has_the_same_order():
    page = (PACKAGE.parents[1] / "docs/architecture.md").read_text()
    packages, ground = page.split("## Packages")[1].split("Below them is the ground")
    assert re.findall(r"^\| `(\w+)/`", packages, re.MULTILINE) == STAGES
    assert re.findall(r"`(\w+)`", ground.split(". The docstring")[0]) == ORDER[len(STAGES) :]


def test_imports_go_down_the_order():
    upward = []
    for path in sorted(PACKAGE.rglob("*.py")):
        importer = path.relative_to(PACKAGE).with_suffix("").parts[0]
        for module, name in imports_of(path.read_text()):
            imported = stage_of(module if module != "fitscan" else f"fitscan.{name}")
            if imported in ORDER and ORDER.index(imported) < ORDER.index(importer):
                upward.append(f"{path.relative_to(PACKAGE)} imports {module}")
    assert not upward


LOADED = "import sys; print(*sorted(name for name in sys.modules if '.' not in name))"


def loaded_by(statement):
    """Return the packages that a statement loads in a process of its own."""
    command = [sys.executable, "-c", f"{statement}; {LOADED}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    ["from fitscan.plan.scan import read_scan", "from fitscan.kinds.registry import planned_scan"],
)
def test_plans_are_made_and_read_without_what_fits(statement):
    found = loaded_by(statement)
    assert not found & {"pyhf", "numba", "scipy", "pandas", "matplotlib", "parsl", "jax"}
    engines = f"import sys; {statement}; print('fitscan.worker.run' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", engines], check=True, capture_output=True)
    assert done.stdout.split() == [b"False"]


def test_a_signal_is_tested_without_what_makes_tables():
    """Was a third of the time of a first test."""
    found = loaded_by("from fitscan.api.likelihood import Likelihood")
    assert "numba" in found
    assert not found & {"pyhf", "pandas", "pyarrow", "tqdm", "matplotlib", "requests"}
