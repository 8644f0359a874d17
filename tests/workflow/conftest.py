"""The real workflow on tiny scans: a finished run to start from, and one that has not begun."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from project import Project, make_project


@pytest.fixture(scope="session")
def finished_once(
    tmp_path_factory: pytest.TempPathFactory, project_folder: Path, tiny: Any
) -> tuple[Project, str]:
    """A finished run and what it printed; made once for all processes, and not to be changed."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # beside the folders of the processes
    folder, printed = shared / "finished", shared / "finished.txt"
    with FileLock(shared / "finished.lock"):
        if not printed.exists():
            folder.mkdir()
            printed.write_text(make_project(folder, project_folder, tiny).run())
    return Project(folder), printed.read_text()


@pytest.fixture
def finished(finished_once: Any, tmp_path: Path) -> Project:
    """A copy of a finished run, times of files included."""
    shutil.copytree(finished_once[0].folder, tmp_path / "run")
    return Project(tmp_path / "run")


@pytest.fixture
def fresh(tmp_path: Path, project_folder: Path, tiny: Any) -> Project:
    """A project in which nothing has run; its fits take a few tenths of a second each."""
    return make_project(tmp_path, project_folder, tiny, bins=24)
