"""The real workflow on tiny scans: a finished run to start from, and one that has not begun."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from project import Project, make_project


@pytest.fixture(scope="session")
def finished_once(tmp_path_factory: pytest.TempPathFactory, project_folder: Path, tiny: Any) -> Any:
    """A finished run, made once; not to be changed."""
    project = make_project(tmp_path_factory.mktemp("finished"), project_folder, tiny)
    output = project.run()
    return project, output


@pytest.fixture
def finished(finished_once: Any, tmp_path: Path) -> Project:
    """A copy of a finished run, times of files included."""
    shutil.copytree(finished_once[0].folder, tmp_path / "run")
    return Project(tmp_path / "run")


@pytest.fixture
def fresh(tmp_path: Path, project_folder: Path, tiny: Any) -> Project:
    """A project in which nothing has run; its fits take a few tenths of a second each."""
    return make_project(tmp_path, project_folder, tiny, bins=24)
