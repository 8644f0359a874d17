"""Kernels with and without a cache, each in a process of its own."""

import os
import subprocess
import sys

import pytest

SCRIPT = """
from fitscan.engine.jit import cache_folder, jit

@jit
def doubled(x: float) -> float:
    return 2.0 * x

print(doubled(21.0), cache_folder(), sum(doubled.stats.cache_hits.values()))
"""


@pytest.fixture
def run(tmp_path):
    script = tmp_path / "kernel.py"
    script.write_text(SCRIPT)

    def run(cache, *, warns=False):
        environment = os.environ | {"FITSCAN_CACHE": str(cache)}
        done = subprocess.run(
            [sys.executable, script], env=environment, capture_output=True, text=True, check=True
        )
        assert ("is damaged and made again" in done.stderr) == warns, done.stderr
        assert warns or not done.stderr
        return done.stdout.split()

    return run


def test_machine_code_is_kept_between_processes(run, tmp_path):
    first, second = run(tmp_path / "cache"), run(tmp_path / "cache")
    assert first[0] == second[0] == "42.0"
    assert first[1].startswith(str(tmp_path / "cache"))
    assert (first[2], second[2]) == ("0", "1")


def test_an_empty_name_switches_the_cache_off(run):
    assert run("")[:2] == ["42.0", "None"]


def test_a_folder_that_cannot_be_made_does_no_harm(run, tmp_path):
    (tmp_path / "file").touch()
    assert run(tmp_path / "file")[:2] == ["42.0", "None"]


@pytest.mark.parametrize("size", [0, 100])
@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_damaged_machine_code_is_made_again(run, tmp_path, suffix, size):
    """Was a bug: every run failed until somebody removed the folder."""
    run(tmp_path / "cache")
    for path in (tmp_path / "cache").rglob(f"*.{suffix}"):
        os.truncate(path, size)
    made, loaded = run(tmp_path / "cache", warns=True), run(tmp_path / "cache")
    assert made[0] == loaded[0] == "42.0"
    assert (made[2], loaded[2]) == ("0", "1")
