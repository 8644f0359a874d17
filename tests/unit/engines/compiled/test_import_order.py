"""Parts of the engine import from those below theirs only, and kernels nothing but arrays."""

import ast
import re
import sys
from pathlib import Path

import fitscan.engines.compiled as engine

PACKAGE = Path(engine.__file__).parent
ORDER = re.findall(r"^    (\w+) {2,}", engine.__doc__, re.MULTILINE)


def imported_by(path):
    """Return the modules that a module imports, by their full names."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return found


def parts_imported_by(path):
    """Return the parts of the engine from which a module imports."""
    within = f"{engine.__name__}."
    names = [name.removeprefix(within) for name in imported_by(path) if name.startswith(within)]
    return [name.split(".")[0] for name in names]


def test_every_part_of_the_engine_has_its_place_and_no_other():
    parts = {p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert sorted(ORDER) == sorted(parts - {"__init__"})


def test_imports_go_down_the_order():
    upward, downward = [], 0
    for path in sorted(PACKAGE.rglob("*.py")):
        importer = path.relative_to(PACKAGE).with_suffix("").parts[0]
        for imported in parts_imported_by(path):
            if importer == "__init__" or ORDER.index(imported) < ORDER.index(importer):
                upward.append(f"{path.relative_to(PACKAGE)} imports {imported}")
            downward += imported != importer
    assert not upward
    assert downward > len(ORDER)


def test_kernels_need_arrays_and_machine_code_alone():
    known = (
        *("fitscan.engines.compiled.", "fitscan.model.arrays.", "fitscan.model.aligned."),
        "numpy",
    )
    foreign = [
        f"{path.name} imports {name}"
        for path in sorted((PACKAGE / "kernels").glob("*.py"))
        for name in imported_by(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith(known)
    ]
    assert not foreign
