"""The files of the workflow are found in a checkout and in an installed package."""

from pathlib import Path

import pytest

import fitscan
from fitscan import digests, project_files
from fitscan.project_files import here_or_bundled, import_path, project_folder


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """An installed package, in place of the one that is here."""
    package = tmp_path / "site-packages/fitscan"
    (package / "_project").mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.setattr(project_files, "_PACKAGE", package)
    monkeypatch.setattr(project_files, "_BUNDLED", package / "_project")
    return package


def test_a_checkout_has_them_at_its_top(project_folder):
    assert project_files.project_folder() == project_folder
    assert (project_folder / "Snakefile").is_file()


def test_an_installed_package_has_them_inside(installed):
    assert project_folder() == installed / "_project"


def test_a_file_of_the_project_is_found_from_every_folder(tmp_path, monkeypatch, project_folder):
    monkeypatch.chdir(tmp_path)
    name = Path("config/endpoints/laptop/user_config_template.yaml.j2")
    assert here_or_bundled(name) == project_folder / name
    name.parent.mkdir(parents=True)
    name.touch()
    assert here_or_bundled(name) == name
    assert here_or_bundled(Path("absent")) == Path("absent")


def test_a_checkout_is_imported_from_its_folder(tmp_path):
    assert import_path(tmp_path / "links") == Path(fitscan.__file__).parents[1]
    assert not (tmp_path / "links").exists()


def test_an_installed_package_is_imported_without_its_neighbours(installed, tmp_path):
    for _ in range(2):
        folder = import_path(tmp_path / "links")
        assert [path.name for path in folder.iterdir()] == ["fitscan"]
        assert (folder / "fitscan").resolve() == installed


def test_a_link_to_another_installation_is_replaced(installed, tmp_path):
    (tmp_path / "links").mkdir()
    (tmp_path / "links/fitscan").symlink_to(tmp_path / "gone")
    assert (import_path(tmp_path / "links") / "fitscan").resolve() == installed


def test_a_worker_with_a_wheel_has_the_code_of_a_checkout(tmp_path, monkeypatch):
    """Was a bug: what the wheel carries of the workflow was a part of the digest."""
    monkeypatch.setattr(digests, "_ROOT", tmp_path)
    (tmp_path / "module.py").touch()
    before = digests.tree_digest()
    (tmp_path / "_project/scripts").mkdir(parents=True)
    (tmp_path / "_project/scripts/script.py").touch()
    assert digests.tree_digest() == before
