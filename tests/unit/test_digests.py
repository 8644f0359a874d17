"""The digest of a source follows all that it imports, and nothing else."""

import ast
import os
from pathlib import Path

import pytest
from edited import EditedPackage, forget

from fitscan import digests
from fitscan.digests import imports_of, source_digest, source_files, tree_digest

FILES = {
    "__init__.py": '__version__ = "1"\n',
    "first.py": "from fitscan import second\nfrom fitscan.report import page\n",
    "second.py": "def late():\n    from fitscan.deep.columns import CLS\n",
    "deep/__init__.py": "from fitscan.deep.columns import CLS\nfrom fitscan.deep.far import FAR\n",
    "deep/columns.py": "CLS = 1\n",
    "deep/far.py": "FAR = 1\n",
    "near.py": "from fitscan.deep import (\n    CLS as ours,  # a comment, with a comma\n)\n",
    "report/__init__.py": "",
    "report/page.py": "from fitscan import __version__\n",
    "report/templates/page.html": "<html>\n",
    "report/parts/__init__.py": "",
    "report/parts/part.html": "<p>\n",
    "other.py": "import fitscan.near\n",
}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A small package in place of fitscan."""
    yield EditedPackage(tmp_path, monkeypatch, FILES)
    monkeypatch.undo()
    forget()


def names(package, *roots, **options):
    return {str(f.relative_to(package.folder)) for f in source_files(*roots, **options)}


def test_sources_are_those_imported_directly_or_by_way_of_others(package):
    assert names(package, "fitscan.first") == {
        *("first.py", "second.py", "deep/columns.py", "report/page.py"),
        "report/templates/page.html",
    }


def test_a_name_that_a_package_exports_leads_to_the_module_that_defines_it(package):
    assert names(package, "fitscan.near") == {"near.py", "deep/columns.py"}
    assert names(package, "fitscan.other") == {"other.py", "near.py", "deep/columns.py"}


def test_a_package_as_a_root_is_all_its_modules(package):
    assert names(package, "fitscan.deep") == {
        *("deep/__init__.py", "deep/columns.py", "deep/far.py"),
    }


def test_what_is_left_out_is_not_followed(package):
    assert names(package, "fitscan.first", without=["fitscan.second"]) == {
        *("first.py", "report/page.py", "report/templates/page.html"),
    }


@pytest.mark.parametrize(
    ("edited", "changes"),
    [
        *((name, True) for name in ("first.py", "second.py", "deep/columns.py")),
        *((name, True) for name in ("report/page.py", "report/templates/page.html")),
        *((name, False) for name in ("other.py", "deep/far.py", "deep/__init__.py")),
        *((name, False) for name in ("__init__.py", "report/parts/part.html")),
    ],
)
def test_digest_changes_with_each_source_and_with_no_other_file(package, edited, changes):
    before = source_digest("fitscan.first")
    package.edit(edited)
    assert (source_digest("fitscan.first") != before) == changes


def test_digest_follows_what_is_in_a_script_and_not_when_it_was_written(package, tmp_path):
    script = tmp_path / "draw.py"
    script.write_text("from fitscan.deep import CLS\n")
    before = source_digest(script)
    os.utime(script, (0, 0))
    forget()
    assert source_digest(script) == before
    package.edit("deep/columns.py")
    assert source_digest(script) != before
    script.write_text("edited = 1\n")
    forget()
    assert source_digest(script) != before


def test_digest_changes_when_an_export_comes_from_elsewhere(package):
    before = source_digest("fitscan.near")
    package.write("deep/__init__.py", "from fitscan.deep.far import FAR as CLS\n")
    package.write("deep/far.py", "FAR = CLS = 1\n")
    package.write("deep/__init__.py", "from fitscan.deep.far import CLS\n")
    assert source_digest("fitscan.near") != before


def test_compiled_sources_count_nowhere(package):
    before = source_digest("fitscan.report"), tree_digest()
    package.write("report/__pycache__/page.cpython-311.pyc", "compiled")
    assert (source_digest("fitscan.report"), tree_digest()) == before


def test_digest_does_not_depend_on_where_the_package_lies(package, tmp_path, monkeypatch):
    before = source_digest("fitscan.first"), tree_digest()
    moved = package.folder.rename(tmp_path / "elsewhere")
    (tmp_path / "again").mkdir()
    moved = moved.rename(tmp_path / "again" / "fitscan")
    monkeypatch.setattr(digests, "_ROOT", moved)
    monkeypatch.setattr(digests, "_RELEASE", moved / "__init__.py")
    forget()
    assert (source_digest("fitscan.first"), tree_digest()) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("from fitscan.absent import x\n", r"first\.py imports 'fitscan\.absent', which does not"),
        ("import importlib\nimportlib.import_module(name)\n", "computed at run time"),
        ("module = __import__(name)\n", "computed at run time"),
    ],
)
def test_an_import_that_cannot_be_followed_is_refused(package, text, message):
    package.write("first.py", text)
    with pytest.raises(ValueError, match=message):
        source_digest("fitscan.first")


def test_a_module_that_does_not_exist_is_refused(package):
    with pytest.raises(ValueError, match=r"'fitscan\.absent'"):
        source_digest("fitscan.absent")


def parsed_imports(text):
    """Find imports by parsing, to compare with."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "digests follow absolute imports only"
            if (node.module or "").split(".")[0] == "fitscan":
                found |= {(node.module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {(a.name, "") for a in node.names if a.name.split(".")[0] == "fitscan"}
    return found


PROJECT = Path(__file__).parents[2]
SOURCES = sorted([*(PROJECT / "src").rglob("*.py"), *(PROJECT / "scripts").glob("*.py")])


def test_imports_found_by_a_search_of_the_text_are_those_found_by_parsing():
    assert len(SOURCES) > 100
    for path in SOURCES:
        text = path.read_text()
        assert set(imports_of(text)) == parsed_imports(text), path


def test_no_star_hides_what_is_imported():
    assert not [path for path in SOURCES if "import *" in path.read_text()]


def test_a_package_exports_and_does_nothing_else():
    """Else an edit of it would change what a module does that imports a neighbour."""
    root = PROJECT / "src" / "fitscan" / "__init__.py"  # finds its names when they are asked for
    for path in {*(PROJECT / "src").rglob("__init__.py")} - {root}:
        for node in ast.parse(path.read_text()).body:
            exported = isinstance(node, ast.Assign) and node.targets[0].id.startswith("__")
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            assert docstring or exported or isinstance(node, ast.ImportFrom), (path, node.lineno)
