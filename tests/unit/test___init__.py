"""Names of the package are there, and importing it imports nothing else."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import fitscan


def test_every_name_is_there():
    for name in fitscan.__all__:
        assert getattr(fitscan, name) is not None
    assert set(fitscan.__all__) <= set(dir(fitscan))
    with pytest.raises(AttributeError, match="has no attribute 'Likelyhood'"):
        _ = fitscan.Likelyhood


def test_import_of_the_package_imports_nothing_heavy():
    code = "import sys, fitscan; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "numba", "pandas", "pyhf", "jsonschema", "scipy"} & set(found)


def test_type_checkers_know_every_name():
    """The stub names what there is, from where it is."""
    stub = Path(fitscan.__file__).with_suffix(".pyi").read_text()
    names = re.findall(r"from ([\w.]+) import (\w+) as (\w+)", stub)
    assert {name: module for module, name, _ in names} == fitscan._PLACES | {"infer": "fitscan"}
    assert {name for _, name, _ in names} == set(fitscan.__all__) - {"__version__"}
