"""The kind of CPU is the one that numba compiles for."""

import json
import os
import platform
import subprocess
import sys

import pytest

import fitscan
from fitscan.machine import HOST, cpu_kind, lacking, machine, variables, versions

SCRIPT = """
import hashlib, json
from numba.core.registry import cpu_target
from fitscan.machine import HOST, cpu_kind, lacking, variables

_, name, features = cpu_target.target_context.codegen().magic_tuple()
digest = hashlib.sha256(features.encode()).hexdigest()[:8] if features else ""
kind = cpu_kind()
print(json.dumps([[name, digest], [kind.name, kind.features], kind.overridden, kind.label]))
"""


def told(**variables):
    """Return name and features, as numba and as we have them, whether overridden, and the label."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_CPU")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("variables", "overridden"),
    [
        ({}, False),
        ({"NUMBA_CPU_NAME": "generic"}, True),
        ({"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}, True),
        ({"NUMBA_CPU_FEATURES": ""}, True),
    ],
)
def test_the_kind_is_what_numba_compiles_for(variables, overridden):
    theirs, ours, was_overridden, _ = told(**variables)
    assert ours == theirs
    assert was_overridden == overridden


def test_another_name_keeps_the_features_of_this_machine():
    own, other = told(), told(NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="+some")
    assert own[1][1] != other[1][1]
    assert other[3].startswith("generic-")


def test_labels_differ_where_features_do(monkeypatch):
    labels = set()
    for features in ("", "+avx2", "+avx2,+fma"):
        monkeypatch.setenv("NUMBA_CPU_NAME", "haswell")
        monkeypatch.setenv("NUMBA_CPU_FEATURES", features)
        labels.add(cpu_kind().label)
    assert len(labels) == 3
    assert "haswell" in labels


def test_a_process_can_compile_for_another_cpu():
    assert told(**variables("haswell"))[1] == ["haswell", ""]
    assert told(**variables(HOST)) == told()


def test_a_machine_stands_in_for_itself_and_for_any_of_its_architecture(monkeypatch):
    assert lacking("generic") == lacking(HOST) == []
    monkeypatch.setattr("llvmlite.binding.get_host_cpu_features", lambda: {"avx2": True})
    assert "fma" in lacking("haswell")
    assert "avx2" not in lacking("haswell")


def test_versions_name_what_decides_numbers():
    found = versions()
    assert found["fitscan"] == fitscan.__version__
    assert found["Python"] == platform.python_version()
    assert {"pyhf", "numpy", "scipy", "iminuit"} <= set(found)
    assert all(found.values())


def test_machine_is_described_in_words():
    assert platform.machine() in machine()
    assert machine().endswith(" cores")
