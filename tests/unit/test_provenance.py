"""What made a result is named."""

import platform

import fitscan
from fitscan.provenance import machine, versions


def test_versions_name_what_decides_numbers():
    found = versions()
    assert found["fitscan"] == fitscan.__version__
    assert found["Python"] == platform.python_version()
    assert {"pyhf", "numpy", "scipy", "iminuit"} <= set(found)
    assert all(found.values())


def test_machine_is_described_in_words():
    assert platform.machine() in machine()
    assert machine().endswith(" cores")
