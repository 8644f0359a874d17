"""Rules name what goes together, and all the code that they run."""

import ast
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]

# Code that cannot change what a script writes.
HARMLESS = {"collection", "errors", "files", "locks", "step"}

# The code of the fits is in the keys of their points; and a measurement stays, whatever is edited,
# until what it measures is another thing.
KEYED = {"fit_shard", "time_pyhf", "time_trial"}


def imported(path: Path) -> set[str]:
    """Name the modules of fitscan, or its subpackages, that a file or folder imports."""
    files = path.rglob("*.py") if path.is_dir() else [path]
    names = [
        node.module.split(".")[1]
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fitscan.")
    ]
    return set(names)


def reached(script: Path, package: Path) -> set[str]:
    """Name all that a script imports, directly or by way of other modules."""
    found: set[str] = set()
    waiting = imported(script)
    while waiting:
        name = waiting.pop()
        found.add(name)
        folder = package / name
        waiting |= imported(folder if folder.is_dir() else folder.with_suffix(".py")) - found
    return found - HARMLESS


def rules_of(project_folder: Path) -> str:
    return "".join(p.read_text() for p in sorted((project_folder / "workflow/rules").glob("*.smk")))


def test_every_rule_has_the_names_that_go_together(project_folder):
    rules = rules_of(project_folder)
    for script in (project_folder / "scripts").glob("*.py"):
        for part in (
            f"(rule|checkpoint) {script.stem}:",
            f'"logs/{script.stem}[/.]',
            f'"benchmarks/{script.stem}[/.]',
            f"scripts/{script.name}",
        ):
            assert re.search(part, rules), (script.name, part)


@pytest.mark.parametrize(
    "script",
    sorted({path.stem for path in (PROJECT / "scripts").glob("*.py")} - KEYED),
)
def test_a_rule_lists_all_the_code_that_decides_what_it_writes(project_folder, script):
    """Else an edit reruns nothing. Those of ``KEYED`` list none."""
    listed = re.search(rf'code=code\(\s*"{script}",([^)]*)\)', rules_of(project_folder))[1]
    names = {name.split("/")[0] for name in re.findall(r'"([\w/]+)"', listed)}
    wanted = reached(project_folder / f"scripts/{script}.py", project_folder / "src/fitscan")
    # A plan on disk is read, not made: what makes it has its own place in the keys.
    assert wanted - {"plan", "worker", "reference", "provenance", "likelihood"} <= names
