"""Places where bad inputs are tried: a folder with a good likelihood, and a copy of the project."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PARTS = (
    *("CITATION.cff", "Snakefile", "workflow", "profiles", "scripts", "src", "envs"),
    "config",
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: a folder inside ``tmp_path`` that holds the good likelihood."""
    folder = tmp_path / "place"
    shutil.copytree(HERE / "good", folder)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("FITSCAN_NOT_SET", raising=False)
    return folder


@pytest.fixture
def snakemake(place: Path, project_folder: Path) -> Callable[..., tuple[int, str]]:
    """Run the real workflow, copied to ``place``: its exit code and what it printed."""
    for part in PARTS:
        if (project_folder / part).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(project_folder / part, place / part, ignore=ignored)
        else:
            shutil.copy(project_folder / part, place / part)

    def run(*arguments: str, configfile: Path) -> tuple[int, str]:
        program = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments]
        done = subprocess.run(
            [*program, "--configfile", str(configfile)],
            env=os.environ | {"PYTHONPATH": str(place / "src"), "TERM": "dumb"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        return done.returncode, done.stdout

    return run
